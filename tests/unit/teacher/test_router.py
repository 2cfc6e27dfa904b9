from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.inference.port import Request
from arf.inference.profile import ModelProfile
from arf.kit.errors import DeadlineExceeded, NotFound, Unavailable
from arf.teacher.breaker import Breaker, BreakerState
from arf.teacher.ports import UpstreamLimited
from arf.teacher.retry import Retry
from arf.teacher.router import Route, Routed, Router, UpstreamRefused
from tests.unit.teacher.fakes import Clock, ScriptedUpstream, down, limited, refused

pytestmark = pytest.mark.anyio

REQUEST = Request(Prompt((ChatMessage("user", "hello"),), "p@1"), Decoding(max_new_tokens=5))


async def ask(profile: ModelProfile) -> Request:
    return REQUEST


def _router(upstreams: Sequence[ScriptedUpstream], clock: Clock, **given: Any) -> Router:
    routes = [
        Route(up.label, up, Breaker(clock, failures=3, cooldown_s=5), timeout_s=given.pop("timeout_s", 60))
        for up in upstreams
    ]
    retry = given.pop("retry", Retry(attempts=3, base_s=0.2, patience_s=10))
    return Router(routes, retry, clock, sleep=clock.sleep, rng=random.Random(1), **given)


async def _streamed(router: Router, deadline: float = 2000.0) -> list[str | Routed]:
    return [piece async for piece in router.stream(ask, "", deadline)]


async def test_first_upstream_answers_alone_when_it_is_well() -> None:
    clock = Clock()
    first, second = ScriptedUpstream("a"), ScriptedUpstream("b")
    routed = await _router([first, second], clock).complete(ask, "", 2000)
    assert (routed.route.name, routed.reply.text) == ("a", "It is so.")
    assert (len(first.prompts), len(second.prompts), clock.slept) == (1, 0, [])


async def test_attempts_are_repeated_with_pauses_and_then_the_next_upstream_is_asked() -> None:
    clock = Clock()
    first, second = ScriptedUpstream("a", script=[down(), down(), down()]), ScriptedUpstream("b")
    routed = await _router([first, second], clock).complete(ask, "", 2000)
    assert routed.route.name == "b"
    assert len(first.prompts) == 3
    assert len(clock.slept) == 2
    assert all(0 <= pause <= 0.4 for pause in clock.slept)


async def test_upstream_is_waited_for_as_long_as_it_asks() -> None:
    clock = Clock()
    upstream = ScriptedUpstream(script=[limited(retry_after_s=7.0)])
    await _router([upstream], clock).complete(ask, "", 2000)
    assert 7.0 <= clock.slept[0] <= 7.1


async def test_next_upstream_is_asked_at_once_when_the_wait_is_too_long() -> None:
    clock = Clock()
    first, second = ScriptedUpstream("a", script=[limited(retry_after_s=30.0)]), ScriptedUpstream("b")
    assert (await _router([first, second], clock).complete(ask, "", 2000)).route.model is second
    assert clock.slept == []


async def test_caller_hears_when_to_come_again_when_nobody_answers() -> None:
    clock = Clock()
    upstreams = [
        ScriptedUpstream("a", script=[limited(retry_after_s=30.0)]),
        ScriptedUpstream("b", script=[limited(retry_after_s=20.0)]),
    ]
    with pytest.raises(UpstreamLimited, match=r"a, b") as failure:
        await _router(upstreams, clock).complete(ask, "", 2000)
    assert failure.value.retry_after_s == 20.0
    with pytest.raises(Unavailable, match="HTTP 503") as away:
        await _router([ScriptedUpstream(script=[down(retry_after_s=20.0)])], clock).complete(ask, "", 2000)
    assert away.value.retry_after_s == 20.0


async def test_refusal_is_not_repeated_but_the_next_upstream_may_do_it() -> None:
    clock = Clock()
    first, second = ScriptedUpstream("a", script=[refused()]), ScriptedUpstream("b")
    assert (await _router([first, second], clock).complete(ask, "", 2000)).route.model is second
    assert len(first.prompts) == 1
    with pytest.raises(UpstreamRefused, match="HTTP 400"):
        await _router([ScriptedUpstream(script=[refused()])], clock).complete(ask, "", 2000)


