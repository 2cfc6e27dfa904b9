"""A model is loaded when somebody asks it, once, and let go of when it is closed."""

from __future__ import annotations

import gc
import weakref

import pytest

from arf.calls.prompt import Decoding, Message, Prompt
from arf.loop import engines
from arf.loop.engines import Engines
from tests.unit.loop.fakes import Opener, TalkingEngine

PROMPT = Prompt((Message("user", "Hello"),), "greeting@1")


@pytest.fixture
def opener(monkeypatch: pytest.MonkeyPatch) -> Opener:
    opener = Opener(small=TalkingEngine("small-1", lambda prompt, n: f"reply {n}"))
    monkeypatch.setattr(engines, "open_engine", opener)
    return opener


def test_no_model_is_loaded_when_nobody_asks_it(opener: Opener) -> None:
    Engines(print).of("small")
    assert opener.opened == []


def test_a_model_is_loaded_once_when_two_stages_ask_it(opener: Opener) -> None:
    pool = Engines(print)
    first, second = pool.of("small"), pool.of("small")
    steps: list[int] = []
    assert first.complete([PROMPT], Decoding(4), progress=steps.append)[0].text == "reply 0"
    assert second.complete([PROMPT], Decoding(4))[0].text == "reply 1"
    assert second.model == "small-1"
    assert (opener.opened, steps) == (["small"], [1])


def test_a_model_is_free_when_it_is_closed_though_its_engine_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[weakref.ref[TalkingEngine]] = []

    def opening(spec: str, **_: object) -> TalkingEngine:
        engine = TalkingEngine(spec, lambda prompt, n: "")
        loaded.append(weakref.ref(engine))
        return engine

    monkeypatch.setattr(engines, "open_engine", opening)
    pool = Engines(print)
    kept = pool.of("small")
    kept.complete([PROMPT], Decoding(4))
    pool.close()
    gc.collect()
    assert loaded[0]() is None
    assert kept.model == "small"
    assert len(loaded) == 2, "asked again, it is opened again"
