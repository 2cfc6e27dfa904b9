"""Whose turn it is at a keyed stage: keys with records that wait, and keys whose timers have come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from arf.kit.bus.kinds.keyed_changes import Turn
from arf.kit.bus.kinds.keyed_state import States
from arf.kit.bus.port import Slot
from arf.kit.bus.window import Repeated, Window, WindowEntry


@dataclass(slots=True)
class HeldPartition:
    """A partition that is held: since when, by the worker's clock and by the calendar, and if its past is handled."""

    epoch: int
    since: float
    since_ms: float
    caught_up: bool = False


@dataclass(slots=True)
class Paused:
    """A key whose timer failed: how often, and until when it rests."""

    waits: int = 0
    not_before: float = 0.0


class Turns:
    """Chooses turns from the records in the window and the timers in the states."""

    def __init__(self, window: Window, states: States, calendar: Callable[[], float]) -> None:
        self._window = window
        self._states = states
        self._calendar = calendar
        self._paused: dict[tuple[Slot, str], Paused] = {}
        self.held: dict[Slot, HeldPartition] = {}

    def of_records(self, now: float) -> list[Turn]:
        """The keys that have records to handle now; records of events that were taken in before are decided here."""
        turns = []
        for slot in self.held:
            for key, items in self._window.undecided(slot).items():
                fresh = self._fresh(slot, key, items)
                if fresh and fresh[0].not_before <= now:
                    turns.append(Turn(slot, key, _together(fresh)))
        return turns

    def of_timers(self, now: float) -> list[Turn]:
        """The keys whose timers have come, and that no record waits for."""
        today, turns = self._calendar(), []
        for slot in self._punctual():
            busy = self._window.undecided(slot)
            for key, at in self._states.timers(slot.partition):
                paused = self._paused.get((slot, key))
                if at <= today and key not in busy and (paused is None or paused.not_before <= now):
                    turns.append(Turn(slot, key, []))
        return turns

    def due(self, now: float) -> float | None:
        """When the next turn is, by the worker's clock; None if there is none."""
        times = [items[0].not_before for slot in self.held for items in self._window.undecided(slot).values()]
        to_clock = now - self._calendar()
        for slot in self._punctual():
            for key, at in self._states.timers(slot.partition):
                paused = self._paused.get((slot, key))
                times.append(max(at + to_clock, paused.not_before if paused else 0.0))
        return min(times, default=None)

    def waiting(self, turn: Turn) -> WindowEntry | Paused:
        """What knows how often the turn was put off, and until when."""
        return turn.items[0] if turn.items else self._paused.setdefault((turn.slot, turn.key), Paused())

    def taken(self, turn: Turn) -> None:
        """The turn succeeded: its key's timers are not put off any more."""
        self._paused.pop((turn.slot, turn.key), None)

    def drop(self, slots: Collection[Slot]) -> None:
        """Forgets partitions."""
        self.held = {slot: held for slot, held in self.held.items() if slot not in slots}
        self._paused = {place: paused for place, paused in self._paused.items() if place[0] not in slots}

    def _fresh(self, slot: Slot, key: str, items: Sequence[WindowEntry]) -> list[WindowEntry]:
        """The records of a key less those of events taken in before; of those with one event id only the first."""
        state = self._states.get(slot.partition, key)
        found: dict[str, WindowEntry] = {}
        for item in items:
            if state is not None and state.has_seen(item.event_id):
                item.outcome = Repeated.REPEATED
            else:
                found.setdefault(item.event_id, item)
        return list(found.values())

    def _punctual(self) -> list[Slot]:
        """The partitions whose timers may come: what was published before they were taken over has been handled."""
        full = self._window.full()
        return [slot for slot, held in self.held.items() if held.caught_up and slot not in full]


def _together(items: Sequence[WindowEntry]) -> list[WindowEntry]:
    """Those that are handled together: all up to one that is to be handled alone."""
    if items[0].alone:
        return [items[0]]
    return list(items[: next((n for n, item in enumerate(items) if item.alone), len(items))])
