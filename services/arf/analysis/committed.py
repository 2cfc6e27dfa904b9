"""Committed analyses that match a filter, each with the model that wrote its summary."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from google.protobuf.message import Message

from arf.calls.records import short_name
from arf.flow import FINDINGS, SUMMARIES
from arf.kit.bus.headers import EVENT_ID, SOURCE, TENANT
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Bus, Record
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, opened
from arf.v1.finding_pb2 import Analysis
from arf.v1.record_filter_pb2 import RecordFilter, Source
from arf.v1.summary_pb2 import CallSummary

M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Committed:
    """An analysis and the model that wrote its summary, empty if the summary is no longer in the log."""

    analysis: Analysis
    model: str


class CommittedAnalyses(Protocol):
    """Reads committed analyses."""

    def select(self, tenant: str, wanted: RecordFilter) -> list[Committed]:
        """A tenant's analyses that match the filter, in no particular order. Raises Unavailable, Corrupt."""
        ...


class LoggedAnalyses:
    """Reads committed analyses from the bus, without those of forgotten calls.

    It passes over two topics once each, and opens only records that may match.
    """

    def __init__(self, bus: Bus, seals: Seals, stage: str = "analysis") -> None:
        self._bus = bus
        self._seals = seals
        self._stage = stage

    def select(self, tenant: str, wanted: RecordFilter) -> list[Committed]:
        # Analyses come first: each one's summary was committed before it, so the second pass finds its model.
        analyses = {r.headers.get(EVENT_ID, ""): r for r in self._of(tenant, FINDINGS) if _selected(r, wanted)}
        models = self._models(tenant, analyses)
        found: list[Committed] = []
        for event_id, record in analyses.items():
            model = models.get(event_id, "")
            if wanted.model and model != wanted.model:
                continue
            analysis = self._open(record, Analysis)
            if analysis is not None and (not wanted.channels or analysis.channel in wanted.channels):
                found.append(Committed(analysis, model))
        return found

    def _models(self, tenant: str, analyses: Container[str]) -> dict[str, str]:
        """The model of each analysis' summary, by the analysis' event id."""
        models: dict[str, str] = {}
        for record in self._of(tenant, SUMMARIES):
            event_id = stage_id(self._stage, record.headers.get(EVENT_ID, ""))
            summary = self._open(record, CallSummary) if event_id in analyses else None
            if summary is not None:
                models[event_id] = summary.summary.model
        return models

    def _of(self, tenant: str, topic: str) -> Iterator[Record]:
        return (record for record in self._bus.read(topic) if record.headers.get(TENANT) == tenant)

    def _open(self, record: Record, kind: type[M]) -> M | None:
        try:
            return opened(self._seals, record, kind)
        except Forgotten:
            return None


def _selected(record: Record, wanted: RecordFilter) -> bool:
    """Whether an analysis matches the part of the filter that can be checked without opening it."""
    if wanted.HasField("start_time") and record.timestamp_ms < wanted.start_time.ToMilliseconds():
        return False
    if wanted.HasField("end_time") and record.timestamp_ms >= wanted.end_time.ToMilliseconds():
        return False
    if wanted.source == Source.SOURCE_UNSPECIFIED:
        return True
    return record.headers.get(SOURCE) == short_name(Source.DESCRIPTOR, wanted.source).lower()
