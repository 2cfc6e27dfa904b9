"""A model is opened once for those that ask it alike, and let go of when a training needs the memory."""

from __future__ import annotations

import gc
import weakref

import pytest

from arf.inference.port import Model
from arf.inference.settings import ModelSettings
from arf.loop import models
from arf.loop.models import Models
from tests.helpers.fake_model import FakeModel, FakeModels

pytestmark = pytest.mark.anyio


async def test_a_model_is_opened_once_when_two_roles_ask_it_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    opener = FakeModels(small=FakeModel())
    monkeypatch.setattr(models, "open_model", opener)
    pool = Models(print)
    assert pool.of("small", "TEACHER_MODEL") is pool.of("small", "EDITOR_MODEL")
    assert opener.opened == ["small"]


async def test_each_role_has_settings_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []

    def opening(spec: str, settings: object, **_: object) -> Model:
        keys.append(settings.api_key.get_secret_value())  # type: ignore[attr-defined]
        return FakeModel()

    monkeypatch.setattr(models, "open_model", opening)
    monkeypatch.setenv("ARF_JUDGE_MODEL_API_KEY", "secret")
    pool = Models(print)
    assert pool.of("http://here/v1#m", "JUDGE_MODEL") is not pool.of("http://here/v1#m", "EDITOR_MODEL")
    assert keys == ["secret", "none"]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"OPENAI_API_KEY": "theirs"}, "theirs"),
        ({"OPENAI_API_KEY": "theirs", "ARF_API_KEY": "ours"}, "ours"),
        ({"OPENAI_API_KEY": "theirs", "ARF_API_KEY": ""}, "theirs"),
        ({"ARF_API_KEY": "ours", "ARF_JUDGE_MODEL_API_KEY": "own"}, "own"),
        ({}, "none"),
    ],
)
def test_the_nearest_key_is_taken_when_several_are_given(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], key: str
) -> None:
    for name in ("OPENAI_API_KEY", "ARF_API_KEY", "ARF_JUDGE_MODEL_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert ModelSettings.of_role("JUDGE_MODEL").api_key.get_secret_value() == key


async def test_a_model_is_let_go_of_when_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[weakref.ref[FakeModel]] = []

    def opening(spec: str, *_: object, **__: object) -> Model:
        model = FakeModel(name=spec)
        opened.append(weakref.ref(model))
        return model

    monkeypatch.setattr(models, "open_model", opening)
    pool = Models(print)
    pool.of("small", "TEACHER_MODEL")
    await pool.close()
    gc.collect()
    assert opened[0]() is None
    assert pool.of("small", "TEACHER_MODEL").name == "small"
    assert len(opened) == 2, "asked again, it is opened again"
