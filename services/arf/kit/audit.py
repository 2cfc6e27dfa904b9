"""The audit log: who changed what, when and why. It only grows. This is the port; arf.kit.store.audit is its adapter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class Action(Enum):
    """What is audited."""

    PROMOTE = "PROMOTE"
    ROLLBACK = "ROLLBACK"
    FORGET = "FORGET"
    REPLAY = "REPLAY"
    REVIEW = "REVIEW"
    BUDGET = "BUDGET"


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. `resource` is what it was done to, `reason` is why; neither is text of a call. `at` has a time zone."""

    at: datetime
    tenant: str
    actor: str
    action: Action
    resource: str
    reason: str


class Audit(Protocol):
    """Where a deed is written down before it takes effect."""

    def append(self, entry: Entry) -> int:
        """Adds an entry, durably; returns its number, which grows.

        Raises InvalidRecord if actor or reason is blank, Unavailable if it cannot be written: then the deed must not be
        done.
        """
        ...

    def entries(self, tenant: str, after: int = 0, limit: int = 100) -> list[tuple[int, Entry]]:
        """A tenant's entries with their numbers, the oldest first, from the one after number `after` on."""
        ...
