"""A cache of calls' keys, bounded in size and time, from which forgotten calls are dropped at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Call = tuple[str, str]
"""Tenant and call id."""


@dataclass(frozen=True, slots=True)
class CachedKey:
    """An unwrapped key, its id, and its call."""

    key_id: str
    call: Call
    key: bytes


class KeyCache:
    """Holds up to `size` keys, the least recently used going first, and none for longer than `ttl_s` seconds.

    `ttl_s` is also how long a call that another process forgot can still be read here.
    """

    def __init__(self, size: int = 1024, ttl_s: float = 30.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[CachedKey, float]] = OrderedDict()
        self._ids: dict[Call, str] = {}
        self._drops = 0

    def by_id(self, key_id: str) -> CachedKey | None:
        """The key with that id, if it is cached and not expired."""
        with self._lock:
            found = self._entries.get(key_id)
            if found is None:
                return None
            if found[1] <= self._monotonic():
                self._remove(key_id)
                return None
            self._entries.move_to_end(key_id)
            return found[0]

    def of_call(self, call: Call) -> CachedKey | None:
        """The call's key, if it is cached and not expired."""
        with self._lock:
            key_id = self._ids.get(call)
        return None if key_id is None else self.by_id(key_id)

    def load(self, read: Callable[[], Sequence[CachedKey]]) -> Sequence[CachedKey]:
        """Returns what `read` does, and caches it unless a key was dropped meanwhile: it might be that one."""
        with self._lock:
            drops, until = self._drops, self._monotonic() + self._ttl_s
        loaded = read()
        with self._lock:
            if self._drops == drops:
                for key in loaded:
                    self._entries[key.key_id] = (key, until)
                    self._entries.move_to_end(key.key_id)
                    self._ids[key.call] = key.key_id
                while len(self._entries) > self._size:
                    self._remove(next(iter(self._entries)))
        return loaded

    def drop(self, call: Call) -> None:
        """Removes the call's key, and keeps a load in progress from caching it again."""
        with self._lock:
            self._drops += 1
            key_id = self._ids.get(call)
            if key_id is not None:
                self._remove(key_id)

    def __len__(self) -> int:
        return len(self._entries)

    def _remove(self, key_id: str) -> None:
        cached, _ = self._entries.pop(key_id)
        self._ids.pop(cached.call, None)
