"""Error profiles stay as they were made; requests and pages find them again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from arf.analysis.profile_store import SealedExample, SqlProfiles, StoredProfile
from arf.kit.db.database import Database
from arf.kit.errors import InvalidRecord, NotFound
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.events_pb2 import Sealed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def profiles(database: Database) -> SqlProfiles:
    return SqlProfiles(database)


def _profile(profile_id: str, minutes: int = 0, model: str = "m", examples: int = 0) -> StoredProfile:
    profile = ErrorProfile(profile_id=profile_id, model=model, name=f"errorProfiles/{profile_id}")
    profile.create_time.FromDatetime(NOW + timedelta(minutes=minutes))
    sealed = tuple(SealedExample(f"c{n}", Sealed(key_id=f"k{n}", schema="s")) for n in range(examples))
    return StoredProfile(profile, sealed)


def test_a_profile_comes_back_whole_and_to_its_tenant_alone(profiles: SqlProfiles) -> None:
    given = _profile("p1", examples=12)
    assert profiles.add("t", given) == given
    assert profiles.get("t", "p1") == given
    with pytest.raises(NotFound, match="errorProfiles/p1"):
        profiles.get("other", "p1")


def test_the_first_stays_when_the_same_is_made_again(profiles: SqlProfiles) -> None:
    first = profiles.add("t", _profile("p1", model="first", examples=1))

    assert profiles.add("t", _profile("p1", 5, model="second", examples=3)) == first
    assert profiles.get("t", "p1") == first
    assert profiles.add("other", _profile("p1", model="theirs")).profile.model == "theirs"


def test_a_request_gives_what_it_gave_when_it_is_made_again(profiles: SqlProfiles) -> None:
    assert profiles.of_request("t", "r1") is None
    first = profiles.add("t", _profile("p1"), "r1")

    assert profiles.of_request("t", "r1") == first
    assert profiles.add("t", _profile("p2"), "r1") == first
    assert profiles.of_request("other", "r1") is None


def test_pages_give_each_once_and_the_newest_first(profiles: SqlProfiles) -> None:
    for n in range(7):
        profiles.add("t", _profile(f"p{n}", minutes=n // 2, examples=1))
    seen: list[str] = []
    token = ""
    while True:
        page = profiles.page("t", 3, token)
        seen += [stored.profile.profile_id for stored in page.profiles]
        assert all(stored.examples == () for stored in page.profiles)
        if not (token := page.next_token):
            break

    assert seen == ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]
    assert profiles.page("other").profiles == []


@pytest.mark.parametrize("token", ["x", "1", "99999999999999999999999.p1"])
def test_a_token_that_was_never_given_out_is_refused(profiles: SqlProfiles, token: str) -> None:
    with pytest.raises(InvalidRecord, match="page_token"):
        profiles.page("t", token=token)
