"""Which error types the editor corrects: those an error profile targets, or all if there is no profile yet."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import ErrorType

ALL_TYPES = frozenset(cast(ErrorType, number) for number in ErrorType.values() if number)

NewestProfile = Callable[[str], Awaitable[ErrorProfile | None]]
"""Finds a tenant's newest error profile, or None. Raises Unavailable."""


def targeted(profile: ErrorProfile | None) -> frozenset[ErrorType]:
    """The error types to correct, for batch loop and service alike."""
    return ALL_TYPES if profile is None else frozenset(kind.type for kind in profile.types if kind.targeted)


class FixedTargets:
    """The same error types for every tenant: from a setting, or from a batch run's profile."""

    def __init__(self, types: Iterable[ErrorType] = ALL_TYPES) -> None:
        self._types = frozenset(types)

    async def of(self, tenant: str) -> frozenset[ErrorType]:
        return self._types


class ProfiledTargets:
    """What each tenant's newest error profile targets, looked up again after `refresh_s`."""

    def __init__(self, newest: NewestProfile, refresh_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._newest = newest
        self._refresh_s = refresh_s
        self._clock = clock
        self._known: dict[str, tuple[float, frozenset[ErrorType]]] = {}
        """When each tenant's error types were looked up, and what they were."""
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, tenant: str) -> frozenset[ErrorType]:
        # A tenant's summaries arrive together, and share one look-up.
        async with self._asking[tenant]:
            found = self._known.get(tenant)
            if found is None or self._clock() - found[0] >= self._refresh_s:
                found = self._known[tenant] = self._clock(), targeted(await self._newest(tenant))
            return found[1]
