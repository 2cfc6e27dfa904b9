from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arf.kit.errors import BudgetExhausted, Unavailable
from arf.teacher.budget import Budget, Reservation
from tests.unit.teacher.fakes import Clock, MemoryLedger, directly

LIMIT = 1000


def _budget(ledger: MemoryLedger, clock: Clock, replica: str = "r1", **given: object) -> Budget:
    options = {"slice_micros": 100, "ttl_s": 60.0, "limit_micros": LIMIT, "period": lambda: "2026-11"} | given
    return Budget(ledger, replica, clock, in_thread=directly, **options)  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_reservation_gives_back_what_was_not_spent() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    budget = _budget(ledger, clock)
    (await budget.reserve("t", 80)).settle(30)
    reservation = await budget.reserve("t", 60)
    reservation.settle(10)
    reservation.settle(10)
    await budget.close()
    assert ledger.booked == 40
    assert all(not lease.open for lease in ledger.leases.values())


@pytest.mark.anyio
async def test_ledger_is_not_asked_again_while_the_lease_lasts() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    budget = _budget(ledger, clock, slice_micros=1000)
    for _ in range(40):
        (await budget.reserve("t", 10)).settle(10)
    assert ledger.asked == 1


@pytest.mark.anyio
async def test_request_is_refused_when_the_budget_is_spent_and_says_when_to_come_again() -> None:
    clock = Clock()
    budget = _budget(MemoryLedger(clock), clock, limit_micros=100)
    held = await budget.reserve("t", 90)
    with pytest.raises(BudgetExhausted) as refusal:
        await budget.reserve("t", 20)
    assert refusal.value.retry_after_s is not None
    (await budget.reserve("t", 10)).settle(0)
    held.settle(0)
    (await budget.reserve("t", 90)).settle(90)


@pytest.mark.anyio
async def test_idle_replica_gives_back_the_last_of_the_money() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    idle, other = _budget(ledger, clock, limit_micros=90), _budget(ledger, clock, "r2", limit_micros=90)
    reserved = await idle.reserve("t", 10)
    for _ in range(3):
        await idle.renew()
    with pytest.raises(BudgetExhausted):
        await other.reserve("t", 50)
    reserved.settle(10)
    for _ in range(2):
        await idle.renew()
    clock.now += 2
    (await other.reserve("t", 50)).settle(50)
    assert ledger.booked == 10


@pytest.mark.anyio
async def test_replica_with_another_limit_changes_it_at_once_and_once_and_says_so_before() -> None:
    clock, told = Clock(), []
    ledger = MemoryLedger(clock)
    (await _budget(ledger, clock, limit_micros=100).reserve("t", 50)).settle(50)

    def changing(*change: object) -> None:
        told.append((*change, dict(ledger.limits)))

    later = _budget(ledger, clock, "r2", limit_micros=900, changing=changing)
    for _ in range(4):
        (await later.reserve("t", 90)).settle(90)
    assert told == [("t", "2026-11", 100, 900, {("t", "2026-11"): 100})]
    assert ledger.limits == {("t", "2026-11"): 900}


@pytest.mark.anyio
async def test_limit_stays_as_it_is_when_its_change_cannot_be_told() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    (await _budget(ledger, clock, limit_micros=100).reserve("t", 50)).settle(50)

    def changing(*change: object) -> None:
        raise Unavailable("audit")

    with pytest.raises(Unavailable):
        await _budget(ledger, clock, "r2", limit_micros=900, changing=changing).reserve("t", 90)
    assert ledger.limits == {("t", "2026-11"): 100}


@pytest.mark.anyio
async def test_rests_of_leases_are_spent_too_when_requests_need_more_than_each_holds() -> None:
    clock = Clock()
    budget = _budget(MemoryLedger(clock), clock)
    for _ in range(35):
        (await budget.reserve("t", 300)).settle(20)
    with pytest.raises(BudgetExhausted):
        await budget.reserve("t", 301)
    (await budget.reserve("t", 300)).settle(300)


@pytest.mark.anyio
async def test_nothing_is_asked_when_there_is_no_limit_or_no_cost() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    (await _budget(ledger, clock, limit_micros=None).reserve("t", 10**9)).settle(10**9)
    (await _budget(ledger, clock).reserve("t", 0)).settle(0)
    assert ledger.asked == 0


