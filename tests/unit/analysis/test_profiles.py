"""Profiles of what is committed: the numbers of the batch loop, kept for good, without the words of forgotten calls."""

from __future__ import annotations

import asyncio

import pytest

from arf.analysis.committed import LoggedAnalyses
from arf.analysis.profile import error_profile
from arf.analysis.profile_store import SqlProfiles
from arf.analysis.profiles import NothingSelected, Profiles
from arf.analysis.store import error_profile as table
from arf.analysis.targeting import targets
from arf.flow import FINDINGS, SUMMARIES
from arf.kit.bus.headers import SOURCE
from arf.kit.bus.ids import stage_id
from arf.kit.errors import NotFound
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.record_filter_pb2 import RecordFilter, Source
from arf.v1.summary_pb2 import CallSummary, Summary
from tests.helpers.sealing import Site
from tests.unit.analysis.fakes import WordDetector, make_analyzer, make_call

ANALYZER = make_analyzer(WordDetector("drone", "drone", ErrorType.ERROR_TYPE_FABRICATION))
SEES = asyncio.run(ANALYZER.sees())


@pytest.fixture
def profiles(here: Site) -> Profiles:
    return Profiles(LoggedAnalyses(here.bus, here.sealer), SqlProfiles(here.database), here.sealer)


def _commit(
    here: Site,
    call_id: str,
    text: str,
    *,
    tenant: str = "t",
    model: str = "m",
    channel: str = "phone",
    source: str = "batch",
) -> Analysis:
    call = make_call("where is it", call_id=call_id)
    call.tenant, call.channel = tenant, channel
    analysis = asyncio.run(ANALYZER.analyze(call, text))
    event_id = stage_id("teacher", f"{tenant}/{call_id}")
    given = CallSummary(call_id=call_id, tenant=tenant, summary=Summary(text=text, model=model))
    here.publish(SUMMARIES, tenant, call_id, event_id, given, {SOURCE: source})
    here.publish(FINDINGS, tenant, call_id, stage_id("analysis", event_id), analysis, {SOURCE: source})
    return analysis


def _as_in_files(profile: ErrorProfile) -> ErrorProfile:
    bare = ErrorProfile()
    bare.CopyFrom(profile)
    for field in ("name", "create_time", "filter"):
        bare.ClearField(field)
    return bare


def test_the_profile_is_that_of_the_batch_loop_when_the_analyses_are(here: Site, profiles: Profiles) -> None:
    analyses = [_commit(here, f"c{n}", "A drone came." if n % 3 == 0 else "It came.") for n in range(9)]
    made = profiles.create("t", RecordFilter(), SEES)

    assert _as_in_files(made) == error_profile(analyses, "m", targets(analyses), sees=SEES)
    assert made.name == f"errorProfiles/{made.profile_id}"
    assert profiles.get("t", made.name) == made


@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        (RecordFilter(), 4),
        (RecordFilter(channels=["email"]), 1),
        (RecordFilter(model="n"), 1),
        (RecordFilter(source=Source.SOURCE_LIVE), 1),
        (RecordFilter(source=Source.SOURCE_BATCH), 3),
        (RecordFilter(channels=["email", "phone"], model="m"), 3),
    ],
)
def test_only_what_the_filter_selects_is_covered(
    here: Site, profiles: Profiles, wanted: RecordFilter, calls: int
) -> None:
    _commit(here, "c1", "It came.")
    _commit(here, "c2", "It came.", channel="email")
    _commit(here, "c3", "It came.", model="n")
    _commit(here, "c4", "It came.", source="live")
    _commit(here, "c5", "It came.", tenant="other")

    assert profiles.create("t", wanted, SEES).summaries == calls


def test_times_bound_the_profile_from_the_start_and_to_before_the_end(here: Site, profiles: Profiles) -> None:
    _commit(here, "c1", "It came.")
    (record,) = here.bus.read(FINDINGS)
    exactly, after = RecordFilter(), RecordFilter()
    exactly.start_time.FromMilliseconds(record.timestamp_ms)
    after.end_time.FromMilliseconds(record.timestamp_ms)

    assert profiles.create("t", exactly, SEES).summaries == 1
    with pytest.raises(NothingSelected):
        profiles.create("t", after, SEES)


def test_models_are_all_named_when_there_are_several(here: Site, profiles: Profiles) -> None:
    _commit(here, "c1", "It came.", model="b")
    _commit(here, "c2", "It came.", model="a")
    assert profiles.create("t", RecordFilter(), SEES).model == "a, b"


def test_a_request_is_answered_as_before_when_it_comes_again(here: Site, profiles: Profiles) -> None:
    _commit(here, "c1", "A drone came.")
    first = profiles.create("t", RecordFilter(), SEES, request_id="r1")
    _commit(here, "c2", "It came.")

    assert profiles.create("t", RecordFilter(), SEES, request_id="r1") == first
    assert profiles.create("t", RecordFilter(), SEES, request_id="r2").summaries == 2
    assert [listed.summaries for listed in profiles.page("t", 10, "").profiles] == [2, 1]


def test_a_forgotten_calls_words_are_gone_while_the_numbers_stay(here: Site, profiles: Profiles) -> None:
    for n in range(3):
        _commit(here, f"c{n}", f"A drone came to house {n}.")
    made = profiles.create("t", RecordFilter(), SEES, examples=5)
    stored = here.database.read(lambda connection: connection.execute(table.select()).one().profile)
    here.sealer.forget("t", "c1")
    again = profiles.get("t", made.name)

    fabricated = ErrorType.ERROR_TYPE_FABRICATION - 1
    assert [e.call_id for e in made.types[fabricated].examples] == ["c0", "c1", "c2"]
    assert [e.call_id for e in again.types[fabricated].examples] == ["c0", "c2"]
    assert again.types[fabricated].summaries == made.types[fabricated].summaries
    assert b"drone came" not in stored
    assert profiles.create("t", RecordFilter(), SEES).summaries == 2


def test_a_profile_is_its_tenants_alone(here: Site, profiles: Profiles) -> None:
    _commit(here, "c1", "It came.")
    made = profiles.create("t", RecordFilter(), SEES)
    with pytest.raises(NotFound):
        profiles.get("other", made.name)
