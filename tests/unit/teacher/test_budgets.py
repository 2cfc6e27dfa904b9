"""Budgets hold across replicas: nothing is leased twice, lost leases come back, late spending is seen."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection

from arf.kit.db.database import Database
from arf.kit.errors import BudgetExhausted, InvalidRecord, NotFound
from arf.teacher.budgets import Balance, Lease
from arf.teacher.budgets_sql import SqlBudgets


@dataclass
class Clock:
    """Stands still until time is made to pass."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 24, tzinfo=UTC))

    def __call__(self, connection: Connection) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budgets(database: Database, clock: Clock) -> SqlBudgets:
    found = SqlBudgets(database, clock)
    found.set_limit("acme", "2026-11", 1000)
    return found


def _lease(budgets: SqlBudgets, amount: int, ttl_s: float = 60, at_least: int = 1) -> Lease:
    return budgets.lease("acme", "2026-11", amount, "replica-1", ttl_s, at_least)


def _balance(budgets: SqlBudgets) -> Balance:
    return budgets.balance("acme", "2026-11")


def test_the_rest_comes_back_when_a_lease_is_settled(budgets: SqlBudgets) -> None:
    lease = _lease(budgets, 400)
    assert _balance(budgets) == Balance(1000, settled=0, uncovered=0, leased=400)
    budgets.settle(lease.lease_id, 150)
    assert _balance(budgets) == Balance(1000, settled=150, uncovered=0, leased=0)
    assert _balance(budgets).free == 850


def test_what_is_left_is_granted_when_less_than_asked_for_is_left(budgets: SqlBudgets) -> None:
    _lease(budgets, 700)
    assert _lease(budgets, 700).amount == 300


def test_nothing_is_granted_when_less_than_the_least_is_left(budgets: SqlBudgets, clock: Clock) -> None:
    _lease(budgets, 700, ttl_s=60)
    clock.pass_(20)
    with pytest.raises(BudgetExhausted, match="300 micros are left") as raised:
        _lease(budgets, 700, at_least=301)
    assert raised.value.retry_after_s == 40
    assert _balance(budgets).leased == 700


def test_a_lost_replicas_lease_comes_back_when_its_time_is_over(budgets: SqlBudgets, clock: Clock) -> None:
    lost = _lease(budgets, 1000, ttl_s=60)
    budgets.renew(lost.lease_id, 100, ttl_s=60)
    clock.pass_(59.9)
    with pytest.raises(BudgetExhausted):
        _lease(budgets, 1)
    clock.pass_(0.1)
    assert _lease(budgets, 1000).amount == 900


def test_reclaiming_counts_the_leases_that_came_back(budgets: SqlBudgets, clock: Clock) -> None:
    budgets.set_limit("other", "2026-11", 10)
    budgets.lease("other", "2026-11", 10, "replica-2", 30)
    _lease(budgets, 10, ttl_s=30)
    _lease(budgets, 10, ttl_s=90)
    clock.pass_(30)
    assert budgets.reclaim_expired() == 2
    assert budgets.reclaim_expired() == 0
    assert (_balance(budgets).leased, budgets.balance("other", "2026-11").leased) == (10, 0)


def test_late_spending_is_booked_apart_and_shrinks_the_rest(budgets: SqlBudgets, clock: Clock) -> None:
    slow = _lease(budgets, 600, ttl_s=30)
    clock.pass_(31)
    fast = _lease(budgets, 800)
    assert budgets.renew(slow.lease_id, 500, ttl_s=30) is False
    budgets.settle(slow.lease_id, 550)
    assert _balance(budgets) == Balance(1000, settled=0, uncovered=550, leased=800)
    budgets.settle(fast.lease_id, 100)
    assert _balance(budgets).free == 350


def test_spending_beyond_the_lease_is_booked_apart(budgets: SqlBudgets) -> None:
    lease = _lease(budgets, 100)
    assert budgets.renew(lease.lease_id, 130, ttl_s=60) is True
    budgets.settle(lease.lease_id, 140)
    assert _balance(budgets) == Balance(1000, settled=100, uncovered=40, leased=0)


def test_nothing_is_booked_twice_when_requests_come_again(budgets: SqlBudgets) -> None:
    lease = _lease(budgets, 100)
    for spent in (30, 30, 20):
        assert budgets.renew(lease.lease_id, spent, ttl_s=60)
    assert _balance(budgets) == Balance(1000, settled=30, uncovered=0, leased=70)
    for _ in range(3):
        budgets.settle(lease.lease_id, 60)
    assert _balance(budgets) == Balance(1000, settled=60, uncovered=0, leased=0)


def test_leases_stay_good_and_none_is_given_when_the_limit_is_lowered(budgets: SqlBudgets) -> None:
    lease = _lease(budgets, 600)
    budgets.set_limit("acme", "2026-11", 500)
    assert _balance(budgets).free == 0
    with pytest.raises(BudgetExhausted):
        _lease(budgets, 1)
    budgets.settle(lease.lease_id, 600)
    assert _balance(budgets).settled == 600


def test_a_budget_keeps_its_limit_when_it_is_ensured_again(budgets: SqlBudgets) -> None:
    budgets.ensure("acme", "2026-11", 5)
    assert _balance(budgets).limit == 1000


