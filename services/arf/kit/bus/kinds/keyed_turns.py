"""Schedules a keyed stage: which keys have records to handle, and which have timers that are due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from arf.kit.bus.kinds.keyed_changes import Turn
from arf.kit.bus.kinds.keyed_state import States
from arf.kit.bus.port import Slot
from arf.kit.bus.window import Repeated, Window, WindowEntry


@dataclass(slots=True)
class HeldPartition:
    """A held partition: since when, by both clocks, and whether all records from before then are handled."""

    epoch: int
    since: float
    since_ms: float
    caught_up: bool = False


@dataclass(slots=True)
class Paused:
    """A key whose timer failed: how often, and when to try again."""

    waits: int = 0
    not_before: float = 0.0


class Turns:
    """Chooses the next turns from the records in the window and the timers in the states."""

    def __init__(self, window: Window, states: States, calendar: Callable[[], float]) -> None:
        self._window = window
        self._states = states
        self._calendar = calendar
        self._paused: dict[tuple[Slot, str], Paused] = {}
        self.held: dict[Slot, HeldPartition] = {}

    def of_records(self, now: float) -> list[Turn]:
        """Turns of the keys that have records to handle now; marks duplicates of applied events as done."""
        turns = []
        for slot in self.held:
            for key, items in self._window.undecided(slot).items():
                fresh = self._fresh(slot, key, items)
                if fresh and fresh[0].not_before <= now:
                    turns.append(Turn(slot, key, _together(fresh)))
        return turns

    def of_timers(self, now: float) -> list[Turn]:
        """Turns of the keys whose timers are due and that have no waiting records."""
        today, turns = self._calendar(), []
        for slot in self._punctual():
            busy = self._window.undecided(slot)
            for key, at in self._states.timers(slot.partition):
                paused = self._paused.get((slot, key))
                if at <= today and key not in busy and (paused is None or paused.not_before <= now):
                    turns.append(Turn(slot, key, []))
        return turns

    def due(self, now: float) -> float | None:
        """When the next turn is due, by the worker's clock; None if there is none."""
        times = [items[0].not_before for slot in self.held for items in self._window.undecided(slot).values()]
        to_clock = now - self._calendar()
        for slot in self._punctual():
            for key, at in self._states.timers(slot.partition):
                paused = self._paused.get((slot, key))
                times.append(max(at + to_clock, paused.not_before if paused else 0.0))
        return min(times, default=None)

    def waiting(self, turn: Turn) -> WindowEntry | Paused:
        """The object that counts the turn's retries and holds the time of the next."""
        return turn.items[0] if turn.items else self._paused.setdefault((turn.slot, turn.key), Paused())

    def taken(self, turn: Turn) -> None:
        """Ends the pause of the key's timers: its turn succeeded."""
        self._paused.pop((turn.slot, turn.key), None)

    def drop(self, slots: Collection[Slot]) -> None:
        """Forgets the partitions."""
        self.held = {slot: held for slot, held in self.held.items() if slot not in slots}
        self._paused = {place: paused for place, paused in self._paused.items() if place[0] not in slots}

    def _fresh(self, slot: Slot, key: str, items: Sequence[WindowEntry]) -> list[WindowEntry]:
        """A key's records without those of applied events; only the first of each event id."""
        state = self._states.get(slot.partition, key)
        found: dict[str, WindowEntry] = {}
        for item in items:
            if state is not None and state.has_seen(item.event_id):
                item.outcome = Repeated.REPEATED
            else:
                found.setdefault(item.event_id, item)
        return list(found.values())

    def _punctual(self) -> list[Slot]:
        """The partitions whose timers may fire: all from before they were taken over has been handled."""
        full = self._window.full()
        return [slot for slot, held in self.held.items() if held.caught_up and slot not in full]


def _together(items: Sequence[WindowEntry]) -> list[WindowEntry]:
    """The records to handle together: all up to the first that must be handled alone."""
    if items[0].alone:
        return [items[0]]
    return list(items[: next((n for n, item in enumerate(items) if item.alone), len(items))])
