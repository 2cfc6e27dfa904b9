"""Schedules a keyed stage: which keys have records to handle, and which have timers that are due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from arf.kit.bus.kinds.keyed_changes import Turn
from arf.kit.bus.kinds.keyed_stage import KeyedStage
from arf.kit.bus.kinds.keyed_state import States
from arf.kit.bus.port import Slot
from arf.kit.bus.window import Repeated, Window, WindowEntry

_LOOK_S = 0.01
"""How often to look for results while background work is in progress."""


@dataclass(slots=True)
class HeldPartition:
    """A held partition: since when, by both clocks, and whether all records from before then are handled."""

    epoch: int
    since: float
    since_ms: float
    caught_up: bool = False


@dataclass(slots=True)
class Paused:
    """A key whose turn without records failed: how often, and when to try again."""

    waits: int = 0
    not_before: float = 0.0


class Turns:
    """Chooses the next turns from records in the window, timers in the states, and results of background work."""

    def __init__(self, window: Window, states: States, calendar: Callable[[], float], stage: KeyedStage) -> None:
        self._window = window
        self._states = states
        self._calendar = calendar
        self._background = stage.background
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

    def of_background(self, now: float) -> list[Turn]:
        """Turns of the keys that have results to take and no waiting records; drops results of partitions not held."""
        turns, finished = list[Turn](), self._background.finished() if self._background is not None else ()
        held = {slot: self._window.undecided(slot) for slot in self.held} if finished else {}
        for key in finished:
            slot = next((slot for slot in held if self._states.get(slot.partition, key) is not None), None)
            if slot is None:
                assert self._background is not None
                self._background.drop(key)
            elif key not in held[slot] and self._is_time(slot, key, now):
                turns.append(Turn(slot, key, []))
        return turns

    def of_timers(self, now: float, taken: Collection[str] = ()) -> list[Turn]:
        """Turns of the keys whose timers are due, that have no waiting records and are not among those `taken`."""
        today, turns = self._calendar(), []
        for slot in self._punctual():
            busy = self._window.undecided(slot)
            for key, at in self._states.timers(slot.partition):
                if at <= today and key not in busy and key not in taken and self._is_time(slot, key, now):
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
        if self._background is not None and (self._background.busy() or self._background.finished()):
            times.append(now + _LOOK_S)
        return min(times, default=None)

    def waiting(self, turn: Turn) -> WindowEntry | Paused:
        """The object that counts the turn's retries and holds the time of the next."""
        return turn.items[0] if turn.items else self._paused.setdefault((turn.slot, turn.key), Paused())

    def taken(self, turn: Turn) -> None:
        """Ends the key's pause: its turn succeeded."""
        self._paused.pop((turn.slot, turn.key), None)

    def drop(self, slots: Collection[Slot]) -> None:
        """Forgets the partitions."""
        self.held = {slot: held for slot, held in self.held.items() if slot not in slots}
        self._paused = {place: paused for place, paused in self._paused.items() if place[0] not in slots}

    def _is_time(self, slot: Slot, key: str, now: float) -> bool:
        """Whether the key may have a turn without records, after one that failed."""
        paused = self._paused.get((slot, key))
        return paused is None or paused.not_before <= now

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
