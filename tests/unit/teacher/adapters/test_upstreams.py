"""One suite for the upstreams that speak HTTP, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest

from arf.calls.prompt import Decoding, Message, Prompt
from arf.teacher.adapters.openai import OpenAIUpstream
from arf.teacher.adapters.tgi import TGIUpstream
from arf.teacher.ports import Reply, Upstream, UpstreamFailed
from tests.helpers.fake_upstream import Act, FakeUpstream, serving

pytestmark = pytest.mark.anyio

PROMPT = Prompt(
    (Message("system", "be brief"), Message("user", "the call")), "p@1", prefill="The customer called because"
)
DECODING = Decoding(max_new_tokens=20, stop=("\n",))
TEXT = " of a fault, and more."


def _render(prompt: Prompt) -> str:
    return "".join(f"<{m.role}>{m.content}" for m in prompt.messages) + f"<assistant>{prompt.prefill}"


@asynccontextmanager
async def _upstream(kind: str, fake: FakeUpstream) -> AsyncIterator[Upstream]:
    async with serving(fake):
        made: Upstream
        if kind == "openai":
            made = OpenAIUpstream("up", "m", f"{fake.url}/v1", "secret")
        else:
            made = TGIUpstream("up", "m", fake.url, template=_render if kind == "tgi-generate" else None)
        try:
            yield made
        finally:
            await made.close()


each = pytest.mark.parametrize("kind", ["openai", "tgi-generate", "tgi-chat"])


@each
async def test_answer_comes_with_its_beginning_and_its_tokens(kind: str) -> None:
    fake = FakeUpstream(lambda _: TEXT)
    async with _upstream(kind, fake) as upstream:
        reply = await upstream.complete(PROMPT, DECODING, 5)
    assert (reply.text, reply.finish_reason) == (PROMPT.prefill + TEXT, "stop")
    assert reply.prompt_tokens > 0
    assert reply.completion_tokens == len(TEXT) // 4
    assert "the call" in fake.received
    assert PROMPT.prefill in fake.received


@each
async def test_pieces_joined_are_the_whole(kind: str) -> None:
    fake = FakeUpstream(lambda _: TEXT)
    async with _upstream(kind, fake) as upstream:
        *pieces, whole = [piece async for piece in upstream.stream(PROMPT, DECODING, 5)]
    assert len(pieces) > 2
    assert isinstance(whole, Reply)
    assert "".join(str(p) for p in pieces) == whole.text == PROMPT.prefill + TEXT
    assert whole.prompt_tokens == 70
    assert whole.completion_tokens > 0


@each
async def test_beginning_is_not_said_twice_when_the_endpoint_says_it(kind: str) -> None:
    fake = FakeUpstream(lambda _: PROMPT.prefill + TEXT)
    async with _upstream(kind, fake) as upstream:
        assert (await upstream.complete(PROMPT, DECODING, 5)).text == PROMPT.prefill + TEXT
        *pieces, _ = [piece async for piece in upstream.stream(PROMPT, DECODING, 5)]
    assert "".join(str(p) for p in pieces) == PROMPT.prefill + TEXT


@each
@pytest.mark.parametrize(
    ("status", "passing", "sick"),
    [(429, True, False), (500, True, True), (503, True, True), (401, False, True), (413, False, False)],
)
async def test_failure_says_whether_to_try_again_and_what_it_says_of_health(
    kind: str, status: int, passing: bool, sick: bool
) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(status, {"Retry-After": "7"})]
    async with _upstream(kind, fake) as upstream:
        with pytest.raises(UpstreamFailed) as failure:
            await upstream.complete(PROMPT, DECODING, 5)
    assert (failure.value.passing, failure.value.sick, failure.value.retry_after_s) == (passing, sick, 7.0)
    assert str(status) in failure.value.message
    assert "call" not in failure.value.message
    assert len(fake.requests) == 1


@each
async def test_retry_after_is_understood_as_a_date(kind: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(429, {"Retry-After": formatdate(4_000_000_000, usegmt=True)})]
    async with _upstream(kind, fake) as upstream:
        with pytest.raises(UpstreamFailed) as failure:
            await upstream.complete(PROMPT, DECODING, 5)
    assert failure.value.retry_after_s is not None
    assert failure.value.retry_after_s > 1_000_000


@each
async def test_dropped_connection_speaks_against_the_upstream(kind: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(drop=True)]
    async with _upstream(kind, fake) as upstream:
        with pytest.raises(UpstreamFailed) as failure:
            await upstream.complete(PROMPT, DECODING, 5)
        assert (failure.value.passing, failure.value.sick) == (True, True)
        assert (await upstream.complete(PROMPT, DECODING, 5)).text


@each
async def test_stream_that_is_cut_off_fails(kind: str) -> None:
    fake = FakeUpstream(lambda _: TEXT)
    fake.acts = [Act(cut_after=3)]
    seen: list[str | Reply] = []
    async with _upstream(kind, fake) as upstream:
        with pytest.raises(UpstreamFailed) as failure:
            async for piece in upstream.stream(PROMPT, DECODING, 5):
                seen.append(piece)
    assert failure.value.sick
    assert "".join(str(p) for p in seen) == PROMPT.prefill + TEXT[:9]


async def test_openai_asks_for_the_beginning_in_words_when_the_endpoint_cannot_go_on() -> None:
    fake = FakeUpstream(lambda _: TEXT)
    fake.acts = [Act(400)]
    async with _upstream("openai", fake) as upstream:
        await upstream.complete(PROMPT, DECODING, 5)
        await upstream.complete(PROMPT, DECODING, 5)
    assert [bool(r.get("continue_final_message")) for r in fake.requests] == [True, False, False]
    assert "Begin the reply" in fake.requests[2]["messages"][-1]["content"]


async def test_openai_upstream_gives_up_when_its_time_is_over() -> None:
    fake = FakeUpstream()
    fake.acts = [Act(wait_s=5)]
    async with _upstream("openai", fake) as upstream:
        with pytest.raises(UpstreamFailed) as failure:
            await upstream.complete(PROMPT, DECODING, 0.05)
    assert (failure.value.passing, failure.value.billed) == (True, True)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"choices": []}', '{"choices": [{"message": null}]}', "<html>"])
async def test_openai_answer_that_is_none_speaks_against_the_upstream(content: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(content=content)]
    async with _upstream("openai", fake) as upstream:
        with pytest.raises(UpstreamFailed, match="none") as failure:
            await upstream.complete(PROMPT, DECODING, 5)
    assert failure.value.sick
