"""Uncommitted changes of a keyed stage's states, and which of them may be committed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from arf.kit.bus.headers import EVENT_ID, REVISION, SCHEMA
from arf.kit.bus.ids import keyed_id
from arf.kit.bus.kinds.keyed_stage import Change, KeyedStage
from arf.kit.bus.kinds.keyed_state import SCHEMA_NAME, KeyState, States, passed_on, seen_after
from arf.kit.bus.port import MAX_VALUE_BYTES, Message, Slot, check_size
from arf.kit.bus.window import WindowEntry
from arf.kit.errors import InvalidRecord


@dataclass(slots=True, eq=False)
class Turn:
    """One call of the handler for a key, with its records (none for a timer) and the time `now` given to it."""

    slot: Slot
    key: str
    items: Sequence[WindowEntry]
    now: float = 0.0


@dataclass(slots=True, eq=False)
class _Made:
    """The result of a turn; no changelog message if there was no state before and is none after.

    A turn that ends its key is `forgetful`: no state is left to recognise its records if they come again.
    """

    turn: Turn
    outputs: Sequence[Message]
    changelog: Message | None
    forgetful: bool


class Changes:
    """The uncommitted changes of all partitions, in order."""

    def __init__(self, stage: KeyedStage, states: States) -> None:
        self._stage = stage
        self._states = states
        self._made: list[_Made] = []
        self._committing: list[_Made] = []

    def make(self, turn: Turn, change: Change) -> InvalidRecord | None:
        """Applies a change to the key's state; returns an error and changes nothing if the bus would refuse it."""
        before = self._states.get(turn.slot.partition, turn.key)
        revision = before.revision + 1 if before else 1
        begun_by = before.begun_by if before else turn.items[0].event_id
        headers = passed_on(turn.items[-1].record.headers) if turn.items else dict(before.headers if before else {})
        own = {REVISION: str(revision)}
        outputs = []
        for number, output in enumerate(change.outputs):
            id_ = keyed_id(self._stage.name, turn.key, begun_by, revision, number)
            named = {**output.headers, **headers, **own, EVENT_ID: id_, SCHEMA: output.schema}
            outputs.append(Message(output.topic, turn.key, output.value, named))
        after = None
        if change.state is not None:
            ids = [item.event_id for item in turn.items]
            seen = seen_after(before, ids, self._stage.remembered)
            timers = tuple(sorted(at for at in set(change.timers) if at > turn.now))
            after = KeyState(revision, begun_by, change.state, timers, seen, headers)
        changelog = None
        if before or after:
            value = after.to_bytes() if after else b""
            changelog = Message(self._stage.changelog, turn.key, value, {**headers, **own, SCHEMA: SCHEMA_NAME})
        if (fault := _fault([*outputs, *([changelog] if changelog else [])])) is not None:
            return fault
        self._states.put(turn.slot.partition, turn.key, after)
        self._made.append(_Made(turn, outputs, changelog, after is None))
        return None

    def decided(self, items: Sequence[WindowEntry]) -> tuple[list[WindowEntry], list[Message], set[Slot]]:
        """The decided records that may be committed, the messages, and partitions with messages but no records.

        A change need not wait for undecided records before its own: if its records come again, the state recognises
        them. A forgetful one waits, and its key with it, until it can be committed with all of its records.
        """
        kept, whole = list(items), list[_Made]()
        while True:
            included, cut, waiting = set(map(id, kept)), dict[Slot, int](), set[tuple[Slot, str]]()
            whole = []
            for made in self._made:
                turn, place = made.turn, (made.turn.slot, made.turn.key)
                inside = [item for item in turn.items if id(item) in included]
                complete = not made.forgetful or len(inside) == len(turn.items)
                if complete and place not in waiting:
                    whole.append(made)
                    continue
                waiting.add(place)
                if inside:
                    first = inside[0].record.offset
                    cut[turn.slot] = min(first, cut.get(turn.slot, first))
            if not cut:
                break
            kept = [i for i in kept if i.record.offset < cut.get(i.record.slot, i.record.offset + 1)]
        self._committing = whole
        consumed = {item.record.slot for item in kept}
        return kept, _messages(whole), {made.turn.slot for made in whole} - consumed

    def committed(self) -> None:
        """Drops the changes that `decided` returned last: they are committed."""
        done = set(map(id, self._committing))
        self._made = [made for made in self._made if id(made) not in done]
        self._committing = []

    def drop(self, slots: Collection[Slot]) -> None:
        """Drops the changes of the partitions."""
        self._made = [made for made in self._made if made.turn.slot not in slots]


def _messages(whole: Sequence[_Made]) -> list[Message]:
    """All outputs, and each key's last state."""
    last = {(made.turn.slot, made.turn.key): made.changelog for made in whole if made.changelog is not None}
    return [*(output for made in whole for output in made.outputs), *last.values()]


def _fault(messages: Sequence[Message]) -> InvalidRecord | None:
    """Why the bus would refuse one of them; checked here since a commit is all or nothing."""
    for message in messages:
        if (size := len(message.value)) > MAX_VALUE_BYTES:
            return InvalidRecord("output", f"{size:,} bytes for {message.topic} are more than {MAX_VALUE_BYTES:,}")
        try:
            check_size(message)
        except InvalidRecord as error:
            return error
    return None
