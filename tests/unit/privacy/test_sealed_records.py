"""A record gives the message that it says it holds, to those alone who ask for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from arf.flow import CALLS
from arf.kit.bus.headers import SCHEMA
from arf.kit.bus.ids import call_key
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.errors import Corrupt, InvalidRecord
from arf.privacy.sealed_outputs import sealed_output, settled
from arf.privacy.sealed_records import opened, sealed_for_call
from arf.v1.events_pb2 import Sealed
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site, site

CALL = Call(id="call-1", tenant="acme", channel="phone")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


@pytest.fixture
def record(here: Site) -> Record:
    here.submit(CALL)
    (found,) = here.bus.read(CALLS)
    return found


def test_the_message_comes_back_when_the_record_is_of_its_kind(here: Site, record: Record) -> None:
    assert opened(here.sealer, record, Call) == CALL


def test_the_header_is_named_when_it_says_another_kind(here: Site, record: Record) -> None:
    with pytest.raises(InvalidRecord, match=r"headers\.schema.*arf\.v1\.Call, not arf\.v1\.CallSummary"):
        opened(here.sealer, record, CallSummary)


def test_the_value_is_named_when_another_kind_was_sealed_than_the_header_says(here: Site, record: Record) -> None:
    summary = CallSummary(call_id="call-1", tenant="acme")
    sealed = sealed_for_call(here.sealer, "acme", "call-1", summary)
    mixed = replace(record, value=sealed.SerializeToString())
    with pytest.raises(InvalidRecord, match=r"value\.schema.*arf\.v1\.CallSummary, not arf\.v1\.Call"):
        opened(here.sealer, mixed, Call)
    relabelled = Sealed.FromString(sealed.SerializeToString())
    relabelled.schema = Call.DESCRIPTOR.full_name
    with pytest.raises(Corrupt):
        opened(here.sealer, replace(record, value=relabelled.SerializeToString()), Call)


def test_it_is_told_when_a_record_has_no_kind_or_no_sealed_value(here: Site, record: Record) -> None:
    headers = {name: text for name, text in record.headers.items() if name != SCHEMA}
    with pytest.raises(InvalidRecord, match="missing"):
        opened(here.sealer, replace(record, headers=headers), Call)
    with pytest.raises(InvalidRecord, match="value"):
        opened(here.sealer, replace(record, value=b"\xff"), Call)


def test_nothing_opens_when_a_value_is_moved_to_another_calls_record(here: Site, record: Record) -> None:
    for key in (call_key("acme", "call-2"), call_key("other", "call-1")):
        with pytest.raises(Corrupt):
            opened(here.sealer, replace(record, key=key), Call)


def test_a_stage_passes_by_what_was_forgotten_and_gives_an_error_as_that_records_own(
    here: Site, record: Record
) -> None:
    wrong = settled(lambda: opened(here.sealer, record, CallSummary))
    assert isinstance(wrong, InvalidRecord)
    here.sealer.forget("acme", "call-1")
    assert settled(lambda: opened(here.sealer, record, Call)) is NoOutput.PASSED_BY
    assert sealed_output(here.sealer, "acme", "call-1", CallSummary(call_id="call-1")) is NoOutput.PASSED_BY
