from __future__ import annotations

import asyncio
import json
import threading
from contextlib import aclosing

import pytest

from arf.calls.prompt import Prompt
from arf.inference.port import ModelFailed
from arf.inference.profile import ModelProfile
from arf.kit.errors import BudgetExhausted, DeadlineExceeded, InvalidRecord, NotFound, RateLimited, Unavailable
from arf.privacy.redaction.redactor import POLICY
from arf.summarising.summary import SUPPLIED
from arf.tasks import registry
from arf.tasks.base import Task
from arf.teacher.prices import Price
from arf.teacher.proxy import Summarised
from arf.teacher.rate_limit import Limit, TenantLimits
from arf.v1.summary_pb2 import Summary
from arf.v1.transcript_pb2 import Call, Turn
from tests.unit.teacher.fakes import ScriptedUpstream, down
from tests.unit.teacher.wiring import SOON, Proxy, transcript

pytestmark = pytest.mark.anyio


async def test_summary_is_restored_and_says_how_it_came_to_be() -> None:
    proxy = Proxy(price=Price(1_000_000, 2_000_000))
    outcome = await proxy.summarise(transcript())
    made = outcome.summary
    assert made.summary.text == "The customer contacted support because they lost 46422. It was found."
    assert (made.call_id, made.tenant, made.channel, made.redaction_policy) == ("c-1", "t", "phone", POLICY)
    assert (made.summary.model, made.summary.finish_reason) == ("m", "stop")
    assert (made.summary.usage.prompt_tokens, made.summary.usage.completion_tokens) == (10, 5)
    assert json.loads(made.summary.parameters)["max_new_tokens"] == 72
    assert (outcome.upstream, outcome.cost_micros, outcome.cached) == ("up", 10 + 2 * 5, False)
    assert outcome.redactions == {"id": 1}
    assert "46422" not in str(proxy.upstreams[0].prompts)


async def test_summary_that_the_call_brings_is_taken_as_it_is() -> None:
    proxy = Proxy(limits=TenantLimits(Limit(0, 0)))
    call = transcript()
    call.summary.CopyFrom(Summary(text="theirs 46422", model="gpt"))
    outcome = await proxy.summarise(call)
    assert (outcome.summary.summary.text, outcome.summary.summary.prompt_version) == ("theirs 46422", SUPPLIED)
    assert (proxy.asked, outcome.upstream, outcome.summary.redaction_policy) == (0, "", "")
    assert [o async for o in proxy.made.stream(call, SOON)] == [outcome]


async def test_second_answer_comes_from_the_cache_and_costs_nothing() -> None:
    proxy = Proxy(price=Price(1_000_000))
    first, second = await proxy.summarise(transcript()), await proxy.summarise(transcript())
    assert (proxy.asked, second.cached, second.cost_micros) == (1, True, 0)
    assert second.summary == first.summary


async def test_cached_answer_is_restored_with_the_values_of_whoever_asks() -> None:
    proxy = Proxy()
    await proxy.summarise(transcript())
    other = await proxy.summarise(transcript("my order 99121 is lost", call_id="c-2"))
    assert proxy.asked == 1
    assert "99121" in other.summary.summary.text
    assert "46422" not in str(other)
    assert other.summary.call_id == "c-2"


async def test_nothing_but_redacted_text_is_cached() -> None:
    proxy = Proxy()
    await proxy.summarise(transcript())
    assert "46422" not in str(proxy.cache.__dict__)


async def test_answer_is_never_another_tenants() -> None:
    proxy = Proxy()
    await proxy.summarise(transcript(tenant="a"))
    outcome = await proxy.summarise(transcript(tenant="b"))
    assert (proxy.asked, outcome.cached) == (2, False)


async def test_refresh_asks_again_and_the_new_answer_is_cached() -> None:
    proxy = Proxy()
    await proxy.summarise(transcript())
    proxy.upstreams[0].reply = " of news."
    refreshed = await proxy.summarise(transcript(), refresh=True)
    assert (proxy.asked, refreshed.cached) == (2, False)
    assert (await proxy.summarise(transcript())).summary.summary.text.endswith("of news.")


