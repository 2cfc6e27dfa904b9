from __future__ import annotations

from pathlib import Path

import pytest

from arf.inference.ray_app.launch import environment, launch
from arf.inference.ray_app.settings import EngineSettings
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord, NotFound


def settings(home: Path) -> EngineSettings:
    return from_environment(EngineSettings, {"ARF_ENGINE_KEY": "secret", "ARF_ENGINE_HOME": str(home)})


def test_missing_environment_says_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match="make setup-inference"):
        launch({}, settings(tmp_path), say=lambda _: None)


def test_ray_is_closed_to_all_without_its_token(tmp_path: Path) -> None:
    made = environment(settings(tmp_path / "home"))
    token = Path(made["RAY_AUTH_TOKEN_PATH"])
    assert made["RAY_AUTH_MODE"] == "token"
    assert made["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == "0", "Ray's ports on loopback"
    assert len(token.read_text()) == 64
    assert token.stat().st_mode & 0o077 == 0
    assert environment(settings(tmp_path / "home")) == made, "the token stays"


@pytest.mark.parametrize(("given", "word"), [({}, "KEY"), ({"ARF_ENGINE_KEY": ""}, "ARF_ENGINE_KEY")])
def test_engine_demands_a_key(given: dict[str, str], word: str) -> None:
    with pytest.raises(InvalidRecord, match=word):
        from_environment(EngineSettings, {"ARF_ENGINE_HOME": "/engine", **given})