def test_it_is_named_when_there_is_no_budget_or_lease(budgets: SqlBudgets) -> None:
    with pytest.raises(NotFound, match="acme has no budget for 2026-12"):
        budgets.lease("acme", "2026-12", 1, "replica-1", 60)
    with pytest.raises(NotFound, match="lease none is unknown"):
        budgets.settle("none", 1)
    with pytest.raises(InvalidRecord, match="limit: -1"):
        budgets.ensure("acme", "2026-12", -1)
    with pytest.raises(InvalidRecord, match="at_least"):
        _lease(budgets, 5, at_least=6)


def test_the_databases_clock_is_used_when_none_is_given(database: Database) -> None:
    budgets = SqlBudgets(database)
    budgets.ensure("acme", "2026-11", 10)
    _lease(budgets, 10, ttl_s=0)
    assert _lease(budgets, 10, ttl_s=3600).amount == 10
    assert budgets.reclaim_expired() == 0


def _machine(database: Database) -> type[RuleBasedStateMachine]:
    """What replicas may do, in any order; the law is checked after each step."""

    class Replicas(RuleBasedStateMachine):
        tenants = 0

        def __init__(self) -> None:
            super().__init__()
            type(self).tenants += 1
            self.tenant = f"tenant-{self.tenants}"
            self.clock = Clock()
            self.budgets = SqlBudgets(database, self.clock)
            self.budgets.ensure(self.tenant, "p", 1000)
            self.leases: list[Lease] = []
            self.spent: dict[str, int] = {}

        @rule(amount=st.integers(1, 1200), ttl_s=st.integers(1, 60))
        def lease(self, amount: int, ttl_s: int) -> None:
            free = self.budgets.balance(self.tenant, "p").free
            try:
                self.leases.append(self.budgets.lease(self.tenant, "p", amount, "r", ttl_s))
                assert free <= self.leases[-1].amount or self.leases[-1].amount == amount
            except BudgetExhausted:
                assert free == 0

        @precondition(lambda self: self.leases)
        @rule(data=st.data(), more=st.integers(0, 400), keep=st.booleans())
        def spend(self, data: st.DataObject, more: int, keep: bool) -> None:
            lease_id = data.draw(st.sampled_from(self.leases)).lease_id
            self.spent[lease_id] = self.spent.get(lease_id, 0) + more
            if keep:
                self.budgets.renew(lease_id, self.spent[lease_id], 30)
            else:
                self.budgets.settle(lease_id, self.spent[lease_id])

        @rule(seconds=st.integers(1, 90))
        def wait(self, seconds: int) -> None:
            self.clock.pass_(seconds)

        @rule()
        def reclaim(self) -> None:
            self.budgets.reclaim_expired()

        @invariant()
        def leases_and_settled_are_within_the_limit_and_nothing_spent_is_lost(self) -> None:
            balance = self.budgets.balance(self.tenant, "p")
            assert balance.settled + balance.leased <= balance.limit
            assert balance.settled + balance.uncovered == sum(self.spent.values())

    return Replicas


def test_no_order_of_events_breaks_the_limit_or_loses_spending(database: Database) -> None:
    run_state_machine_as_test(
        _machine(database),
        settings=settings(
            max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_the_limit_holds_when_replicas_lease_at_once(database: Database, seed: int) -> None:
    tenant, limit, failures = f"tenant-{seed}", 500, []
    SqlBudgets(database).ensure(tenant, "p", limit)
    stop = threading.Event()

    def replica(number: int) -> None:
        rng, budgets = random.Random(seed + number), SqlBudgets(database)
        for _ in range(12):
            try:
                lease = budgets.lease(tenant, "p", rng.randint(1, 150), f"r{number}", rng.choice((0, 3600)))
            except BudgetExhausted:
                continue
            if rng.random() < 0.7:
                budgets.settle(lease.lease_id, rng.randint(0, lease.amount))

    def watch() -> None:
        while not stop.wait(0.005):
            balance = SqlBudgets(database).balance(tenant, "p")
            if balance.settled + balance.leased > limit:
                failures.append(balance)

    watcher = threading.Thread(target=watch)
    replicas = [threading.Thread(target=replica, args=(number,)) for number in range(4)]
    for thread in (watcher, *replicas):
        thread.start()
    for thread in replicas:
        thread.join()
    stop.set()
    watcher.join()
    assert failures == []


REPLICA = """
import sys
from arf.kit.errors import BudgetExhausted
from arf.teacher.budgets_sql import SqlBudgets
from arf.kit.db.database import Database

budgets, spent = SqlBudgets(Database.open(sys.argv[1])), 0
sys.stdin.readline()
while True:
    try:
        lease = budgets.lease("acme", "p", 7, sys.argv[2], 3600)
    except BudgetExhausted:
        break
    # Now and then a part comes back.
    used = lease.amount - 2 if lease.amount > 2 and spent % 3 == 0 else lease.amount
    budgets.settle(lease.lease_id, used)
    spent += used
print(spent)
"""


def test_two_processes_spend_no_more_than_the_limit_between_them(database: Database) -> None:
    SqlBudgets(database).ensure("acme", "p", 200)
    url = database.engine.url.render_as_string(hide_password=False)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", REPLICA, url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(Path(__file__).parents[4] / "services")},
        )
        for name in ("one", "two")
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    spent = [int(process.communicate()[0]) for process in started]

    # Who gives up while the other holds the last of it leaves the rest to the other.
    balance = SqlBudgets(database).balance("acme", "p")
    assert balance.settled == sum(spent)
    assert balance.settled == 200
    assert balance.leased == balance.uncovered == 0
