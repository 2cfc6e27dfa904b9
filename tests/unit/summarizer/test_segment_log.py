"""Appending events of live calls."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from arf.flow import SEGMENTS
from arf.kit.bus.headers import EVENT_ID
from arf.kit.errors import Unavailable
from arf.kit.threads import InPlace
from arf.privacy.seal import Forgotten
from arf.summarizer.segment_log import Masks, SegmentLog
from arf.v1.live_pb2 import LiveEvent
from tests.helpers.live_client import segment
from tests.helpers.sealing import site


def event(number: int, text: str, call_id: str = "c-1", *, final: bool = True) -> LiveEvent:
    return LiveEvent(tenant="acme", call_id=call_id, segment=segment(number, text, final=final))


def test_a_card_number_is_masked_also_where_it_began_in_the_segment_before() -> None:
    masks = Masks()
    said = ["It is 4111 1111", "1111 1111 thanks", "Nothing 12"]
    texts = [masks.mask(event(n, text)).segment.text for n, text in enumerate(said)]
    assert texts[1:] == ["[CARD] thanks", "Nothing 12"]
    assert Masks().mask(event(0, "It is 4111 1111 1111 1111", final=False)).segment.text == "It is [CARD]"


def test_a_forgotten_call_is_refused_and_the_events_beside_it_are_appended(tmp_path: Path) -> None:
    with site(tmp_path) as here:
        here.sealer.forget("acme", "c-2")

        async def append() -> list[BaseException | None]:
            log = SegmentLog(here.bus, here.sealer, InPlace())
            events = [event(0, "Hello"), event(0, "Hello", "c-2"), event(1, "Bye")]
            return await asyncio.gather(*map(log.append, events), return_exceptions=True)

        first, forgotten, last = asyncio.run(append())
        assert (first, last) == (None, None)
        assert isinstance(forgotten, Forgotten)
        said = [found.segment.text for found in here.messages(SEGMENTS, LiveEvent)]
    assert said == ["Hello", "Bye"]


def test_the_same_event_has_the_same_id(tmp_path: Path) -> None:
    with site(tmp_path) as here:

        async def append() -> None:
            log = SegmentLog(here.bus, here.sealer, InPlace())
            for text in ("Hello", "Hello", "Hello!"):
                await log.append(event(0, text))

        asyncio.run(append())
        ids = [record.headers[EVENT_ID] for record in here.bus.read(SEGMENTS)]
    assert ids[0] == ids[1] != ids[2]


def test_every_event_that_waits_is_told_when_the_bus_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site(tmp_path) as here:

        def away(messages: object) -> None:
            raise Unavailable("no bus")

        monkeypatch.setattr(here.bus, "publish", away)

        async def append() -> list[BaseException | None]:
            log = SegmentLog(here.bus, here.sealer, InPlace())
            return await asyncio.gather(*(log.append(event(n, "Hello")) for n in range(3)), return_exceptions=True)

        assert [type(error) for error in asyncio.run(append())] == [Unavailable] * 3