async def test_identical_requests_at_the_same_time_are_asked_once() -> None:
    proxy = Proxy(price=Price(1_000_000))
    outcomes = await asyncio.gather(*(proxy.summarise(transcript()) for _ in range(6)))
    assert proxy.asked == 1
    assert sorted(o.cost_micros for o in outcomes) == [0] * 5 + [10]
    assert [o.cached for o in outcomes].count(True) == 5


async def test_follower_with_more_time_asks_again_when_the_first_ones_is_over() -> None:
    proxy = Proxy()

    async def slow() -> None:
        proxy.clock.now += 10
        raise down()

    proxy.upstreams[0].script = [slow]
    hasty = asyncio.create_task(proxy.summarise(transcript(), proxy.clock.now + 5))
    await asyncio.sleep(0)
    patient = asyncio.create_task(proxy.summarise(transcript()))
    with pytest.raises(DeadlineExceeded):
        await hasty
    assert (await patient).summary.summary.text


async def test_request_over_the_limit_is_refused_before_anything_leaves() -> None:
    proxy = Proxy(limits=TenantLimits(requests=Limit(0.5, 1)))
    await proxy.summarise(transcript())
    with pytest.raises(RateLimited) as refusal:
        await proxy.summarise(transcript("another 77777"))
    assert (proxy.asked, refusal.value.retry_after_s) == (1, 2.0)
    assert (await proxy.summarise(transcript())).cached


async def test_request_over_the_budget_is_refused_and_keeps_no_tokens() -> None:
    proxy = Proxy(price=Price(1_000_000), limit=100, limits=TenantLimits(tokens=Limit(0, 2000)))
    with pytest.raises(BudgetExhausted):
        await proxy.summarise(transcript("word " * 300))
    assert proxy.asked == 0
    proxy.limiter.admit("t", 2000)


async def test_only_what_was_spent_counts_against_the_budget() -> None:
    proxy = Proxy(price=Price(1_000_000), limit=1000)
    for n in range(20):
        await proxy.summarise(transcript(f"word {n}"))
    await proxy.budget.close()
    assert proxy.ledger.booked == 200


async def test_failure_frees_what_was_taken() -> None:
    proxy = Proxy(ScriptedUpstream(script=[down(), down()]), price=Price(1_000_000), limit=1000)
    with pytest.raises(Unavailable) as failure:
        await proxy.summarise(transcript())
    assert failure.value.retry_after_s is not None
    await proxy.budget.close()
    assert proxy.ledger.booked == 0


async def test_request_that_was_cut_off_is_paid_for_in_full() -> None:
    asked = asyncio.Event()

    async def silence() -> None:
        asked.set()
        await asyncio.Event().wait()

    proxy = Proxy(ScriptedUpstream(script=[silence]), price=Price(1_000_000), limit=1000)
    task = asyncio.create_task(proxy.summarise(transcript()))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    await proxy.budget.close()
    assert proxy.ledger.booked > 72


async def test_request_that_timed_out_everywhere_is_paid_for_once_and_in_full() -> None:
    timed_out = ModelFailed("up: timed out", passing=True, sick=True, billed=True)
    proxy = Proxy(ScriptedUpstream(script=[timed_out, timed_out]), price=Price(1_000_000), limit=1000)
    with pytest.raises(Unavailable):
        await proxy.summarise(transcript())
    await proxy.budget.close()
    assert 72 < proxy.ledger.booked < 1000


async def test_request_costs_nothing_when_nobody_took_it_before_its_deadline() -> None:
    proxy = Proxy(price=Price(1_000_000), limit=1000)

    async def slowly_down() -> None:
        proxy.clock.now += 10
        raise down()

    proxy.upstreams[0].script = [slowly_down]
    with pytest.raises(DeadlineExceeded):
        await proxy.summarise(transcript(), proxy.clock.now + 5)
    await proxy.budget.close()
    assert proxy.ledger.booked == 0


