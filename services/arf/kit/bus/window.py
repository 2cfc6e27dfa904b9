"""The records that a worker has polled and not committed, in order within each partition."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.ids import stage_id, tenant_of
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import NOT_TEXT, Record, Slot
from arf.kit.errors import ArfError, InvalidRecord


@dataclass(frozen=True, slots=True)
class Output:
    """A stage's output: a serialised message of type `schema`, e.g. `arf.v1.Summary`."""

    value: bytes
    schema: str


class Repeated(Enum):
    """The outcome of a duplicate: its event already has an output."""

    REPEATED = "repeated"


class Taken(Enum):
    """The outcome of a record that was applied to its key's state."""

    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Parked:
    """The outcome of a record that is set aside with its tenant's others, and why."""

    reason: str


RecordOutcome = Output | ArfError | NoOutput | Repeated | Taken | Parked
"""How handling a record ended; of NoOutput only PASSED_BY, since the others are retried."""


@dataclass(slots=True, eq=False)
class WindowEntry:
    """A record in the window. `outcome` is None until it is decided; an ArfError makes a dead letter.

    `failed`: the last attempt got no answer from the dependency. `answered_before`: how many records of its tenant, and
    of all, had been answered by then. `silent`: how many attempts in a row got no answer, nor any other of its tenant;
    `others`: those of other tenants did. `alone`: handle it by itself, to find out which of several fails. `lane`: the
    tenant, if it is a parked record that is taken up again.
    """

    record: Record
    epoch: int
    event_id: str
    output_id: str
    outcome: RecordOutcome | None = None
    attempts: int = 0
    waits: int = 0
    answered_before: tuple[int, int] = (0, 0)
    failed: bool = False
    silent: int = 0
    others: bool = False
    not_before: float = 0.0
    alone: bool = False
    lane: str = ""

    @property
    def place(self) -> Lane:
        """Where it stands in the window."""
        return self.record.slot, self.lane


Lane = tuple[Slot, str]
"""A partition, and the tenant for its parked records; an empty name for the partition's own order."""


class Window:
    """At most `depth` records per partition, so that a record that waits holds up its own partition alone.

    Parked records that are taken up again stand in lanes of their own, one for each tenant of a partition.
    """

    def __init__(self, stage: str, depth: int) -> None:
        self._stage = stage
        self._depth = depth
        self._items: dict[Lane, deque[WindowEntry]] = {}

    def add(self, record: Record, epoch: int, answered: tuple[int, int], lane: str = "") -> WindowEntry:
        """Appends a record; one that ARF cannot have written is decided at once.

        A record without an event id gets one from its place in the log.
        """
        event_id = record.headers.get(EVENT_ID) or f"{record.topic}/{record.partition}/{record.offset}"
        output_id = stage_id(self._stage, event_id)
        item = WindowEntry(record, epoch, event_id, output_id, _fault(record), answered_before=answered, lane=lane)
        self._items.setdefault(item.place, deque()).append(item)
        return item

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        """Drops the records of partitions that are no longer held, or were lost and taken over again."""
        for place, items in list(self._items.items()):
            self._replace(place, [item for item in items if assignment.get(place[0]) == item.epoch])

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        """Drops the records of `slots`, or all."""
        for place in list(self._items):
            if slots is None or place[0] in slots:
                del self._items[place]

    def full(self) -> set[Slot]:
        """The partitions that can take no more records for now."""
        return {slot for (slot, lane), items in self._items.items() if not lane and len(items) >= self._depth}

    def lane(self, place: Lane) -> list[WindowEntry]:
        """The records of a lane, in order."""
        return list(self._items.get(place, ()))

    def cut(self, place: Lane) -> None:
        """Drops all records of a lane but the first, which tells for all whether the tenant can go on."""
        self._replace(place, self.lane(place)[:1])

    def held_back(self, slot: Slot, tenant: str) -> list[WindowEntry]:
        """The tenant's undecided records of a partition, and those with an output that would overtake one of them."""
        found: dict[str, list[WindowEntry]] = {}
        for item in self._items.get((slot, ""), ()):
            key = item.record.key
            overtakes = isinstance(item.outcome, Output) and key in found
            if tenant_of(key) == tenant and (item.outcome is None or overtakes):
                found.setdefault(key, []).append(item)
        return [item for items in found.values() for item in items]

    def ready(self, now: float, *, parked: bool = False) -> list[WindowEntry]:
        """The records to handle now, only the first of each event id; those in lanes if `parked`, else the others."""
        self._mark_repeated()
        ready = []
        for (_, lane), items in self._items.items():
            open_ids: set[str] = set()
            for item in items if bool(lane) is parked else ():
                if item.outcome is None:
                    if item.output_id not in open_ids and item.not_before <= now:
                        ready.append(item)
                    open_ids.add(item.output_id)
        return ready

    def undecided(self, slot: Slot) -> dict[str, list[WindowEntry]]:
        """The undecided records of a partition, by key and in order."""
        found: dict[str, list[WindowEntry]] = {}
        for item in self._items.get((slot, ""), ()):
            if item.outcome is None:
                found.setdefault(item.record.key, []).append(item)
        return found

    def next_retry(self, besides: Collection[Lane] = ()) -> float | None:
        """When the next waiting record is due, only the first of each event id counting; None if none waits.

        Those in the lanes `besides` do not count.
        """
        firsts: dict[tuple[Lane, str], float] = {}
        for place, items in self._items.items():
            for item in items:
                if item.outcome is None and place not in besides:
                    firsts.setdefault((place, item.output_id), item.not_before)
        return min(firsts.values(), default=None)

    def decided(self) -> list[WindowEntry]:
        """The records that may be committed: in each partition and lane all before the first undecided one."""
        self._mark_repeated()
        found = []
        for items in self._items.values():
            for item in items:
                if item.outcome is None:
                    break
                found.append(item)
        return found

    def retire(self, items: Sequence[WindowEntry]) -> None:
        """Removes committed records."""
        gone = set(map(id, items))
        for place in {item.place for item in items}:
            self._replace(place, [item for item in self._items[place] if id(item) not in gone])

    def _replace(self, place: Lane, items: Sequence[WindowEntry]) -> None:
        if items:
            self._items[place] = deque(items)
        else:
            self._items.pop(place, None)

    def _mark_repeated(self) -> None:
        """Decides records whose event has an output in the window, before that leaves it."""
        for items in self._items.values():
            made = {item.output_id for item in items if isinstance(item.outcome, Output)}
            for item in items:
                if item.outcome is None and item.output_id in made:
                    item.outcome = Repeated.REPEATED


def _fault(record: Record) -> InvalidRecord | None:
    """Why no handler can take the record: a key or header that is not text, or holds a NUL, or no event id."""
    for name, text in {"key": record.key, **{f"headers.{name}": text for name, text in record.headers.items()}}.items():
        if NOT_TEXT in text or "\0" in text:
            return InvalidRecord(name, "not UTF-8" if NOT_TEXT in text else "holds a NUL character")
    return None if EVENT_ID in record.headers else InvalidRecord(f"headers.{EVENT_ID}", "missing")
