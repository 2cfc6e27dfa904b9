from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from arf.inference.models import DEFAULT_MODEL
from arf.kit.errors import Unavailable
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.cli.invoke import arf


def test_pull_prints_the_folder_when_the_model_is_one(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny [x]")
    done = arf("models", "pull", str(model), width=20)
    assert done.status == 0
    assert done.out == f"{model}\n"


def test_pull_ends_with_status_1_and_names_the_folder_when_there_is_none(tmp_path: Path) -> None:
    done = arf("models", "pull", str(tmp_path / "nowhere"))
    assert done.status == 1
    assert done.err == f"arf: model {tmp_path / 'nowhere'}: no such folder, or no config.json in it\n"


def test_pull_gets_the_default_and_tells_what_it_does_when_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def ensure(name: str, progress: Callable[[str], None]) -> Path:
        progress(f"downloading {name}")
        raise Unavailable("the index is out of reach")

    monkeypatch.setattr(import_module("arf.cli.models"), "ensure", ensure)
    done = arf("models", "pull")
    assert done.out == f"downloading {DEFAULT_MODEL}\n"
    assert (done.status, done.err) == (1, "arf: the index is out of reach\n")


def test_list_says_whether_the_default_is_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_HOME", str(tmp_path))
    assert arf("models", "list").out.split() == [DEFAULT_MODEL, "not", "pulled"]
    folders = import_module("arf.inference.models").list_models
    assert folders() == {DEFAULT_MODEL: None}
    place = import_module("arf.inference.models")._place(DEFAULT_MODEL, None)
    place.mkdir(parents=True)
    assert arf("models", "list", width=20).out.split() == [DEFAULT_MODEL, str(place)]
