"""Which committed analyses a filter selects, and what is opened for it."""

from collections.abc import Iterator
from typing import cast

from arf.analysis.committed import LoggedAnalyses
from arf.flow import FINDINGS, SUMMARIES
from arf.kit.bus.headers import SOURCE
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Bus, Record
from arf.privacy.sealed_records import Seals
from arf.v1.events_pb2 import Sealed
from arf.v1.finding_pb2 import Analysis
from arf.v1.record_filter_pb2 import RecordFilter, Source
from arf.v1.summary_pb2 import CallSummary, Summary
from tests.helpers.sealing import Site


def _commit(here: Site, call_id: str, source: str = "batch") -> None:
    summary, analysis = stage_id("teacher", call_id), stage_id("analysis", stage_id("teacher", call_id))
    made = CallSummary(call_id=call_id, tenant="t", summary=Summary(text="It came.", model="m"))
    here.publish(SUMMARIES, "t", call_id, summary, made, {SOURCE: source})
    here.publish(FINDINGS, "t", call_id, analysis, Analysis(call_id=call_id, tenant="t"), {SOURCE: source})


def test_each_analysis_has_its_model_when_more_is_committed_between_the_passes(here: Site) -> None:
    class Growing:
        def read(self, topic: str) -> Iterator[Record]:
            yield from list(here.bus.read(topic))
            _commit(here, f"after {topic}")

    _commit(here, "c1")
    found = LoggedAnalyses(cast("Bus", Growing()), here.sealer).select("t", RecordFilter())
    assert [(c.analysis.call_id, c.model) for c in found] == [("c1", "m")]


def test_nothing_is_opened_for_analyses_that_the_filter_leaves_out(here: Site) -> None:
    opened: list[str] = []

    class Noting:
        def open(self, sealed: Sealed, record_key: str) -> bytes:
            opened.append(record_key)
            return here.sealer.open(sealed, record_key)

    _commit(here, "c1")
    _commit(here, "c2", source="live")
    LoggedAnalyses(here.bus, cast("Seals", Noting())).select("t", RecordFilter(source=Source.SOURCE_LIVE))
    assert opened == ["t/c2", "t/c2"]
