"""The states of a keyed stage, in memory, restored from its changelog when a partition is taken over."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from arf.kit.bus.headers import STANDARD
from arf.kit.bus.port import Bus
from arf.v1.events_pb2 import Header, KeyedState

logger = logging.getLogger(__name__)

SCHEMA_NAME = KeyedState.DESCRIPTOR.full_name


@dataclass(frozen=True, slots=True)
class KeyState:
    """The state of one key: arf.v1.KeyedState."""

    revision: int
    begun_by: str
    value: bytes
    timers: tuple[float, ...]
    seen: Mapping[bytes, None]
    headers: Mapping[str, str]

    def has_seen(self, event_id: str) -> bool:
        """Whether the event is among those remembered as applied."""
        return compact(event_id) in self.seen

    def to_bytes(self) -> bytes:
        """The serialised state, as the changelog holds it."""
        headers = [Header(name=name, value=text.encode()) for name, text in self.headers.items()]
        return KeyedState(
            revision=self.revision,
            begun_by=self.begun_by,
            value=self.value,
            timers=self.timers,
            seen=list(self.seen),
            headers=headers,
        ).SerializeToString()

    @staticmethod
    def from_bytes(value: bytes) -> KeyState:
        """The state in a value of the changelog. Raises DecodeError."""
        kept = KeyedState.FromString(value)
        headers = {header.name: header.value.decode() for header in kept.headers}
        return KeyState(kept.revision, kept.begun_by, kept.value, tuple(kept.timers), dict.fromkeys(kept.seen), headers)


class States:
    """States by partition and key."""

    def __init__(self, bus: Bus, changelog: str) -> None:
        self._bus = bus
        self._changelog = changelog
        self._by_partition: dict[int, dict[str, KeyState]] = {}

    def restore(self, partition: int) -> None:
        """Reads a partition of the changelog up to its end. Raises Unavailable."""
        states: dict[str, KeyState] = {}
        for record in self._bus.read(self._changelog, {partition: 0}):
            if not record.value:
                states.pop(record.key, None)
                continue
            try:
                states[record.key] = KeyState.from_bytes(record.value)
            except DecodeError:
                # Written by another client. If the worker ended here, it would do so again after each restart.
                logger.error("%s@%d is not a state", record.slot, record.offset)
        self._by_partition[partition] = states

    def drop(self, partitions: Collection[int] | None = None) -> None:
        """Drops the states of the partitions, or all."""
        for partition in list(self._by_partition) if partitions is None else partitions:
            self._by_partition.pop(partition, None)

    def get(self, partition: int, key: str) -> KeyState | None:
        """The state of a key, or None."""
        return self._by_partition[partition].get(key)

    def put(self, partition: int, key: str, state: KeyState | None) -> None:
        """Sets the state of a key; None removes it."""
        if state is None:
            self._by_partition[partition].pop(key, None)
        else:
            self._by_partition[partition][key] = state

    def timers(self, partition: int) -> Iterator[tuple[str, float]]:
        """The keys of a partition that have timers, each with its earliest."""
        return ((key, min(state.timers)) for key, state in self._by_partition[partition].items() if state.timers)


def seen_after(before: KeyState | None, event_ids: Sequence[str], remembered: int) -> dict[bytes, None]:
    """The newest event ids, old and new ones together, as many as are to be remembered."""
    seen = dict(before.seen) if before is not None else {}
    seen.update((compact(event_id), None) for event_id in event_ids)
    return dict.fromkeys(list(seen)[-remembered:])


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """The record's headers that its outputs inherit."""
    return {name: text for name, text in headers.items() if name in STANDARD}


def compact(event_id: str) -> bytes:
    """The shortened event id that a state remembers."""
    return hashlib.sha256(event_id.encode()).digest()[:16]
