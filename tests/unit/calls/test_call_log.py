"""The join: a summary finds the call that it was made of, whatever came first, and however often either came."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arf.calls.call_log import CallLog
from arf.flow import SUMMARIES
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Record
from arf.kit.errors import NotFound
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import opener
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.sealing import Site, site


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


@pytest.fixture
def calls(here: Site) -> Iterator[CallLog]:
    log = CallLog(here.bus, opener(here.sealer, Call), ["teacher"])
    yield log
    log.close()


def _call(call_id: str, said: str) -> Call:
    return Call(id=call_id, tenant="t", turns=[Turn(turn_id="0", speaker="customer", text=said)])


def _summary(here: Site, call_id: str, event_id: str) -> Record:
    here.publish(SUMMARIES, "t", call_id, event_id, CallSummary(call_id=call_id, tenant="t"))
    return max((r for r in here.bus.read(SUMMARIES) if r.key == f"t/{call_id}"), key=lambda record: record.offset)


def _said(call: Call | None) -> str | None:
    return None if call is None else call.turns[0].text


def test_a_summary_finds_its_call_when_the_call_came_first(here: Site, calls: CallLog) -> None:
    others = [here.submit(_call(f"c{n}", f"call {n}")) for n in range(20)]
    record = _summary(here, "c7", stage_id("teacher", others[7]))

    assert _said(calls.call_of(record)) == "call 7"


def test_a_summary_has_no_call_until_it_comes_when_the_summary_came_first(here: Site, calls: CallLog) -> None:
    record = _summary(here, "c1", "a summary of elsewhere")
    assert calls.call_of(record) is None
    here.submit(_call("c2", "another one"))
    assert calls.call_of(record) is None
    here.submit(_call("c1", "late"))
    assert _said(calls.call_of(record)) == "late"


def test_a_summary_is_at_fault_when_its_call_has_not_come_in_time(here: Site) -> None:
    record = _summary(here, "c1", "a summary of elsewhere")
    now = record.timestamp_ms / 1000 + 60
    calls = CallLog(here.bus, opener(here.sealer, Call), ["teacher"], patience_s=60, clock=lambda: now)
    assert calls.call_of(record) is None
    now += 0.001
    with pytest.raises(NotFound, match="t/c1 did not arrive within 60 s"):
        calls.call_of(record)
    here.submit(_call("c1", "late, but there"))
    assert _said(calls.call_of(record)) == "late, but there"
    calls.close()


def test_each_summary_finds_its_own_version_when_a_call_was_submitted_again(here: Site, calls: CallLog) -> None:
    old = here.submit(_call("c1", "old"))
    first = _summary(here, "c1", stage_id("teacher", old))
    assert _said(calls.call_of(first)) == "old"
    new = here.submit(_call("c1", "new"))
    second = _summary(here, "c1", stage_id("teacher", new))

    assert _said(calls.call_of(second)) == "new"
    assert _said(calls.call_of(first)) == "old"


def test_the_newest_call_is_found_when_a_summary_follows_from_none(here: Site, calls: CallLog) -> None:
    here.submit(_call("c1", "old"))
    here.submit(_call("c1", "new"))

    assert _said(calls.call_of(_summary(here, "c1", "a company's own"))) == "new"
    assert _said(calls.newest("t/c1")) == "new"
    assert calls.newest("t/c9") is None


def test_ids_are_followed_through_both_stages_when_asked_for_findings(here: Site) -> None:
    old = here.submit(_call("c1", "old"))
    here.submit(_call("c1", "new"))
    log = CallLog(here.bus, opener(here.sealer, Call), ["teacher", "analysis"])
    record = _summary(here, "c1", stage_id("analysis", stage_id("teacher", old)))

    assert _said(log.call_of(record)) == "old"
    log.close()


def test_only_what_is_new_is_read_when_the_cache_is_kept(here: Site, tmp_path: Path) -> None:
    reads: list[int] = []

    class Watched:
        def __getattr__(self, name: str) -> object:
            return getattr(here.bus, name)

        def read(self, topic: str, start: dict[int, int]) -> Iterator[Record]:
            for record in here.bus.read(topic, start):
                reads.append(record.offset)
                yield record

    record = _summary(here, "c1", stage_id("teacher", here.submit(_call("c1", "kept"))))
    for expected in (1, 0):
        reads.clear()
        log = CallLog(Watched(), opener(here.sealer, Call), ["teacher"], tmp_path / "calls.db")  # type: ignore[arg-type]
        assert _said(log.call_of(record)) == "kept"
        assert len(reads) == expected
        log.close()


def test_text_is_not_to_be_had_when_the_call_was_forgotten(here: Site, calls: CallLog, tmp_path: Path) -> None:
    kept = CallLog(here.bus, opener(here.sealer, Call), ["teacher"], tmp_path / "calls.db")
    record = _summary(here, "c1", stage_id("teacher", here.submit(_call("c1", "my card is stolen"))))
    assert kept.call_of(record) is not None
    here.sealer.forget("t", "c1")

    for log in (kept, calls):
        with pytest.raises(Forgotten):
            log.call_of(record)
    kept.close()
    assert b"my card is stolen" not in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
