"""Dead letters: records that can never be processed as they are, kept with their error until someone replays them.

A letter's id is derived from the stage and the event that failed. A replay publishes the record again under the same
event id, and atomically with it a marker that the letter was replayed. Both name the letter, so a count of records can
tell a replay from a call that was submitted twice. If two people replay one letter at the same moment, the stage sees
one event id twice and makes one output.

A record that another client wrote may be too large for any letter. Then the letter only says where the record is, and
cannot be replayed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from google.protobuf.message import DecodeError

from arf.kit.bus.headers import EVENT_ID, SCHEMA, STANDARD
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Bus, Message, Record, check_size
from arf.kit.errors import ArfError, InvalidRecord, NotFound
from arf.v1.events_pb2 import DeadLetter, Header

DLQ = "arf.dlq.v1"
"""The topic of dead letters."""

REPLAYS = "replays"
"""Header of a replay's marker and of the replayed record: the id of the dead letter."""

CUT = "cut"
"""Header of a letter that lacks its record: the record's size in bytes."""

_CHUNK = 50
_SHORT = 300
"""Longest key or header, in characters, that a letter keeps; ARF's own are shorter."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter; `replayed` if a marker follows it, not `whole` if its record was too large to be kept."""

    id: str
    dead: DeadLetter
    replayed: bool = False
    whole: bool = True

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the record that failed."""
        return {header.name: header.value.decode(errors="replace") for header in self.dead.headers}


def letter(topic: str, stage: str, record: Record, event_id: str, error: ArfError, attempts: int) -> Message:
    """The message to publish on `topic` when `stage` gives up on `record`; small enough for any bus."""
    whole = _letter(topic, stage, record, event_id, error, attempts)
    try:
        check_size(whole)
    except InvalidRecord:
        more = f"; its value of {len(record.value):,} bytes, or its key and headers, were too large to keep"
        cut = _letter(topic, stage, _outline(record), event_id, error, attempts, more)
        return replace(cut, headers={**cut.headers, CUT: str(len(record.value))})
    return whole


def _outline(record: Record) -> Record:
    """The record without its value, and without keys and headers that are too long to keep."""
    headers = {name: text for name, text in record.headers.items() if name in STANDARD and len(text) <= _SHORT}
    return replace(record, key=record.key if len(record.key) <= _SHORT else "", value=b"", headers=headers)


def _letter(
    topic: str, stage: str, record: Record, event_id: str, error: ArfError, attempts: int, more: str = ""
) -> Message:
    dead = DeadLetter(
        origin_topic=record.topic,
        origin_partition=record.partition,
        origin_offset=record.offset,
        key=record.key.encode(),
        headers=[Header(name=name, value=value.encode()) for name, value in own_headers(record).items()],
        value=record.value,
        error_code=error.code.name,
        error_message=error.message[:1_000] + more,
        stage=stage,
        attempts=max(1, attempts),
    )
    dead.failed_at.GetCurrentTime()
    own = {EVENT_ID: stage_id(f"dlq.{stage}", event_id), SCHEMA: DeadLetter.DESCRIPTOR.full_name}
    return Message(topic, record.key, dead.SerializeToString(), {**own_headers(record), **own})


def own_headers(record: Record) -> dict[str, str]:
    """The record's headers without those of a replay: what its output inherits."""
    return {name: text for name, text in record.headers.items() if name != REPLAYS}


def letters(bus: Bus, topic: str = DLQ) -> list[Letter]:
    """All dead letters, oldest first; one that failed again after its replay is listed once, as not replayed."""
    found: dict[str, Letter] = {}
    for record in bus.read(topic):
        if (answered := record.headers.get(REPLAYS)) is not None:
            if answered in found:
                found[answered] = replace(found[answered], replayed=True)
        elif (dead := _parsed(record)) is not None:
            id_ = record.headers[EVENT_ID]
            found[id_] = Letter(id_, dead, whole=CUT not in record.headers)
        else:
            logger.warning("%s@%d is not a dead letter", record.slot, record.offset)
    return sorted(found.values(), key=lambda letter: (letter.dead.failed_at.ToNanoseconds(), letter.id))


def _parsed(record: Record) -> DeadLetter | None:
    try:
        dead = DeadLetter.FromString(record.value)
    except DecodeError:
        return None
    return dead if EVENT_ID in record.headers and dead.origin_topic else None


def show(bus: Bus, id_: str, topic: str = DLQ) -> Letter:
    """The dead letter with that id. Raises NotFound."""
    for found in letters(bus, topic):
        if found.id == id_:
            return found
    raise NotFound(f"no dead letter {id_} in {topic}")


def replay(
    bus: Bus,
    ids: Collection[str] | None = None,
    topic: str = DLQ,
    *,
    before: Callable[[Letter], object] = lambda letter: None,
) -> list[Letter]:
    """Publishes the dead letters `ids`, or all not replayed yet, to their topics again; returns those published.

    `before` is called with each letter just before it is published; if it raises, that letter and later ones are not.
    Letters that are not whole are skipped; ArfError if `ids` names no others. Raises NotFound for an unknown id and
    ArfError for one that was replayed already; nothing is published then.
    """
    known = {found.id: found for found in letters(bus, topic)}
    for id_ in ids or ():
        if id_ not in known:
            raise NotFound(f"no dead letter {id_} in {topic}")
        if known[id_].replayed:
            raise ArfError(f"dead letter {id_} was replayed already")
    chosen = [known[id_] for id_ in dict.fromkeys(ids)] if ids is not None else list(known.values())
    sent = [found for found in chosen if found.whole and not found.replayed]
    if ids and not sent:
        raise ArfError(f"cannot be replayed, the record was too large to keep: {', '.join(dict.fromkeys(ids))}")
    for at in range(0, len(sent), _CHUNK):
        chunk = sent[at : at + _CHUNK]
        for found in chunk:
            before(found)
        bus.publish([message for found in chunk for message in _again(found, topic)])
    return sent


def _again(answered: Letter, topic: str) -> list[Message]:
    dead = answered.dead
    key = dead.key.decode()
    standard = {name: text for name, text in answered.headers.items() if name in STANDARD}
    own = {EVENT_ID: stage_id("replay", answered.id), SCHEMA: DeadLetter.DESCRIPTOR.full_name, REPLAYS: answered.id}
    return [
        Message(dead.origin_topic, key, dead.value, {**answered.headers, REPLAYS: answered.id}),
        Message(topic, key, b"", {**standard, **own}),
    ]
