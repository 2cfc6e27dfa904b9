"""What a tenant may still spend, however many replicas spend it: each leases a slice and settles what it spent.

At every moment settled + leased <= limit, unless the limit was lowered below that. A lease that is not renewed in time
comes back. What is spent without the cover of a lease (past its end, or beyond its amount) is booked apart, as
uncovered, and shrinks what is left. Amounts are millionths of the budget's currency; times are the database's, so that
replicas' clocks do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lease:
    """A slice that one replica may spend, for `ttl_s` seconds of its own monotonic clock from when it asked."""

    lease_id: str
    tenant: str
    period: str
    amount: int
    ttl_s: float


@dataclass(frozen=True, slots=True)
class Balance:
    """A tenant's budget in one period; `free` is what can be leased now."""

    limit: int
    settled: int
    uncovered: int
    leased: int

    @property
    def free(self) -> int:
        """Never below 0."""
        return max(0, self.limit - self.settled - self.uncovered - self.leased)


class Budgets(Protocol):
    """All tenants' budgets. Settling or renewing again with the same numbers changes nothing."""

    def ensure(self, tenant: str, period: str, limit: int) -> int:
        """Creates the period's budget with this limit unless it exists; returns the limit in force."""

    def set_limit(self, tenant: str, period: str, limit: int) -> None:
        """Creates the budget or changes its limit. Outstanding leases stay valid."""

    def balance(self, tenant: str, period: str) -> Balance:
        """The budget's balance. Raises NotFound if there is none."""

    def lease(self, tenant: str, period: str, amount: int, replica: str, ttl_s: float, at_least: int = 1) -> Lease:
        """A slice of `amount`, or of what is left if that is less.

        Raises BudgetExhausted if less than `at_least` is left, with the seconds until the first lease ends unless it is
        renewed; NotFound if there is no budget.
        """

    def renew(self, lease_id: str, spent: int, ttl_s: float) -> bool:
        """Books what was spent on the lease so far, all in all, and lets it go on for `ttl_s` from now.

        False if it has ended already: nothing more may be spent on it. Raises NotFound if it never was.
        """

    def settle(self, lease_id: str, spent: int) -> None:
        """Books what was spent on the lease, all in all, and gives back the rest. Raises NotFound if it never was."""

    def reclaim_expired(self) -> int:
        """Takes back what lost replicas hold; returns how many leases. `lease` does it for its own budget."""
