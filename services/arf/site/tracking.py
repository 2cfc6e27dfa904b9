"""Projects the committed records of the log into the tables of tracking and lineage.

Commands catch up the tables when they need them, so no process has to run for it. Several may do so at once: known
rows are ignored.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from google.protobuf.message import DecodeError

from arf.backbone import Backbone
from arf.flow import CALLS, EDITOR, REVIEW, STEPS, SUBMIT, SUMMARIES, SUMMARIZER, ArtefactKind
from arf.kit.bus.dlq import DLQ, REPLAYS, Letter, letters
from arf.kit.bus.headers import EVENT_ID, KIND, SOURCE
from arf.kit.bus.ids import call_key, split_call_key, stage_id
from arf.kit.bus.port import NOT_TEXT, Bus, Record
from arf.kit.db.tables import ID
from arf.kit.errors import ArfError, Unavailable
from arf.privacy.sealed_records import Seals, opened
from arf.site.call_stages import CallStages, SqlCallStages, StageRecord, Status
from arf.site.lineage import Artefact, Edge, Lineage, SqlLineage
from arf.site.progress import ProjectionProgress, SqlProjectionProgress
from arf.v1.events_pb2 import DeadLetter
from arf.v1.summary_pb2 import CallSummary

logger = logging.getLogger(__name__)

NAME = "platform.tracking"

_BATCH = 500
_LIVE, _PARTIAL = "live", "PARTIAL"
_STAGE_OF = {CALLS: SUBMIT, **{step.output: step.stage for step in STEPS}}
_KIND_OF = {step.stage: step.makes for step in STEPS} | {REVIEW: ArtefactKind.REVISION}
_BEFORE = {step.stage: step.before for step in STEPS} | {REVIEW: EDITOR.stage}
_FROM_LIVE = "live:"
"""Before the stage in rows of calls that came from live ones: a share of them is summarised, so that their counts need
not add up."""
TOPICS = (*_STAGE_OF, DLQ)
"""The tracked topics, every input before its output."""


class Tracking:
    """Keeps CallStages and Lineage up to date with the log."""

    def __init__(
        self, bus: Bus, seals: Seals, stages: CallStages, lineage: Lineage, progress: ProjectionProgress
    ) -> None:
        self._bus, self._seals, self._progress = bus, seals, progress
        self.stages, self.lineage = stages, lineage

    def catch_up(self, topics: Iterable[str] = TOPICS) -> None:
        """Reads the topics up to their current end. Raises Unavailable, NotFound for a missing topic."""
        for topic in topics:
            known = self._progress.next_offsets(NAME, topic)
            start = {partition: known.get(partition, 0) for partition in range(self._bus.partitions(topic))}
            found = self._bus.read(topic, start)
            while records := list(islice(found, _BATCH)):
                self._take_in(topic, records)

    def dead_letters(self, tenant: str, call_id: str) -> list[Letter]:
        """A call's dead letters that were not replayed, oldest first. Raises Unavailable."""
        if all(row.status is Status.DONE for row in self.stages.of_call(tenant, call_id)):
            return []
        key = call_key(tenant, call_id).encode()
        return [letter for letter in letters(self._bus) if letter.dead.key == key and not letter.replayed]

    def _take_in(self, topic: str, records: Sequence[Record]) -> None:
        rows = [row for record in records if (row := _row(record)) is not None]
        self.stages.record(rows)
        by_place = {(record.partition, record.offset): record for record in records}
        edges: dict[str, list[Edge]] = defaultdict(list)
        for row in rows:
            edges[row.tenant] += self._edges(row, by_place[row.partition, row.offset])
        for tenant, found in edges.items():
            self.lineage.add(tenant, found, datetime.now(UTC))
        # After the rows: reading again after a crash changes nothing.
        ends: dict[int, int] = {}
        for record in records:
            ends[record.partition] = max(record.offset + 1, ends.get(record.partition, 0))
        self._progress.advance(NAME, topic, ends)

    def _edges(self, row: StageRecord, record: Record) -> Iterator[Edge]:
        stage = row.stage.removeprefix(_FROM_LIVE)
        if row.status is not Status.DONE or stage == SUBMIT:
            return
        made = Artefact(_KIND_OF[stage], row.event_id)
        yield Edge(self._parent(row), made)
        if row.topic == SUMMARIES and (policy := self._policy(record)):
            yield Edge(Artefact(ArtefactKind.REDACTION_POLICY, policy), made)

    def _parent(self, row: StageRecord) -> Artefact:
        """The artefact that a record was made from: the earlier output that its id derives from, or else the call."""
        stage = row.stage.removeprefix(_FROM_LIVE)
        before = _BEFORE[stage]
        if before not in ("", SUBMIT):
            for earlier in self.stages.of_call(row.tenant, row.call_id):
                same = earlier.stage.removeprefix(_FROM_LIVE) == before
                if same and stage_id(stage, earlier.event_id) == row.event_id:
                    return Artefact(_KIND_OF[before], earlier.event_id)
        return Artefact(ArtefactKind.CALL, row.call_id)

    def _policy(self, record: Record) -> str:
        """The redaction policy of a summary; empty if there was none, or the call was forgotten."""
        try:
            return opened(self._seals, record, CallSummary).redaction_policy
        except Unavailable:
            raise
        except ArfError:
            return ""


def opened_tracking(backbone: Backbone) -> Tracking:
    """A Tracking on the site's database."""
    database = backbone.database
    tables = SqlCallStages(database), SqlLineage(database), SqlProjectionProgress(database)
    return Tracking(backbone.bus, backbone.sealer, *tables)


def _row(record: Record) -> StageRecord | None:
    """The row for a record; None if it belongs to no call, for the marker of a replay, and for partial summaries."""
    found = split_call_key(record.key)
    if found is None or REPLAYS in record.headers or record.headers.get(KIND) == _PARTIAL:
        return None
    source = record.headers.get(SOURCE)
    stage, event_id, status = _STAGE_OF.get(record.topic, ""), record.headers.get(EVENT_ID, ""), Status.DONE
    if record.topic == DLQ:
        try:
            dead = DeadLetter.FromString(record.value)
        except DecodeError:
            logger.error("%s@%d is not a dead letter", record.slot, record.offset)
            return None
        stage, event_id, status = dead.stage, stage_id(dead.stage, _origin(dead, EVENT_ID)), Status.FAILED
        source = _origin(dead, SOURCE)
    elif source == REVIEW:
        stage = REVIEW
    if source == _LIVE and stage != SUMMARIZER.stage:
        stage = _FROM_LIVE + stage
    at = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    # Without an event id it gets the one that the worker derives from its place.
    event_id = (event_id or f"{record.topic}/{record.partition}/{record.offset}").replace("\0", NOT_TEXT)[:ID]
    tenant, call_id = found
    return StageRecord(record.topic, record.partition, record.offset, tenant, call_id, stage, event_id, status, at)


def _origin(dead: DeadLetter, name: str) -> str:
    """A header of the failed record; its event id, if it has none, as its worker derived it."""
    for header in dead.headers:
        if header.name == name:
            return header.value.decode(errors="replace")
    return f"{dead.origin_topic}/{dead.origin_partition}/{dead.origin_offset}" if name == EVENT_ID else ""
