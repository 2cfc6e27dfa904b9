"""Dead letters: records that failed by their own fault, kept whole with what was wrong, until someone replays them.

The topic is a log like any other. A letter's id follows from the stage and the event that failed; a replay publishes
the record again as it was, its event id kept, and beside it a marker that the letter is answered, both or neither. If
two people replay one letter at the same moment, the stage sees one event id twice and makes one output.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Bus, Message, Record
from arf.kit.bus.topics import DLQ, EVENT_ID, SCHEMA
from arf.kit.errors import ArfError, NotFound
from arf.v1.events_pb2 import DeadLetter, Header

REPLAYS = "replays"
"""The header of a marker: the id of the letter that it answers."""

_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter of the log; `replayed` if a marker follows it."""

    id: str
    dead: DeadLetter
    replayed: bool = False

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the record that failed."""
        return {header.name: header.value.decode() for header in self.dead.headers}


def letter(topic: str, stage: str, record: Record, event_id: str, error: ArfError, attempts: int) -> Message:
    """What to publish on `topic` when `stage` gives up on `record`."""
    dead = DeadLetter(
        origin_topic=record.topic,
        origin_partition=record.partition,
        origin_offset=record.offset,
        key=record.key.encode(),
        headers=[Header(name=name, value=value.encode()) for name, value in record.headers.items()],
        value=record.value,
        error_code=error.code.name,
        error_message=error.message[:1_000],
        stage=stage,
        attempts=max(1, attempts),
    )
    dead.failed_at.GetCurrentTime()
    headers = {**record.headers, EVENT_ID: stage_id(f"dlq.{stage}", event_id), SCHEMA: DeadLetter.DESCRIPTOR.full_name}
    return Message(topic, record.key, dead.SerializeToString(), headers)


def letters(bus: Bus, topic: str = DLQ) -> list[Letter]:
    """All letters, the oldest first; one that failed again after its replay counts once, as not replayed."""
    found: dict[str, Letter] = {}
    for record in bus.read(topic):
        if (answered := record.headers.get(REPLAYS)) is not None:
            if answered in found:
                found[answered] = Letter(answered, found[answered].dead, replayed=True)
        else:
            id_ = record.headers[EVENT_ID]
            found[id_] = Letter(id_, DeadLetter.FromString(record.value))
    return sorted(found.values(), key=lambda letter: (letter.dead.failed_at.ToNanoseconds(), letter.id))


def show(bus: Bus, id_: str, topic: str = DLQ) -> Letter:
    """The letter of that id. Raises NotFound."""
    for found in letters(bus, topic):
        if found.id == id_:
            return found
    raise NotFound(f"no dead letter {id_} in {topic}")


def replay(bus: Bus, ids: Collection[str] | None = None, topic: str = DLQ) -> list[Letter]:
    """Sends the letters of `ids`, or all that were not replayed yet, back where they came from; returns them.

    Raises NotFound for an unknown id and ArfError for one that was replayed already, nothing being sent then.
    """
    known = {found.id: found for found in letters(bus, topic)}
    for id_ in ids or ():
        if id_ not in known:
            raise NotFound(f"no dead letter {id_} in {topic}")
        if known[id_].replayed:
            raise ArfError(f"dead letter {id_} was replayed already")
    chosen = [known[id_] for id_ in dict.fromkeys(ids)] if ids is not None else list(known.values())
    chosen = [found for found in chosen if not found.replayed]
    for at in range(0, len(chosen), _CHUNK):
        bus.publish([message for found in chosen[at : at + _CHUNK] for message in _again(found, topic)])
    return chosen


def _again(answered: Letter, topic: str) -> list[Message]:
    dead = answered.dead
    key = dead.key.decode()
    marker = {EVENT_ID: stage_id("replay", answered.id), REPLAYS: answered.id}
    return [Message(dead.origin_topic, key, dead.value, answered.headers), Message(topic, key, b"", marker)]
