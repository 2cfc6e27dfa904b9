"""The stand-in for an engine in load tests."""

from __future__ import annotations

import asyncio
import time

import pytest

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.inference.open_model import open_model
from arf.inference.port import Request
from arf.kit.errors import InvalidRecord

REQUEST = Request(Prompt((ChatMessage("user", "Hello"),), "test@1"), Decoding(10))


def took_s(spec: str, requests: int) -> float:
    """Seconds for so many requests at once."""

    async def ask() -> float:
        model, begun = open_model(spec), time.monotonic()
        await asyncio.gather(*(model.complete(REQUEST, 10.0) for _ in range(requests)))
        return time.monotonic() - begun

    return asyncio.run(ask())


def test_answers_take_the_stated_time_however_many_are_asked_for() -> None:
    assert 0.2 <= took_s("simulated:200", 20) < 1.5


def test_more_than_the_stated_number_wait() -> None:
    assert took_s("simulated:100x2", 6) >= 0.3


@pytest.mark.parametrize("spec", ["simulated:", "simulated:fast", "simulated:10xmany"])
def test_a_spec_of_another_form_is_refused(spec: str) -> None:
    with pytest.raises(InvalidRecord, match="is not simulated:MS"):
        open_model(spec)
