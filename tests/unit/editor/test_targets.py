"""Which error types are mended: those of the tenant's newest profile, looked for now and then."""

from __future__ import annotations

import asyncio

import pytest

from arf.editor.targets import ALL_TYPES, ProfiledTargets, targeted
from arf.kit.errors import Unavailable
from arf.v1.error_profile_pb2 import ErrorProfile, TypeProfile
from arf.v1.finding_pb2 import ErrorType

pytestmark = pytest.mark.anyio

OMISSION, FORMAT = ErrorType.ERROR_TYPE_OMISSION, ErrorType.ERROR_TYPE_FORMAT


def _profile(*kinds: ErrorType) -> ErrorProfile:
    return ErrorProfile(types=[TypeProfile(type=kind, targeted=kind in kinds) for kind in sorted(ALL_TYPES)])


class Profiles:
    """Finds the profiles that it is given, by tenant, and counts how often it is asked."""

    def __init__(self, **profiles: ErrorProfile) -> None:
        self.profiles, self.asked, self.now = profiles, 0, 0.0
        self.away = False

    async def newest(self, tenant: str) -> ErrorProfile | None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("analysis: down")
        return self.profiles.get(tenant)

    def targets(self) -> ProfiledTargets:
        return ProfiledTargets(self.newest, 300.0, lambda: self.now)


def test_all_types_are_mended_when_there_is_no_profile() -> None:
    assert targeted(None) == ALL_TYPES
    assert targeted(_profile(OMISSION)) == {OMISSION}
    assert targeted(_profile()) == frozenset()


async def test_each_tenant_has_its_own() -> None:
    targets = Profiles(a=_profile(OMISSION), b=_profile(FORMAT)).targets()
    assert [await targets.of(tenant) for tenant in ("a", "b", "c", "a")] == [
        {OMISSION},
        {FORMAT},
        ALL_TYPES,
        {OMISSION},
    ]


async def test_a_new_profile_counts_when_its_time_has_come_and_not_before() -> None:
    profiles = Profiles(a=_profile(OMISSION))
    targets = profiles.targets()
    await targets.of("a")
    profiles.profiles["a"] = _profile(FORMAT)
    profiles.now = 299.0
    assert await targets.of("a") == {OMISSION}
    profiles.now = 300.0
    assert await targets.of("a") == {FORMAT}
    assert profiles.asked == 2


async def test_nothing_is_guessed_when_the_analysis_does_not_answer() -> None:
    profiles = Profiles(a=_profile(OMISSION))
    profiles.away = True
    targets = profiles.targets()
    with pytest.raises(Unavailable):
        await targets.of("a")
    profiles.away = False
    assert await targets.of("a") == {OMISSION}


async def test_a_profile_is_asked_for_once_when_many_summaries_come_at_once() -> None:
    profiles = Profiles(a=_profile(OMISSION))
    targets = profiles.targets()
    assert await asyncio.gather(*(targets.of("a") for _ in range(5))) == [{OMISSION}] * 5
    assert profiles.asked == 1
