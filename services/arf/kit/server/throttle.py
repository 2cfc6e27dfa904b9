"""Refuses calls under overload: so many pass in a tick, each tenant's share of them first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from arf.kit.errors import Overloaded

_STANDING = 2
"""Late ticks in a row that are overload; one alone is a pause of the machine."""
_BACK, _DRAIN, _GROWTH, _LONGER = 0.7, 0.25, 1.03, 0.95


class Throttle:
    """Lets all calls pass until there is overload, and then as many in a tick as keep it away. For one event loop.

    That is 0.7 times what passed when a tick was late, and grows until one is late again, as TCP's window does; while
    ticks are late a quarter of it passes, so that those that wait get through.
    """

    def __init__(self, weights: Mapping[str, int], retry_after_s: float = 1.0) -> None:
        self._weights = dict(weights)
        self._retry_after_s = retry_after_s
        self._aim: float | None = None
        self._most: float | None = None
        self._passed: Counter[str] = Counter()
        self._late = 0
        self.seen = 0
        """Calls so far, those refused included."""

    def refusal(self, tenant: str) -> Overloaded | None:
        """The error for a tenant's call, with a retry time; None if it passes."""
        self.seen += 1
        if self._most is not None and self._passed.total() >= self._most:
            weights = sum(self._weight(other) for other in {*self._passed, tenant})
            if self._passed[tenant] * weights >= self._most * self._weight(tenant):
                return Overloaded("the server is busy: try again later", self._retry_after_s)
        self._passed[tenant] += 1
        return None

    def tick(self, late: bool) -> None:
        """Begins the next tick; `late` says whether calls waited for long in the last one."""
        passed = self._passed.total()
        self._late = self._late + 1 if late else 0
        if self._late == (_STANDING if self._aim is None else 1):
            self._aim = max(1.0, _BACK * passed)
        elif self._aim is not None and late:
            self._aim = max(1.0, _LONGER * self._aim)
        elif self._aim is not None:
            self._aim = _GROWTH * self._aim if 4 * passed >= (self._most or 0) else None
        self._most = self._aim if self._aim is None or not late else _DRAIN * self._aim
        self._passed.clear()

    def _weight(self, tenant: str) -> int:
        return max(1, self._weights.get(tenant, 1))
