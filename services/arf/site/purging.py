"""Destroys the keys of old calls, for good: counted before, audited, and never by a clock alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from arf.audit.log import Action, Audit, AuditEntry
from arf.kit.db.database import Database
from arf.kit.db.retention import remove
from arf.kit.errors import ArfError, InvalidRecord
from arf.privacy.store import CALL_KEYS, STORE, call_key

(RULE,) = STORE.retention

MAX_SKEW = timedelta(minutes=5)
"""How far this machine's clock may be from the database's, or behind the newest key."""

MAX_SILENCE = timedelta(days=7)
"""How long ago the newest key may have been made: beyond that a clock that runs ahead looks like an idle site."""


@dataclass(frozen=True, slots=True)
class OldKeys:
    """The keys that are due, by tenant, among all keys of calls, and the time before which they were made."""

    before: datetime
    by_tenant: Mapping[str, int]
    total: int

    @property
    def count(self) -> int:
        """How many are due."""
        return sum(self.by_tenant.values())

    @property
    def share(self) -> float:
        """The share of all keys that is due."""
        return self.count / self.total if self.total else 0.0


def find(database: Database, days: int, *, now: datetime, today: date | None = None) -> OldKeys:
    """Counts the keys that are older than `days`, `now` being this machine's time with its zone.

    `today` is the date as a person has said it; it confirms the clock of a site that has been idle. Raises
    InvalidRecord for too few days or another date, ArfError if the clock cannot be right, Unavailable.
    """
    if days < RULE.least_days:
        raise InvalidRecord("days", f"{days} are less than {RULE.least_days}")
    if today is not None and today != now.astimezone(UTC).date():
        raise InvalidRecord("today", f"is {today}, but by this machine's clock it is {now.astimezone(UTC):%Y-%m-%d}")
    newest = database.read(lambda c: c.execute(select(func.max(call_key.c.created_at))).scalar())
    clock = f"this machine's clock says {now.astimezone(UTC):%Y-%m-%d %H:%M}"
    if abs((stored := database.read(database.now)) - now) > MAX_SKEW:
        raise ArfError(f"{clock}, and the database's {stored:%Y-%m-%d %H:%M}")
    if newest is not None and newest - now > MAX_SKEW:
        raise ArfError(f"{clock}, and the newest key is of {newest:%Y-%m-%d %H:%M}")
    if newest is not None and now - newest > MAX_SILENCE and today is None:
        raise ArfError(f"{clock}, and the newest key is of {newest:%Y-%m-%d}: if that is right, say --today")
    before = now - timedelta(days=days)
    counts = select(call_key.c.tenant, func.count().label("n")).group_by(call_key.c.tenant)
    due = database.read(lambda c: c.execute(counts.where(RULE.old(before)).order_by(call_key.c.tenant)).all())
    alive = select(func.count()).select_from(call_key).where(CALL_KEYS)
    total = database.read(lambda c: c.execute(alive).scalar_one())
    return OldKeys(before, {row.tenant: int(row.n) for row in due}, total)


def purge(database: Database, found: OldKeys, *, actor: str, reason: str, audit: Audit, now: datetime) -> int:
    """Destroys the keys that were found, after an audit entry for each tenant; returns how many. Cannot be undone.

    Raises InvalidRecord for a blank actor or reason; after Unavailable, call it again.
    """
    for tenant, count in found.by_tenant.items():
        what = f"call_keys: {count} from before {found.before:%Y-%m-%d}"
        audit.append(AuditEntry(now, tenant, actor, Action.PURGE, what, reason))
    return remove(database, RULE, found.before, now)