async def test_sick_upstream_is_left_alone_and_tried_again_later() -> None:
    clock = Clock()
    first, second = ScriptedUpstream("a", script=[down()] * 3), ScriptedUpstream("b")
    router = _router([first, second], clock)
    for _ in range(3):
        await router.complete(ask, "", 2000)
    assert len(first.prompts) == 3
    clock.now += 5
    assert (await router.complete(ask, "", 2000)).route.model is first


async def test_limits_and_refusals_do_not_open_the_breaker() -> None:
    clock = Clock()
    upstream = ScriptedUpstream(script=[limited(), limited(), refused()])
    router = _router([upstream], clock)
    with pytest.raises(UpstreamLimited):
        await router.complete(ask, "", 2000)
    assert router.serving("")[0].breaker.state is BreakerState.CLOSED


async def test_model_is_asked_of_those_who_serve_it() -> None:
    clock = Clock()
    router = _router([ScriptedUpstream("a", "m"), ScriptedUpstream("b", "n")], clock)
    assert (await router.complete(ask, "n", 2000)).route.name == "b"
    with pytest.raises(NotFound, match="there are: m, n"):
        await router.complete(ask, "o", 2000)


async def test_no_attempt_begins_when_the_deadline_would_pass_before_it() -> None:
    clock = Clock()
    upstream = ScriptedUpstream(script=[down(retry_after_s=5.0), down()])
    with pytest.raises(Unavailable):
        await _router([upstream], clock).complete(ask, "", clock.now + 4)
    assert (len(upstream.prompts), clock.slept) == (1, [])
    with pytest.raises(DeadlineExceeded):
        await _router([upstream], clock).complete(ask, "", clock.now)
    assert len(upstream.prompts) == 1


async def test_silent_upstream_counts_as_failed_when_its_time_is_over() -> None:
    clock = Clock()

    async def silence() -> None:
        await asyncio.Event().wait()

    first, second = ScriptedUpstream("a", script=[silence] * 3), ScriptedUpstream("b")
    router = Router(
        [Route("a", first, Breaker(clock, failures=1), timeout_s=0.01), Route("b", second, Breaker(clock))],
        Retry(),
        clock,
    )
    assert (await router.complete(ask, "", 2000)).route.model is second
    assert router.serving("")[0].breaker.state is BreakerState.OPEN


async def test_cancelled_trial_leaves_room_for_the_next_one() -> None:
    clock = Clock()

    async def silence() -> None:
        await asyncio.Event().wait()

    upstream = ScriptedUpstream(script=[down(), down(), down(), silence])
    router = _router([upstream], clock)
    with pytest.raises(Unavailable):
        await router.complete(ask, "", 2000)
    clock.now += 5
    task = asyncio.create_task(router.complete(ask, "", 2000))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await router.complete(ask, "", 2000)).reply.text == "It is so."


async def test_stream_passes_pieces_on_and_ends_with_the_whole() -> None:
    clock = Clock()
    *pieces, whole = await _streamed(_router([ScriptedUpstream(script=[down()])], clock))
    assert pieces == ["It i", "s so", "."]
    assert isinstance(whole, Routed)
    assert whole.reply.text == "It is so."


async def test_stream_is_not_begun_again_when_it_breaks_off() -> None:
    clock = Clock()
    first, second = ScriptedUpstream("a", script=[None, down()]), ScriptedUpstream("b")
    router = _router([first, second], clock)
    seen: list[str | Routed] = []
    with pytest.raises(Unavailable, match="stopped in the middle"):
        async for piece in router.stream(ask, "", 2000):
            seen.append(piece)
    assert seen == ["It i"]
    assert second.prompts == []


async def test_upstreams_are_closed_with_the_router() -> None:
    upstreams = [ScriptedUpstream("a"), ScriptedUpstream("b")]
    await _router(upstreams, Clock()).close()
    assert all(up.closed for up in upstreams)


async def test_what_ails_an_upstream_is_logged_and_a_refusal_is_not() -> None:
    clock = Clock()
    with capture_logs() as logs:
        await _router([ScriptedUpstream(script=[down("a")])], clock).complete(ask, "", 2000)
        with pytest.raises(UpstreamRefused):
            await _router([ScriptedUpstream(script=[refused()])], clock).complete(ask, "", 2000)
    (said,) = [line for line in logs if line["event"] == "upstream is unwell"]
    assert (said["log_level"], said["reason"]) == ("warning", "a: HTTP 503")
