"""Budgets of two replicas that share one database, SQLite and PostgreSQL, with real threads and real time."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from arf.kit.db.database import Database
from arf.kit.errors import BudgetExhausted
from arf.teacher.budget import Budget
from arf.teacher.budgets_sql import SqlBudgets

pytestmark = pytest.mark.anyio

LIMIT = 1000


def _replica(database: Database, name: str, ledger: SqlBudgets | None = None, **given: Any) -> Budget:
    options: dict[str, Any] = {"slice_micros": 200, "limit_micros": LIMIT, "period": lambda: "2026-11"} | given
    return Budget(ledger or SqlBudgets(database), name, time.monotonic, **options)


async def _spend(budget: Budget, micros: int) -> int:
    try:
        reservation = await budget.reserve("t", micros)
    except BudgetExhausted:
        return 0
    await asyncio.sleep(0)
    reservation.settle(micros)
    return micros


async def test_replicas_together_never_spend_more_than_the_limit(database: Database) -> None:
    replicas = [_replica(database, f"r{n}") for n in range(2)]
    spent = sum(await asyncio.gather(*(_spend(replicas[n % 2], 30) for n in range(80))))
    await asyncio.gather(*(budget.close() for budget in replicas))
    balance = SqlBudgets(database).balance("t", "2026-11")
    assert (balance.settled, balance.uncovered, balance.leased) == (spent, 0, 0)
    assert 0 < spent <= LIMIT


async def test_rest_of_a_lost_replicas_lease_comes_back(database: Database) -> None:
    later = [timedelta()]

    def now(connection: Connection) -> Any:
        return database.now(connection) + later[0]

    ledger = SqlBudgets(database, now)
    lost = _replica(database, "lost", ledger, slice_micros=LIMIT)
    other = _replica(database, "other", ledger)
    (await lost.reserve("t", 300)).settle(300)
    await lost.renew()
    assert await _spend(other, 10) == 0
    later[0] = timedelta(seconds=61)
    await asyncio.sleep(1.1)
    assert await _spend(other, 700) == 700
    assert await _spend(other, 10) == 0
    await other.close()
    assert ledger.balance("t", "2026-11").settled == LIMIT
