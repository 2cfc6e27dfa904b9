"""Two tenants on one partition of either bus: what holds up the one does not hold up the other, and nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.parking import parked
from arf.kit.bus.port import Record
from arf.kit.bus.stage import Handled
from arf.kit.bus.window import Output
from arf.kit.errors import InvalidRecord, TenantHeld, Unavailable
from tests.integration.bus.conftest import Place, eventually
from tests.integration.bus.flow import PACE, Flow

WHYS = [NoOutput.NOT_YET, TenantHeld("the budget is spent"), Unavailable("no answer")]
MANY = [f"poor-{n}" for n in range(3 * PACE.batch)]
"""More than a worker takes of a partition."""


class Poor:
    """A handler that does not get on with the tenant `poor` until `enough` is set."""

    def __init__(self, why: Handled) -> None:
        self.why, self.enough, self.tried = why, threading.Event(), list[str]()

    def __call__(self, record: Record) -> Handled:
        if record.key.startswith("poor/"):
            self.tried.append(record.value.decode())
            if not self.enough.is_set():
                return self.why
        return Output(record.value, "test.Copy")


@pytest.fixture
def flow(place: Place, group: str) -> Flow:
    return Flow(place, group, partitions=1)


def _waiting(flow: Flow) -> list[str]:
    return [item.record.headers[EVENT_ID] for item in parked(flow.bus, flow.group, flow.parked)]


def _lag(flow: Flow) -> int:
    return sum(lag.records for lag in flow.bus.lag(flow.group, [flow.source]))


@pytest.mark.parametrize("why", WHYS, ids=["not yet", "held", "silent"])
def test_others_go_on_while_one_tenant_waits_and_it_is_taken_up_in_order_when_it_need_not(
    flow: Flow, why: Handled
) -> None:
    poor = Poor(why)
    flow.publish_of("poor", *MANY)
    flow.publish_of("acme", "e-1", "e-2")
    with flow.running(poor):
        eventually(lambda: flow.outputs() == Counter(["e-1", "e-2"]), "the others' outputs")
        eventually(lambda: _waiting(flow) == MANY, "all of the tenant's records, parked in order")
        eventually(lambda: _lag(flow) == 0, "nothing that is not committed")
        poor.enough.set()
        eventually(lambda: len(flow.outputs()) == len(MANY) + 2, "the tenant's outputs")
        eventually(lambda: _waiting(flow) == [], "nothing parked")

    made = [record.value.decode() for record in flow.bus.read(flow.target)]
    assert made == ["e-1", "e-2", *MANY]
    assert flow.letters() == []


@pytest.mark.parametrize("why", WHYS, ids=["not yet", "held", "silent"])
def test_what_is_parked_is_taken_up_by_whoever_takes_the_partition_over(flow: Flow, why: Handled) -> None:
    flow.publish_of("poor", *MANY)
    flow.publish_of("acme", "e-1")
    with flow.running(Poor(why)):
        eventually(lambda: _waiting(flow) == MANY, "parked records")
    flow.publish_of("poor", "late")
    flow.publish_of("acme", "e-2")
    heir = Poor(why)
    with flow.running(heir):
        eventually(lambda: _waiting(flow) == [*MANY, "late"], "the later one behind them")
        assert "late" not in heir.tried
        heir.enough.set()
        eventually(lambda: len(flow.outputs()) == len(MANY) + 3, "all outputs")

    made = [record.value.decode() for record in flow.bus.read(flow.target)]
    assert made[2:] == [*MANY, "late"]
    assert set(flow.outputs().values()) == {1}


def test_one_of_many_is_tried_while_a_tenant_is_held(flow: Flow) -> None:
    poor = Poor(TenantHeld("the budget is spent"))
    flow.publish_of("poor", *MANY)
    with flow.running(poor):
        eventually(lambda: _waiting(flow) == MANY, "parked records")
        poor.tried.clear()
        eventually(lambda: len(poor.tried) > PACE.batch, "more tries")
        assert set(poor.tried[2 - PACE.batch :]) == {MANY[0]}


def test_a_parked_record_that_is_at_fault_becomes_a_dead_letter_and_stands_in_nobodys_way(flow: Flow) -> None:
    go_on = threading.Event()

    def handle(record: Record) -> Handled:
        if not go_on.is_set():
            return TenantHeld("no token")
        if record.value == b"bad":
            return InvalidRecord("turns", "none")
        return Unavailable("for this one") if record.value == b"silent" else Output(record.value, "test.Copy")

    flow.publish("bad", "silent", "e-1")
    with flow.running(handle, lambda record: True):
        eventually(lambda: _waiting(flow) == ["bad", "silent", "e-1"], "parked records")
        go_on.set()
        eventually(lambda: flow.outputs() == Counter(["e-1"]), "the output")

    letters = flow.letters()
    assert sorted(letter.dead.value for letter in letters) == [b"bad", b"silent"]
    assert {letter.dead.origin_topic for letter in letters} == {flow.source}
    assert _waiting(flow) == []


def test_a_parked_event_that_comes_again_has_one_output(flow: Flow) -> None:
    poor = Poor(TenantHeld("no token"))
    flow.publish_of("poor", "e-1", "e-1")
    with flow.running(poor):
        eventually(lambda: len(_waiting(flow)) == 2, "parked records")
        poor.enough.set()
        eventually(lambda: _waiting(flow) == [], "nothing parked")

    assert flow.outputs() == Counter(["e-1"])