@pytest.mark.anyio
async def test_tenant_with_a_limit_of_its_own_has_that_one() -> None:
    clock = Clock()
    budget = _budget(MemoryLedger(clock), clock, limit_micros=None, tenants={"poor": 5})
    await budget.reserve("rich", 10**9)
    with pytest.raises(BudgetExhausted):
        await budget.reserve("poor", 6)


@pytest.mark.anyio
async def test_two_replicas_cannot_both_spend_the_same_money() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    replicas = [_budget(ledger, clock, f"r{n}") for n in range(2)]
    spent = 0
    for _ in range(60):
        for budget in replicas:
            try:
                (await budget.reserve("t", 30)).settle(30)
                spent += 30
            except BudgetExhausted:
                clock.now += 2
                await budget.renew()
    assert LIMIT - 2 * 30 <= spent <= LIMIT


@pytest.mark.anyio
async def test_lease_of_a_lost_replica_comes_back_less_what_it_had_booked() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    lost, other = _budget(ledger, clock, "lost", slice_micros=1000), _budget(ledger, clock, "other")
    (await lost.reserve("t", 400)).settle(400)
    await lost.renew()
    with pytest.raises(BudgetExhausted):
        await other.reserve("t", 10)
    clock.now += 61
    (await other.reserve("t", 600)).settle(600)
    with pytest.raises(BudgetExhausted):
        await other.reserve("t", 10)


@pytest.mark.anyio
async def test_nothing_is_spent_on_a_lease_that_has_ended() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    budget = _budget(ledger, clock)
    await budget.reserve("t", 10)
    clock.now += 61
    await budget.reserve("t", 10)
    assert ledger.asked == 2
    await budget.renew()
    assert len(ledger.leases) == 2


@pytest.mark.anyio
async def test_new_period_has_money_of_its_own_and_the_old_leases_are_given_back() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    period = ["2026-11"]
    budget = _budget(ledger, clock, limit_micros=100, period=lambda: period[0])
    (await budget.reserve("t", 100)).settle(100)
    period[0] = "2026-12"
    (await budget.reserve("t", 50)).settle(50)
    await budget.renew()
    assert [lease.open for lease in ledger.leases.values()] == [False, True]


@pytest.mark.anyio
async def test_request_fails_when_the_ledger_does_not_answer_and_the_next_one_asks_again() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    failing = [True]

    class Flaky(MemoryLedger):
        def ensure(self, tenant: str, period: str, limit: int) -> int:
            if failing[0]:
                raise OSError("disk")
            return ledger.ensure(tenant, period, limit)

        lease = ledger.lease

    budget = _budget(Flaky(clock), clock)
    with pytest.raises(Unavailable, match="OSError"):
        await budget.reserve("t", 10)
    failing[0] = False
    (await budget.reserve("t", 10)).settle(1)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(20, 150))
def test_budget_is_never_exceeded_when_replicas_work_at_once_and_crash(
    seed: int, count: int, slice_micros: int
) -> None:
    """What crashed replicas spent since they last booked is unknown to the ledger; all else is within the limit."""
    rng = random.Random(seed)

    async def scenario() -> None:
        clock = Clock()
        ledger = MemoryLedger(clock)
        replicas = [_budget(ledger, clock, f"r{n}", slice_micros=slice_micros) for n in range(count)]
        spent = unbooked = 0
        renewed = clock.now

        async def request(budget: Budget) -> None:
            nonlocal spent
            try:
                reservation: Reservation = await budget.reserve("t", rng.randrange(1, 60))
            except BudgetExhausted:
                return
            await asyncio.sleep(0)
            cost = rng.randrange(reservation.micros + 1)
            reservation.settle(cost)
            spent += cost

        for step in range(25):
            await asyncio.gather(*(request(b) for b in replicas for _ in range(rng.randrange(6))))
            if rng.random() < 0.3:
                await asyncio.gather(*(b.renew() for b in replicas))
            if rng.random() < 0.15:
                before = ledger.booked
                number = rng.randrange(count)
                held = [h for p in replicas[number]._purses.values() for h in p.leases]
                unbooked += sum(h.spent - ledger.leases[h.lease_id].spent for h in held)
                replicas[number] = _budget(ledger, clock, f"r{number}.{step}", slice_micros=slice_micros)
                assert ledger.booked == before
            clock.now += rng.choice((0.0, 1.5, 10.0))
            if clock.now - renewed > 20:
                await asyncio.gather(*(b.renew() for b in replicas))
                renewed = clock.now
                # A pause of all of them: their leases end, and nothing unbooked with them.
                clock.now += rng.choice((0.0, 0.0, 61.0))
        await asyncio.gather(*(b.close() for b in replicas))
        assert ledger.booked == spent - unbooked <= LIMIT
        clock.now += 61
        ledger.reclaim_expired()
        assert not any(lease.open for lease in ledger.leases.values())

    asyncio.run(scenario())


