from __future__ import annotations

from pathlib import Path

import pytest

from arf.inference.factory import names, open_engine
from arf.inference.openai_engine import OpenAIEngine
from arf.inference.settings import InferenceSettings
from arf.inference.transformers_engine import TransformersEngine
from arf.kit.errors import NotFound
from tests.helpers.fake_endpoint import FakeEndpoint, serving
from tests.helpers.tiny_model import make_tiny_model


def test_endpoint_is_opened_when_the_spec_is_a_url() -> None:
    engine = open_engine("http://localhost:9/v1#gpt", settings=InferenceSettings())
    assert isinstance(engine, OpenAIEngine)
    assert engine.model == "gpt"


def test_first_model_is_taken_when_the_url_names_none() -> None:
    with serving(FakeEndpoint()) as endpoint:
        assert open_engine(endpoint.url).model == "served"


def test_model_is_loaded_when_the_spec_is_a_folder(tmp_path: Path) -> None:
    engine = open_engine(str(make_tiny_model(tmp_path / "tiny")), settings=InferenceSettings(threads=1))
    assert isinstance(engine, TransformersEngine)
    assert engine.model == "tiny"


def test_not_found_is_raised_when_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_engine(str(tmp_path / "none"))


def test_settings_come_from_the_environment_when_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ARF_HOME", str(tmp_path))
    monkeypatch.setenv("ARF_THREADS", "3")
    settings = InferenceSettings()
    assert (settings.home, settings.threads) == (tmp_path, 3)


def test_two_specs_share_a_name_when_they_mean_one_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_tiny_model(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    assert names(str(folder)) & names("./tiny")
    assert not names(str(folder)) & names(str(make_tiny_model(tmp_path / "other")))
    with serving(FakeEndpoint()) as endpoint:
        assert names(endpoint.url) & names("http://elsewhere:9/v1#served")
        assert not names(endpoint.url) & names(f"{endpoint.url}#another")
