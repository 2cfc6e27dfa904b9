"""Old keys are counted, audited and destroyed; a clock that cannot be right destroys none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from arf.audit.log import Action, SqlAudit
from arf.kit.db.database import Database
from arf.kit.errors import ArfError, InvalidRecord
from arf.privacy.call_keys import SqlCallKeys, Wrapped
from arf.privacy.store import PROOF
from arf.site.purging import find, purge

DAY = timedelta(days=1)


@pytest.fixture
def now(database: Database) -> datetime:
    """The time, in a store with keys of 100, 50, 1 and 0 days."""
    now, keys = datetime.now(UTC), SqlCallKeys(database)
    for tenant, call_id, days in (("acme", "a", 100), ("acme", "b", 50), ("poor", "c", 100), ("acme", "d", 1)):
        keys.get_or_create(tenant, call_id, lambda *_: Wrapped("m", b"key"), now - days * DAY)
    keys.get_or_create(*PROOF, lambda *_: Wrapped("m", b"key"), now - 5_000 * DAY)
    return now


def test_what_is_due_is_counted_by_tenant_and_destroyed_with_an_entry_for_each(
    database: Database, now: datetime
) -> None:
    found = find(database, 60, now=now)
    assert (dict(found.by_tenant), found.count, found.total, found.share) == ({"acme": 1, "poor": 1}, 2, 4, 0.5)
    audit = SqlAudit(database)
    assert purge(database, found, actor="root@here", reason="two months", audit=audit, now=now) == 2
    entries = [entry for _, entry in audit.entries(None)]
    assert {(e.tenant, e.action, e.actor, e.reason) for e in entries} == {
        (tenant, Action.PURGE, "root@here", "two months") for tenant in ("acme", "poor")
    }
    assert find(database, 60, now=now).count == 0
    alive = SqlCallKeys(database).get_or_create("acme", "b", lambda *_: Wrapped("m", b"new"), now)
    assert alive.wrapped == Wrapped("m", b"key")
    assert SqlCallKeys(database).get_or_create(*PROOF, lambda *_: Wrapped("m", b"new"), now).wrapped is not None


def test_nothing_is_destroyed_when_it_cannot_be_written_down(database: Database, now: datetime) -> None:
    with pytest.raises(InvalidRecord, match="reason"):
        purge(database, find(database, 60, now=now), actor="a", reason=" ", audit=SqlAudit(database), now=now)
    assert find(database, 60, now=now).count == 2


def test_keys_of_less_than_thirty_days_are_not_for_purging(database: Database, now: datetime) -> None:
    with pytest.raises(InvalidRecord, match="29 are less than 30"):
        find(database, 29, now=now)


@pytest.mark.parametrize("off", [10 * 365 * DAY, 3 * DAY, -2 * DAY, timedelta(minutes=-6)])
def test_a_clock_that_differs_from_the_stores_is_refused(
    database: Database, now: datetime, off: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        # Its clock is this machine's: here that of the newest key tells, and a shorter silence than by default.
        monkeypatch.setattr("arf.site.purging.MAX_SILENCE", 2 * DAY)
        monkeypatch.setattr(Database, "now", lambda *_: now + off)
        SqlCallKeys(database).get_or_create("acme", "e", lambda *_: Wrapped("m", b"key"), now)
    with pytest.raises(ArfError, match="this machine's clock says"):
        find(database, 60, now=now + off)


def test_a_site_that_was_idle_is_purged_when_a_person_says_which_day_it_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    SqlCallKeys(database).get_or_create("acme", "a", lambda *_: Wrapped("m", b"key"), now - 100 * DAY)
    with pytest.raises(ArfError, match="if that is right, say --today"):
        find(database, 60, now=now)
    with pytest.raises(InvalidRecord, match="today: is"):
        find(database, 60, now=now, today=(now - DAY).date())
    assert find(database, 60, now=now, today=now.date()).count == 1