@pytest.mark.anyio
async def test_what_is_reserved_counts_as_spent_when_the_replica_stops() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    budget = _budget(ledger, clock)
    (await budget.reserve("t", 50)).settle(20)
    await budget.reserve("t", 30)
    await budget.close()
    assert ledger.booked == 50
    assert ledger.balance("t", "2026-11").leased == 0


@pytest.mark.anyio
async def test_a_lease_that_comes_while_the_replica_stops_is_given_back() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    budget = _budget(ledger, clock)
    asking = asyncio.create_task(budget.reserve("t", 30))
    while not budget._purses:
        await asyncio.sleep(0)
    await budget.close()
    await asyncio.wait([asking])
    await budget.close()
    assert ledger.balance("t", "2026-11").leased == 0


@pytest.mark.anyio
async def test_every_micro_can_be_spent_and_none_beyond_when_the_budget_runs_out() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    budget = _budget(ledger, clock, limit_micros=100)
    (await budget.reserve("t", 99)).settle(99)
    (await budget.reserve("t", 1)).settle(1)
    with pytest.raises(BudgetExhausted):
        await budget.reserve("t", 1)
    assert ledger.booked + sum(lease.amount for lease in ledger._open()) == 100


@pytest.mark.anyio
async def test_a_tenants_own_limit_holds_when_it_is_nothing_or_none_at_all() -> None:
    clock = Clock()
    budget = _budget(MemoryLedger(clock), clock, tenants={"stopped": 0, "free": None})
    with pytest.raises(BudgetExhausted):
        await budget.reserve("stopped", 1)
    (await budget.reserve("free", 10 * LIMIT)).settle(10 * LIMIT)
    with pytest.raises(BudgetExhausted):
        await budget.reserve("other", 10 * LIMIT)


@pytest.mark.anyio
async def test_a_lease_that_the_ledger_has_ended_is_not_spent_on_when_renewal_says_so() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    budget = _budget(ledger, clock)
    (await budget.reserve("t", 10)).settle(10)
    (lease,) = ledger.leases.values()
    lease.open = False
    await budget.renew()
    (await budget.reserve("t", 10)).settle(10)
    assert len(ledger.leases) == 2


@pytest.mark.anyio
async def test_money_of_lost_replicas_comes_back_when_another_one_renews() -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    await _budget(ledger, clock, "lost").reserve("t", 10)
    clock.now += 61
    await _budget(ledger, clock, "lives").renew()
    assert ledger.balance("t", "2026-11").leased == 0


@pytest.mark.anyio
@pytest.mark.parametrize("renewed", [False, True])
async def test_a_lease_lasts_from_when_it_was_asked_for_when_the_ledger_is_slow(renewed: bool) -> None:
    clock = Clock()
    ledger = MemoryLedger(clock)
    slow: list[str] = ["lease"] if not renewed else ["renew"]

    async def in_thread(function: object, *args: object) -> object:
        done = await directly(function, *args)  # type: ignore[arg-type]
        if getattr(function, "__name__", "") in slow:
            slow.clear()
            clock.now += 40
        return done

    options = {"slice_micros": 100, "ttl_s": 60.0, "limit_micros": LIMIT, "period": lambda: "2026-11"}
    budget = Budget(ledger, "r1", clock, in_thread=in_thread, **options)  # type: ignore[arg-type]
    (await budget.reserve("t", 10)).settle(10)
    if renewed:
        await budget.renew()
    clock.now += 21
    (await budget.reserve("t", 10)).settle(10)
    assert len(ledger.leases) == 2
