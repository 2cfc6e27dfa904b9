"""Budgets in the database. Any change to a budget's leases locks the budget's row, so replicas take turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, case, func, insert, select, update

from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new
from arf.kit.errors import BudgetExhausted, InvalidRecord, NotFound
from arf.teacher.budgets import Balance, Lease
from arf.teacher.store import budget, budget_lease


class SqlBudgets:
    """Budgets in the database."""

    def __init__(self, database: Database, clock: Callable[[Connection], datetime] | None = None) -> None:
        """`clock` gives the time within a transaction; by default the database's clock does."""
        self._database = database
        self._now = clock or database.now

    def ensure(self, tenant: str, period: str, limit: int) -> int:
        def work(connection: Connection) -> int:
            self._ensure(connection, tenant, period, limit)
            query = select(budget.c.limit_micros).where(*_is(budget, tenant, period))
            return int(connection.execute(query).scalar_one())

        return self._database.write(work)

    def set_limit(self, tenant: str, period: str, limit: int) -> None:
        def work(connection: Connection) -> None:
            self._ensure(connection, tenant, period, limit)
            connection.execute(update(budget).where(*_is(budget, tenant, period)).values(limit_micros=limit))

        self._database.write(work)

    def balance(self, tenant: str, period: str) -> Balance:
        return self._database.read(lambda connection: _balance(connection, tenant, period))

    def lease(self, tenant: str, period: str, amount: int, replica: str, ttl_s: float, at_least: int = 1) -> Lease:
        if not 1 <= at_least <= amount:
            raise InvalidRecord("at_least", f"{at_least} is not between 1 and the amount, {amount}")

        def work(connection: Connection) -> Lease:
            _lock(connection, tenant, period)
            now = self._now(connection)
            _reclaim(connection, tenant, period, now)
            free = _balance(connection, tenant, period).free
            if free < at_least:
                wait = _wait_s(connection, tenant, period, now)
                raise BudgetExhausted(f"budget of {tenant} for {period}: {free} micros are left", wait)
            granted = Lease(uuid4().hex, tenant, period, min(amount, free), ttl_s)
            connection.execute(
                insert(budget_lease).values(
                    lease_id=granted.lease_id,
                    tenant=tenant,
                    period=period,
                    replica=replica,
                    amount_micros=granted.amount,
                    open=True,
                    expires_at=now + timedelta(seconds=ttl_s),
                )
            )
            return granted

        return self._database.write(work)

    def renew(self, lease_id: str, spent: int, ttl_s: float) -> bool:
        def work(connection: Connection) -> bool:
            row, now = self._book(connection, lease_id, spent)
            if row.open:
                _set(connection, lease_id, expires_at=now + timedelta(seconds=ttl_s))
            return bool(row.open)

        return self._database.write(work)

    def settle(self, lease_id: str, spent: int) -> None:
        def work(connection: Connection) -> None:
            row, _ = self._book(connection, lease_id, spent)
            if row.open:
                _set(connection, lease_id, open=False, amount_micros=min(row.amount_micros, spent))

        self._database.write(work)

    def reclaim_expired(self) -> int:
        def work(connection: Connection) -> int:
            lease, now = budget_lease.c, self._now(connection)
            due = select(lease.tenant, lease.period).where(lease.open, lease.expires_at <= now).distinct()
            # Everybody takes locks in one order, so that there is no deadlock.
            owners = sorted((tenant, period) for tenant, period in connection.execute(due))
            for tenant, period in owners:
                _lock(connection, tenant, period)
            return sum(_reclaim(connection, tenant, period, now) for tenant, period in owners)

        return self._database.write(work)

    def _ensure(self, connection: Connection, tenant: str, period: str, limit: int) -> None:
        if limit < 0:
            raise InvalidRecord("limit", f"{limit} is below 0")
        row = {"tenant": tenant, "period": period, "limit_micros": limit, "created_at": self._now(connection)}
        insert_new(connection, budget, [row])

    def _book(self, connection: Connection, lease_id: str, spent: int) -> tuple[Row[Any], datetime]:
        """Books the total spent on a lease; returns the updated lease, and the time."""
        query = select(budget_lease).where(budget_lease.c.lease_id == lease_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"lease {lease_id} is unknown")
        _lock(connection, row.tenant, row.period)
        now = self._now(connection)
        _reclaim(connection, row.tenant, row.period, now)
        row = connection.execute(query).one()
        # A request may arrive twice, or late and out of order.
        total = max(spent, row.spent_micros)
        covered = min(total, row.amount_micros) - min(row.spent_micros, row.amount_micros)
        connection.execute(
            update(budget)
            .where(*_is(budget, row.tenant, row.period))
            .values(
                settled_micros=budget.c.settled_micros + covered,
                uncovered_micros=budget.c.uncovered_micros + (total - row.spent_micros - covered),
            )
        )
        _set(connection, lease_id, spent_micros=total)
        return row, now


def _is(table: Any, tenant: str, period: str) -> tuple[Any, Any]:
    return table.c.tenant == tenant, table.c.period == period


def _lock(connection: Connection, tenant: str, period: str) -> None:
    query = select(budget.c.tenant).where(*_is(budget, tenant, period)).with_for_update()
    if connection.execute(query).one_or_none() is None:
        raise NotFound(f"{tenant} has no budget for {period}")


def _reclaim(connection: Connection, tenant: str, period: str, now: datetime) -> int:
    """Ends expired leases: what was booked stays spent, the rest is free again."""
    lease = budget_lease.c
    kept = case((lease.spent_micros < lease.amount_micros, lease.spent_micros), else_=lease.amount_micros)
    statement = update(budget_lease).where(*_is(budget_lease, tenant, period), lease.open, lease.expires_at <= now)
    return connection.execute(statement.values(open=False, amount_micros=kept)).rowcount


def _set(connection: Connection, lease_id: str, **values: Any) -> None:
    connection.execute(update(budget_lease).where(budget_lease.c.lease_id == lease_id).values(**values))


def _balance(connection: Connection, tenant: str, period: str) -> Balance:
    columns = (budget.c.limit_micros, budget.c.settled_micros, budget.c.uncovered_micros)
    row = connection.execute(select(*columns).where(*_is(budget, tenant, period))).one_or_none()
    if row is None:
        raise NotFound(f"{tenant} has no budget for {period}")
    lease = budget_lease.c
    held = case((lease.spent_micros < lease.amount_micros, lease.amount_micros - lease.spent_micros), else_=0)
    leased = select(func.coalesce(func.sum(held), 0)).where(*_is(budget_lease, tenant, period), lease.open)
    return Balance(*row, leased=int(connection.execute(leased).scalar_one()))


def _wait_s(connection: Connection, tenant: str, period: str, now: datetime) -> float | None:
    """Seconds until the first outstanding lease expires; None if there is none."""
    lease = budget_lease.c
    query = select(func.min(lease.expires_at)).where(*_is(budget_lease, tenant, period), lease.open)
    first = connection.execute(query).scalar()
    return None if first is None else max(0.0, (first - now).total_seconds())
