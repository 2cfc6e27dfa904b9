"""The gate's laws: never more than its capacity, no tenant starved, nothing lost to a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.errors import Overloaded
from arf.kit.server.fair_gate import FairGate


async def settle() -> None:
    """Lets every task that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def order(gate: FairGate, arrivals: list[str]) -> list[str]:
    """Who is let in, one after the other, when all arrive while the only place is taken."""
    served: list[str] = []

    async def once(tenant: str) -> None:
        async with gate.place(tenant):
            served.append(tenant)
            await asyncio.sleep(0)

    async with gate.place("first"):
        tasks = []
        for tenant in arrivals:
            tasks.append(asyncio.create_task(once(tenant)))
            await settle()
        assert served == []
    await asyncio.gather(*tasks)
    return served


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_tenants_take_turns_when_one_has_a_backlog() -> None:
    served = run(order(FairGate(1, 10), ["big"] * 4 + ["small", "small", "tiny"]))

    assert served == ["big", "small", "tiny", "big", "small", "big", "big"]


def test_a_tenant_of_weight_two_has_two_turns_when_others_have_one() -> None:
    served = run(order(FairGate(1, 10, weights={"gold": 2}), ["plain"] * 3 + ["gold"] * 4))

    assert served == ["plain", "gold", "gold", "plain", "gold", "gold", "plain"]


def test_a_full_queue_says_when_to_come_again_and_leaves_other_tenants_alone() -> None:
    async def scenario() -> None:
        gate = FairGate(1, 1, retry_after_s=2.5)
        async with gate.place("a"):
            waiting = [asyncio.create_task(order_of(gate, name)) for name in ("a", "b")]
            await settle()
            with pytest.raises(Overloaded) as refused:
                await order_of(gate, "a")
            assert refused.value.retry_after_s == 2.5
            assert gate.waiting == 2
        await asyncio.gather(*waiting)
        assert gate.waiting == 0

    async def order_of(gate: FairGate, name: str) -> None:
        async with gate.place(name):
            pass

    run(scenario())


def test_a_tenant_at_its_own_bound_leaves_places_to_others() -> None:
    async def scenario() -> None:
        gate = FairGate(3, 5, per_tenant=2)
        inside: list[str] = []
        leave = asyncio.Event()

        async def stay(name: str) -> None:
            async with gate.place(name):
                inside.append(name)
                await leave.wait()

        tasks = [asyncio.create_task(stay(name)) for name in ("a", "a", "a", "b")]
        await settle()
        assert sorted(inside) == ["a", "a", "b"]
        leave.set()
        await asyncio.gather(*tasks)
        assert sorted(inside) == ["a", "a", "a", "b"]

    run(scenario())


async def stays(gate: FairGate, tenants: list[str]) -> tuple[list[asyncio.Task[None]], asyncio.Event]:
    """One request of each tenant named, which come in or wait until the event is set; those refused have ended."""
    leave = asyncio.Event()

    async def stay(name: str) -> None:
        async with gate.place(name):
            await leave.wait()

    tasks = [asyncio.create_task(stay(name)) for name in tenants]
    await settle()
    return tasks, leave


def refused(tasks: list[asyncio.Task[None]]) -> list[bool]:
    return [task.done() and isinstance(task.exception(), Overloaded) for task in tasks]


def test_as_many_wait_as_run_when_waits_are_to_be_brief() -> None:
    async def scenario() -> None:
        gate = FairGate(3, 100, brief=True)
        tasks, leave = await stays(gate, ["a"] * 8)
        assert refused(tasks) == [False] * 6 + [True] * 2
        assert gate.refusal("a") is not None
        assert gate.refusal("b") is None
        leave.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert gate.refusal("a") is None

    run(scenario())


def test_a_brief_queue_is_shared_by_weight_and_holds_one_of_each_tenant() -> None:
    async def scenario() -> None:
        gate = FairGate(4, 100, weights={"gold": 2}, brief=True)
        tasks, leave = await stays(gate, ["a"] * 5 + ["b"] + ["gold"] * 4 + ["a"] * 3)
        assert refused(tasks) == [False] * 8 + [True] * 2 + [True] * 3
        assert gate.refusal("c") is None
        leave.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(scenario())


STEPS = st.lists(st.tuples(st.sampled_from(["arrive", "leave", "cancel"]), st.sampled_from("abc"), st.integers(0, 9)))


@given(steps=STEPS, capacity=st.integers(1, 3), per_tenant=st.integers(1, 3))
def test_places_are_neither_lost_nor_made_when_tasks_come_leave_and_are_cancelled(
    steps: list[tuple[str, str, int]], capacity: int, per_tenant: int
) -> None:
    async def scenario() -> None:
        gate = FairGate(capacity, 50, per_tenant=per_tenant)
        inside: list[str] = []
        tasks: list[tuple[asyncio.Task[None], asyncio.Event]] = []

        async def stay(name: str, leave: asyncio.Event) -> None:
            async with gate.place(name):
                inside.append(name)
                try:
                    await leave.wait()
                finally:
                    inside.remove(name)

        for what, name, which in steps:
            if what == "arrive":
                leave = asyncio.Event()
                tasks.append((asyncio.create_task(stay(name, leave)), leave))
            elif tasks:
                task, leave = tasks[which % len(tasks)]
                task.cancel() if what == "cancel" else leave.set()
            if which % 2:  # else the next step comes before anybody has noticed this one
                await settle()
            assert len(inside) <= capacity
            assert all(inside.count(tenant) <= per_tenant for tenant in "abc")
        for _, leave in tasks:
            leave.set()
        await asyncio.gather(*(task for task, _ in tasks), return_exceptions=True)
        assert inside == []
        assert gate.waiting == 0
        async with asyncio.timeout(60):  # all places are free again: a lost one would leave the last waiting for ever
            for tenant in ("x", "y", "z")[:capacity]:
                await gate.place(tenant).__aenter__()

    run(scenario())