async def test_only_the_answer_is_paid_for_when_it_came_after_a_timeout() -> None:
    timed_out = ModelFailed("up: timed out", passing=True, sick=True, billed=True)
    proxy = Proxy(ScriptedUpstream(script=[timed_out]), price=Price(1_000_000), limit=1000)
    await proxy.summarise(transcript())
    await proxy.budget.close()
    assert proxy.ledger.booked == 10


async def test_next_upstream_is_named_when_the_first_is_down() -> None:
    proxy = Proxy(ScriptedUpstream("a", script=[down(), down()]), ScriptedUpstream("b", "n", text=" of b."))
    outcome = await proxy.summarise(transcript())
    assert (outcome.upstream, outcome.summary.summary.model) == ("b", "n")


async def test_call_or_model_that_cannot_be_is_refused() -> None:
    proxy = Proxy()
    with pytest.raises(InvalidRecord, match=r"call\.turns"):
        await proxy.summarise(Call(id="x", turns=[Turn(text="  ")]))
    with pytest.raises(NotFound, match="gpt-9"):
        await proxy.summarise(transcript(), model="gpt-9")
    assert proxy.asked == 0


async def test_stream_never_shows_half_a_placeholder_and_ends_with_the_whole() -> None:
    proxy = Proxy(price=Price(1_000_000))
    *pieces, outcome = [piece async for piece in proxy.made.stream(transcript(), SOON)]
    assert isinstance(outcome, Summarised)
    assert "".join(str(p) for p in pieces) == "The customer contacted support because they lost 46422. It was found."
    assert not any("<" in str(p) or "ID_" in str(p) for p in pieces)
    assert (outcome.cached, outcome.cost_micros) == (False, 10)
    again = [piece async for piece in proxy.made.stream(transcript(), SOON)]
    assert isinstance(again[-1], Summarised)
    assert again[-1].cached
    assert (proxy.asked, again[0]) == (1, again[-1].summary.summary.text)


async def test_stream_that_breaks_off_is_paid_for_and_not_cached() -> None:
    proxy = Proxy(ScriptedUpstream(script=[None, down()]), price=Price(1_000_000), limit=1000)
    with pytest.raises(Unavailable):
        async for _ in proxy.made.stream(transcript(), SOON):
            pass
    assert not (await proxy.summarise(transcript())).cached
    await proxy.budget.close()
    assert proxy.ledger.booked > 72 + 10


async def test_stream_that_its_listener_leaves_is_paid_for() -> None:
    proxy = Proxy(price=Price(1_000_000), limit=1000)
    async with aclosing(proxy.made.stream(transcript(), SOON)) as pieces:
        assert await anext(pieces)
    await proxy.budget.close()
    assert proxy.ledger.booked > 72


async def test_call_goes_out_as_it_is_when_redaction_is_off() -> None:
    proxy = Proxy(redaction=False)
    outcome = await proxy.summarise(transcript())
    assert "46422" in str(proxy.upstreams[0].prompts)
    assert (outcome.summary.redaction_policy, outcome.redactions) == ("", {})


async def test_long_call_is_redacted_too() -> None:
    proxy = Proxy()
    await proxy.summarise(transcript("word " * 5000 + "order 46422"))
    assert "46422" not in str(proxy.upstreams[0].prompts)


@pytest.mark.parametrize("redaction", [True, False])
async def test_event_loop_is_left_to_others_while_the_prompt_of_a_long_call_is_made(
    monkeypatch: pytest.MonkeyPatch, redaction: bool
) -> None:
    task = type(registry.load("customer_service"))
    make, threads = task.teacher_prompt, []

    def noting(self: Task, call: Call, profile: ModelProfile) -> Prompt:
        threads.append(threading.current_thread())
        return make(self, call, profile)

    monkeypatch.setattr(task, "teacher_prompt", noting)
    await Proxy(redaction=redaction).summarise(transcript("it is lost " * 5_000))
    assert threading.current_thread() not in threads
    assert len(threads) == 2  # For its key, and for its model.
