"""The teacher's handler on the real bus, sealed records and all, under the real worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from arf.flow import CALLS, SUMMARIES
from arf.kit.bus import dlq
from arf.kit.bus.headers import SOURCE
from arf.kit.bus.parking import parked
from arf.kit.errors import Unavailable
from arf.privacy.call_keys import SqlCallKeys
from arf.privacy.master_key import MasterKeys
from arf.privacy.seal import Sealer
from arf.tasks.registry import load
from arf.teacher.rate_limit import Limit, TenantLimits
from arf.teacher.worker import STAGE, TeacherHandler
from arf.v1.events_pb2 import Sealed
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.helpers.sealing import Site
from tests.helpers.servers import LoopThread
from tests.helpers.stages import Working, until, working
from tests.unit.teacher.fakes import ScriptedUpstream, down, limited, refused
from tests.unit.teacher.wiring import proxied


@pytest.fixture
def handler(loop: LoopThread, here: Site) -> Callable[..., TeacherHandler]:
    def make(
        upstream: ScriptedUpstream, live_share: float = 0.05, seals: Sealer | None = None, **given: object
    ) -> TeacherHandler:
        async def wire() -> TeacherHandler:
            _, batches = proxied(upstream, **given)  # type: ignore[arg-type]
            return TeacherHandler(load("customer_service"), batches, seals or here.sealer, live_share=live_share)

        return loop.run(wire())

    return make


def _call(call_id: str, text: str = "my order 46422 is lost") -> Call:
    turns = [Turn(turn_id="0", speaker="customer", role=Role.ROLE_CUSTOMER, text=text)]
    return Call(id=call_id, tenant="t", channel="phone", turns=turns)


def _work(here: Site, handler: TeacherHandler, until: Callable[[Working], None]) -> dict[str, str]:
    with working(here, STAGE, CALLS, SUMMARIES, handler, handler.answers) as stage:
        until(stage)
    made = here.messages(SUMMARIES, CallSummary)
    assert len({m.call_id for m in made}) == len(made)
    return {m.call_id: m.summary.text for m in made}


def test_each_call_gets_one_summary_and_a_brought_one_is_kept(
    here: Site, handler: Callable[..., TeacherHandler]
) -> None:
    brought = _call("b")
    brought.summary.CopyFrom(Summary(text="Theirs."))
    for call in (_call("a"), brought, _call("c", "order 99121 please")):
        here.submit(call)
    texts = _work(here, handler(ScriptedUpstream(text=" of <ID_1>.")), lambda stage: stage.until_idle())
    opening = "The customer contacted support because of"
    assert texts == {"a": f"{opening} 46422.", "b": "Theirs.", "c": f"{opening} 99121."}


def test_only_a_share_of_live_calls_is_summarised(here: Site, handler: Callable[..., TeacherHandler]) -> None:
    for n in range(40):
        here.submit(_call(f"live-{n}", f"matter {n}"), {SOURCE: "live"})
    here.submit(_call("batch"))
    texts = _work(here, handler(ScriptedUpstream(), live_share=0.25), lambda stage: stage.until_idle())
    assert "batch" in texts
    assert 3 <= len(texts) - 1 <= 20
    assert dlq.letters(here.bus) == []


def test_forgotten_call_is_passed_by(here: Site, handler: Callable[..., TeacherHandler]) -> None:
    for call_id in ("a", "b"):
        here.submit(_call(call_id))
    here.sealer.forget("t", "a")
    assert set(_work(here, handler(ScriptedUpstream()), lambda stage: stage.until_idle())) == {"b"}
    assert dlq.letters(here.bus) == []


def test_outage_fills_no_dead_letters_and_every_call_is_done_after_it(
    here: Site, handler: Callable[..., TeacherHandler]
) -> None:
    upstream = ScriptedUpstream(script=[down()] * 12)
    for n in range(4):
        here.submit(_call(f"c{n}", f"matter {n}"))
    texts = _work(here, handler(upstream), lambda stage: stage.until_idle())
    assert len(texts) == 4
    assert dlq.letters(here.bus) == []


def test_upstream_that_limits_its_rate_fills_no_dead_letters_however_often_it_says_so(
    here: Site, handler: Callable[..., TeacherHandler]
) -> None:
    class Busy(ScriptedUpstream):
        asked = 0

        async def _step(self) -> None:
            self.asked += 1
            if self.asked % 12:
                raise limited()

    for n in range(12):
        here.submit(_call(f"c{n}", f"matter {n}"))
    busy = Busy()
    # Without time to wait within a request, as when many of them wait for the same upstream.
    texts = _work(here, handler(busy, deadline_s=0.5), lambda stage: stage.until_idle())
    assert len(texts) == 12
    assert busy.asked >= 12 * 12
    assert dlq.letters(here.bus) == []


def test_call_that_the_upstream_never_has_room_for_is_a_dead_letter_in_the_end(
    here: Site, handler: Callable[..., TeacherHandler], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Choosy(ScriptedUpstream):
        async def _step(self) -> None:
            if "too large" in self.prompts[-1].messages[-1].content:
                raise limited()

    monkeypatch.setattr("arf.teacher.worker._LIMITED_S", 1.0)
    here.submit(_call("a"))
    here.submit(_call("bad", "too large"))
    assert set(_work(here, handler(Choosy(), deadline_s=0.5), lambda stage: stage.until_idle())) == {"a"}
    assert [letter.dead.key for letter in dlq.letters(here.bus)] == [b"t/bad"]


def test_call_that_every_upstream_refuses_is_a_dead_letter_and_the_rest_goes_on(
    here: Site, handler: Callable[..., TeacherHandler]
) -> None:
    class Choosy(ScriptedUpstream):
        async def _step(self) -> None:
            if "poison" in self.prompts[-1].messages[-1].content:
                raise refused()

    here.submit(_call("a"))
    here.submit(_call("bad", "poison"))
    texts = _work(here, handler(Choosy()), lambda stage: stage.until_idle())
    assert set(texts) == {"a"}
    assert len(dlq.letters(here.bus)) == 1


def test_call_over_which_the_upstream_falls_is_a_dead_letter_also_when_there_is_no_other(
    here: Site, handler: Callable[..., TeacherHandler]
) -> None:
    class Fragile(ScriptedUpstream):
        async def _step(self) -> None:
            if "poison" in self.prompts[-1].messages[-1].content:
                raise down()

    here.submit(_call("bad", "poison"))
    assert _work(here, handler(Fragile()), lambda stage: stage.until_idle()) == {}
    (letter,) = dlq.letters(here.bus)
    assert (letter.dead.key, letter.dead.error_code) == (b"t/bad", "UNAVAILABLE")


def test_others_are_answered_only_if_the_upstream_is_there_and_the_records_own_key(
    here: Site, handler: Callable[..., TeacherHandler], loop: LoopThread
) -> None:
    class NoKeys:
        def prepare(self, calls: object) -> None:
            raise Unavailable("database")

        def open(self, sealed: Sealed, record_key: str) -> bytes:
            raise Unavailable("database")

        def seal(self, *_: object) -> Sealed:
            raise Unavailable("database")

    here.submit(_call("a"))
    (record,) = here.bus.read(CALLS)
    upstream = ScriptedUpstream()
    assert loop.run(handler(upstream).answers(record))
    assert loop.run(handler(upstream).answers(record))
    # Asked each time, whatever a cache holds.
    assert len(upstream.prompts) == 2
    assert not loop.run(handler(ScriptedUpstream(script=[down()])).answers(record))

    async def wire() -> TeacherHandler:
        return TeacherHandler(load("customer_service"), proxied(upstream)[1], NoKeys(), live_share=0.05)

    assert not loop.run(loop.run(wire()).answers(record))


def test_spent_budget_holds_calls_up_and_loses_none(here: Site, handler: Callable[..., TeacherHandler]) -> None:
    for n in range(3):
        here.submit(_call(f"c{n}", f"matter {n}"))
    # Enough for a few answers of 15 micros, never enough for two reservations at a time.
    made = handler(ScriptedUpstream(), budget_micros=600)
    texts = _work(here, made, lambda stage: stage.until_outputs(3))
    assert len(texts) == 3
    waiting = handler(ScriptedUpstream(), budget_micros=5)
    here.submit(_call("poor"))
    _work(here, waiting, lambda stage: stage.until_tried_again(7))
    assert dlq.letters(here.bus) == []


@pytest.mark.parametrize(
    "given", [{"budget_micros": 5}, {"limits": TenantLimits(requests=Limit(0.001, 1))}], ids=["budget", "rate"]
)
def test_a_tenant_that_has_used_up_what_it_may_holds_up_no_other(
    here: Site, handler: Callable[..., TeacherHandler], given: dict[str, object]
) -> None:
    for n in range(20):
        here.submit(_call(f"c{n}", f"matter {n}"))
    for n in range(4):
        brought = _call(f"free-{n}")
        brought.tenant = "other"
        brought.summary.CopyFrom(Summary(text="Theirs."))
        here.submit(brought)
    spent = handler(ScriptedUpstream(), **given)
    with working(here, STAGE, CALLS, SUMMARIES, spent, spent.answers) as stage:
        stage.until_outputs(4)
        until(lambda: not any(lag.records for lag in here.bus.lag(STAGE, [CALLS])))
        held = parked(here.bus, STAGE)
    assert {item.tenant for item in held} == {"t"}
    assert {item.reason.partition(" ")[0] for item in held} != {""}
    assert {m.call_id for m in here.messages(SUMMARIES, CallSummary)} >= {f"free-{n}" for n in range(4)}
    assert len(_work(here, handler(ScriptedUpstream()), lambda stage: stage.until_idle())) == 24


def test_calls_whose_master_key_is_not_there_wait_for_it(here: Site, handler: Callable[..., TeacherHandler]) -> None:
    keys = SqlCallKeys(here.database)
    elsewhere = Sealer(keys, MasterKeys([b"k" * 32]))
    there = Site(here.bus, here.database, elsewhere)
    for n in range(12):
        there.submit(_call(f"c{n}"))
    other = _call("other")
    other.tenant = "other"
    here.submit(other)
    made = handler(ScriptedUpstream())
    with working(here, STAGE, CALLS, SUMMARIES, made, made.answers) as stage:
        stage.until_outputs(1)
        until(lambda: len(parked(here.bus, STAGE)) == 12)
    assert dlq.letters(here.bus) == []
    whole = Site(here.bus, here.database, Sealer(keys, MasterKeys([bytes(32), b"k" * 32])))
    assert len(_work(whole, handler(ScriptedUpstream(), seals=whole.sealer), lambda stage: stage.until_idle())) == 13


def test_rate_is_waited_for(here: Site, handler: Callable[..., TeacherHandler]) -> None:
    for n in range(4):
        here.submit(_call(f"c{n}", f"matter {n}"))
    made = handler(ScriptedUpstream(), limits=TenantLimits(requests=Limit(20, 1)))
    assert len(_work(here, made, lambda stage: stage.until_idle())) == 4
