"""Holds what the topics have against what was submitted: each call exactly one record a stage, each of its own call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from arf.flow import CALLS, STEPS, ArtefactKind
from arf.inference.profile import ModelProfile
from arf.kit.bus.dlq import DLQ, REPLAYS
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.ids import call_key, stage_id
from arf.kit.bus.port import Record
from arf.privacy.redaction.redactor import redact
from arf.privacy.sealed_records import Seals, opened
from arf.site.lineage import Artefact, Edge, Lineage
from arf.tasks.registry import load
from arf.v1.events_pb2 import DeadLetter
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call
from tests.faults.plan import STAGES as LINE
from tests.faults.upstream import mark

_MESSAGES: dict[ArtefactKind, Any] = {
    ArtefactKind.TEACHER_SUMMARY: CallSummary,
    ArtefactKind.FINDINGS: Analysis,
    ArtefactKind.REVISION: Revision,
}
STAGES = {step.stage: (step.output, _MESSAGES[step.makes], step.makes) for step in STEPS if step.stage in LINE}

Topics = Mapping[str, Sequence[Record]]


@dataclass
class Verdict:
    """What is wrong, by call, in words; all is well if there is nothing."""

    records: dict[str, int] = field(default_factory=dict)
    """Records by stage, whatever they are."""
    letters: list[str] = field(default_factory=list)
    """The calls of the dead letters."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.wrong)

    def lines(self) -> Iterator[str]:
        """Everything that is wrong."""
        for what, found in (("lost", self.lost), ("doubled", self.doubled), ("wrong", self.wrong)):
            yield from (f"{what}: {line}" for line in found)


def judge(events: Mapping[str, str], tenant: str, topics: Topics, *, poison: Set[str], replayed: bool) -> Verdict:
    """`events` are the submitted calls' event ids by call id. The poisonous have one dead letter each.

    Until they are `replayed` they have nothing else; then they have a record of each stage, too, and a mark beside
    the letter.
    """
    verdict = Verdict()
    there = Counter(record.headers.get(EVENT_ID, "") for record in topics[CALLS])
    verdict.lost += [f"{call_id}: not in {CALLS}" for call_id, event_id in events.items() if not there[event_id]]
    wanted = {event_id: call_id for call_id, event_id in events.items() if replayed or call_id not in poison}
    for stage, (topic, _, _) in STAGES.items():
        wanted = {stage_id(stage, event_id): call_id for event_id, call_id in wanted.items()}
        _judge_stage(verdict, stage, topics[topic], wanted, tenant)
    _judge_letters(verdict, topics[DLQ], poison, replayed=replayed)
    return verdict


def _judge_stage(
    verdict: Verdict, stage: str, records: Sequence[Record], wanted: Mapping[str, str], tenant: str
) -> None:
    verdict.records[stage] = len(records)
    made = Counter(record.headers.get(EVENT_ID, "") for record in records)
    for event_id, call_id in wanted.items():
        if not made[event_id]:
            verdict.lost.append(f"{call_id}: no record of {stage}")
        elif made[event_id] > 1:
            verdict.doubled.append(f"{call_id}: {made[event_id]} records of {stage}")
    for record in records:
        asked = wanted.get(record.headers.get(EVENT_ID, ""))
        if asked is None or record.key != call_key(tenant, asked):
            verdict.wrong.append(f"{record.key}: {record.slot}@{record.offset} is what nobody asked for")


def _judge_letters(verdict: Verdict, records: Sequence[Record], poison: Set[str], *, replayed: bool) -> None:
    letters = [DeadLetter.FromString(record.value) for record in records if REPLAYS not in record.headers]
    verdict.letters = [_call_id(letter.key.decode()) for letter in letters]
    marks = len(records) - len(letters)
    for letter in letters:
        call_id = _call_id(letter.key.decode())
        if call_id not in poison:
            why = f"{letter.error_code}: {letter.error_message}"
            verdict.wrong.append(f"{call_id}: a dead letter of {letter.stage}, after {letter.attempts} attempts: {why}")
    for call_id, count in Counter(verdict.letters).items():
        if count > 1:
            verdict.doubled.append(f"{call_id}: {count} dead letters")
    missing = sorted(poison - set(verdict.letters))
    verdict.lost += [f"{call_id}: poisonous, and no dead letter" for call_id in missing]
    if marks != (len(poison) if replayed else 0):
        verdict.wrong.append(f"{DLQ}: {marks} marks of replays")


def trace(topics: Topics, seals: Seals, lineage: Lineage, tenant: str) -> list[str]:
    """What is wrong with where records come from: their text, call by call, and the tables that `arf lineage` reads."""
    wrong = []
    made: dict[str, dict[str, tuple[str, Any]]] = {stage: {} for stage in STAGES}
    for stage, (topic, kind, _) in STAGES.items():
        for record in topics[topic]:
            message = opened(seals, record, kind)
            if message.call_id != _call_id(record.key):
                wrong.append(f"{record.key}: {record.slot}@{record.offset} is of call {message.call_id}")
            made[stage][_call_id(record.key)] = (record.headers[EVENT_ID], message)
    for call in {record.key: opened(seals, record, Call) for record in topics[CALLS]}.values():
        own = {stage: made[stage][call.id] for stage in STAGES if call.id in made[stage]}
        if len(own) == len(STAGES):
            wrong += [f"{call.id}: {what}" for what in (*_texts(call, own), *_edges(call, own, lineage, tenant))]
    return wrong


def _texts(call: Call, own: Mapping[str, tuple[str, Any]]) -> Iterator[str]:
    (_, summary), (_, analysis), (_, revision) = (own[stage] for stage in STAGES)
    task = load("customer_service")
    asked = task.teacher_prompt(redact(call).call, ModelProfile())
    if mark("\n".join(message.content for message in asked.messages)) not in summary.summary.text:
        yield "its summary was made of another prompt"
    if analysis.summary != summary.summary.text:
        yield "its analysis is of another summary"
    if revision.original != summary.summary.text:
        yield "its revision is of another summary"


def _edges(call: Call, own: Mapping[str, tuple[str, Any]], lineage: Lineage, tenant: str) -> Iterator[str]:
    way = [
        Artefact(ArtefactKind.CALL, call.id),
        *(Artefact(kind, own[stage][0]) for stage, (_, _, kind) in STAGES.items()),
    ]
    known = lineage.ancestry(tenant, way[-1])
    for parent, child in pairwise(way):
        if Edge(parent, child) not in known:
            yield f"lineage does not lead from {parent.kind.value} to {child.kind.value}"


def _call_id(key: str) -> str:
    return key.partition("/")[2]
