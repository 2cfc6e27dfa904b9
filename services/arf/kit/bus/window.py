"""The records that a worker has polled and not committed, in order within each partition."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.ids import stage_id
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


RecordOutcome = Output | ArfError | NoOutput | Repeated | Taken
"""How handling a record ended; of NoOutput only PASSED_BY, since NOT_YET is retried."""


@dataclass(slots=True, eq=False)
class WindowEntry:
    """A record in the window. `outcome` is None until it is decided; an ArfError makes a dead letter.

    `failed`: the last attempt got no answer from the dependency. `answered_before`: how many other records had been
    answered by then. `alone`: handle it by itself, to find out which of several fails.
    """

    record: Record
    epoch: int
    event_id: str
    output_id: str
    outcome: RecordOutcome | None = None
    attempts: int = 0
    waits: int = 0
    answered_before: int = 0
    failed: bool = False
    not_before: float = 0.0
    alone: bool = False


class Window:
    """At most `depth` records per partition, so that a record that waits holds up its own partition alone."""

    def __init__(self, stage: str, depth: int) -> None:
        self._stage = stage
        self._depth = depth
        self._items: dict[Slot, deque[WindowEntry]] = {}

    def add(self, record: Record, epoch: int, answered: int) -> WindowEntry:
        """Appends a record; one that ARF cannot have written is decided at once.

        A record without an event id gets one from its place in the log.
        """
        event_id = record.headers.get(EVENT_ID) or f"{record.topic}/{record.partition}/{record.offset}"
        item = WindowEntry(
            record, epoch, event_id, stage_id(self._stage, event_id), _fault(record), answered_before=answered
        )
        self._items.setdefault(record.slot, deque()).append(item)
        return item

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        """Drops the records of partitions that are no longer held, or were lost and taken over again."""
        for slot, items in list(self._items.items()):
            kept = deque(item for item in items if assignment.get(slot) == item.epoch)
            if kept:
                self._items[slot] = kept
            else:
                del self._items[slot]

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        """Drops the records of `slots`, or all."""
        for slot in list(self._items) if slots is None else slots:
            self._items.pop(slot, None)

    def full(self) -> set[Slot]:
        """The partitions that can take no more records for now."""
        return {slot for slot, items in self._items.items() if len(items) >= self._depth}

    def ready(self, now: float) -> list[WindowEntry]:
        """The records to handle now, only the first of each event id."""
        self._mark_repeated()
        ready = []
        for items in self._items.values():
            open_ids: set[str] = set()
            for item in items:
                if item.outcome is None:
                    if item.output_id not in open_ids and item.not_before <= now:
                        ready.append(item)
                    open_ids.add(item.output_id)
        return ready

    def undecided(self, slot: Slot) -> dict[str, list[WindowEntry]]:
        """The undecided records of a partition, by key and in order."""
        found: dict[str, list[WindowEntry]] = {}
        for item in self._items.get(slot, ()):
            if item.outcome is None:
                found.setdefault(item.record.key, []).append(item)
        return found

    def next_retry(self) -> float | None:
        """When the next waiting record is due, only the first of each event id counting; None if none waits."""
        firsts: dict[tuple[Slot, str], float] = {}
        for slot, items in self._items.items():
            for item in items:
                if item.outcome is None:
                    firsts.setdefault((slot, item.output_id), item.not_before)
        return min(firsts.values(), default=None)

    def decided(self) -> list[WindowEntry]:
        """The records that may be committed: in each partition all before the first undecided one."""
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
        for slot in {item.record.slot for item in items}:
            kept = deque(item for item in self._items[slot] if id(item) not in gone)
            if kept:
                self._items[slot] = kept
            else:
                del self._items[slot]

    def _mark_repeated(self) -> None:
        """Decides records whose event has an output in the window, before that leaves it."""
        for items in self._items.values():
            made = {item.output_id for item in items if isinstance(item.outcome, Output)}
            for item in items:
                if item.outcome is None and item.output_id in made:
                    item.outcome = Repeated.REPEATED


def _fault(record: Record) -> InvalidRecord | None:
    """Why no handler can take the record: a key or header that is not text, or no event id."""
    for name, text in {"key": record.key, **{f"headers.{name}": text for name, text in record.headers.items()}}.items():
        if NOT_TEXT in text:
            return InvalidRecord(name, "not UTF-8")
    return None if EVENT_ID in record.headers else InvalidRecord(f"headers.{EVENT_ID}", "missing")
