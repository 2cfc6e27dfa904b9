"""The model contract on the adapters that speak HTTP, and what they do about failures, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest

from arf.calls.prompt import ChatMessage, Completion, Decoding, Prompt
from arf.inference.adapters.openai import OpenAIModel
from arf.inference.adapters.tgi import TGIModel
from arf.inference.port import Model, ModelFailed, Request
from arf.inference.settings import ModelSettings
from arf.kit.errors import Unavailable
from tests.helpers.fake_upstream import Act, FakeUpstream, serving
from tests.unit.inference.model_contract import REQUESTS, SOON, TOO_LONG, ModelContract, request

pytestmark = pytest.mark.anyio

PREFILL = "The customer called because"
TEXT = " of a fault, and more."
ASKED = Request(
    Prompt((ChatMessage("system", "be brief"), ChatMessage("user", "the call")), "p@1", PREFILL),
    Decoding(max_new_tokens=20, stop=("\n",)),
)
PLAIN = request("the call", decoding=Decoding(20))


def _render(prompt: Prompt) -> str:
    return "".join(f"<{m.role}>{m.content}" for m in prompt.messages) + f"<assistant>{prompt.prefill}"


def _refuse_long(prompt: str) -> Act | None:
    return Act(400) if TOO_LONG in prompt else None


@asynccontextmanager
async def _opened(kind: str, fake: FakeUpstream, model: str = "m", **given: object) -> AsyncIterator[Model]:
    settings = ModelSettings.model_validate(given)
    async with serving(fake):
        made: Model
        if kind == "openai":
            made = OpenAIModel(f"{fake.url}/v1", model, settings)
        else:
            made = TGIModel(fake.url, model, settings, _render if kind == "tgi-generate" else None)
        try:
            yield made
        finally:
            await made.close()


KINDS = ["openai", "tgi-generate", "tgi-chat"]
each = pytest.mark.parametrize("kind", KINDS)


@pytest.mark.parametrize("model", KINDS, indirect=True)
class TestHttpModels(ModelContract):
    """On a fake endpoint."""

    @pytest.fixture
    async def model(self, request: pytest.FixtureRequest) -> AsyncIterator[Model]:
        async with _opened(request.param, FakeUpstream(act_on=_refuse_long)) as model:
            yield model


@each
async def test_answer_comes_with_its_beginning_and_its_tokens(kind: str) -> None:
    fake = FakeUpstream(lambda _: TEXT)
    async with _opened(kind, fake) as model:
        reply = await model.complete(ASKED, SOON)
    assert (reply.text, reply.finish_reason) == (PREFILL + TEXT, "stop")
    assert reply.prompt_tokens > 0
    assert reply.completion_tokens == len(TEXT) // 4
    assert "the call" in fake.received
    assert PREFILL in fake.received


@each
async def test_pieces_come_as_they_are_made_when_streamed(kind: str) -> None:
    async with _opened(kind, FakeUpstream(lambda _: TEXT)) as model:
        *pieces, whole = [piece async for piece in model.stream(PLAIN, SOON)]
    assert len(pieces) > 2
    assert isinstance(whole, Completion)
    assert "".join(str(p) for p in pieces) == whole.text == TEXT
    assert whole.prompt_tokens == 70
    assert whole.completion_tokens > 0


@each
async def test_beginning_is_not_said_twice_when_the_endpoint_says_it(kind: str) -> None:
    async with _opened(kind, FakeUpstream(lambda _: PREFILL + TEXT)) as model:
        assert (await model.complete(ASKED, SOON)).text == PREFILL + TEXT
        *pieces, _ = [piece async for piece in model.stream(ASKED, SOON)]
    assert "".join(str(p) for p in pieces) == PREFILL + TEXT


@each
@pytest.mark.parametrize(
    ("status", "passing", "sick"),
    [
        (408, True, False), (409, True, False), (424, True, True), (425, True, False), (429, True, False),
        (500, True, True), (503, True, True), (401, False, True), (402, False, True), (404, False, True),
        (413, False, False),
    ],
)  # fmt: skip
async def test_failure_says_the_same_at_every_endpoint_when_the_status_is_the_same(
    kind: str, status: int, passing: bool, sick: bool
) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(status, {"Retry-After": "7"})]
    async with _opened(kind, fake) as model:
        with pytest.raises(ModelFailed) as failure:
            await model.complete(ASKED, SOON)
    assert (failure.value.passing, failure.value.sick, failure.value.retry_after_s) == (passing, sick, 7.0)
    assert failure.value.limited == (status == 429)
    assert str(status) in failure.value.message
    assert "call" not in failure.value.message
    assert len(fake.requests) == 1


@each
async def test_retry_after_is_understood_as_a_date(kind: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(429, {"Retry-After": formatdate(4_000_000_000, usegmt=True)})]
    async with _opened(kind, fake) as model:
        with pytest.raises(ModelFailed) as failure:
            await model.complete(ASKED, SOON)
    assert failure.value.retry_after_s is not None
    assert failure.value.retry_after_s > 1_000_000


@each
async def test_dropped_connection_speaks_against_the_endpoint(kind: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(drop=True)]
    async with _opened(kind, fake) as model:
        with pytest.raises(ModelFailed) as failure:
            await model.complete(ASKED, SOON)
        assert (failure.value.passing, failure.value.sick) == (True, True)
        assert (await model.complete(ASKED, SOON)).text


@each
async def test_stream_that_is_cut_off_fails(kind: str) -> None:
    fake = FakeUpstream(lambda _: TEXT)
    fake.acts = [Act(cut_after=3)]
    seen: list[str | Completion] = []
    async with _opened(kind, fake) as model:
        with pytest.raises(ModelFailed) as failure:
            async for piece in model.stream(PLAIN, SOON):
                seen.append(piece)
    assert failure.value.sick
    assert "".join(str(p) for p in seen) == TEXT[:9]


@each
async def test_attempt_fails_when_the_endpoint_takes_too_long(kind: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(wait_s=5)]
    async with _opened(kind, fake) as model:
        with pytest.raises(ModelFailed, match="in time") as failure:
            await model.complete(ASKED, 0.05)
    assert (failure.value.passing, failure.value.billed) == (True, True)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"choices": []}', '{"choices": [{"message": null}]}', "<html>"])
@pytest.mark.parametrize("kind", ["openai", "tgi-chat"])
async def test_answer_that_is_none_speaks_against_the_endpoint(kind: str, content: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(content=content)]
    async with _opened(kind, fake) as model:
        with pytest.raises(ModelFailed, match="cannot be read") as failure:
            await model.complete(ASKED, SOON)
    assert failure.value.sick


@each
async def test_window_is_the_endpoints_own_unless_it_is_set(kind: str) -> None:
    async with _opened(kind, FakeUpstream(window=4096), model="") as model:
        assert (await model.profile()).window == 4096
        assert model.name == "m"
    async with _opened(kind, FakeUpstream(window=4096), window=1024) as model:
        assert (await model.profile()).window == 1024


@each
async def test_request_is_tried_again_when_the_failure_may_pass(kind: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(429, {"Retry-After": "0"}), Act(503, {"Retry-After": "0"})]
    async with _opened(kind, fake) as model:
        (made,) = await model.complete_all(REQUESTS[:1])
    assert isinstance(made, Completion)
    assert len(fake.requests) == 3


@each
@pytest.mark.parametrize("status", [401, 404])
async def test_all_is_given_up_at_once_when_the_endpoint_takes_no_request(kind: str, status: int) -> None:
    fake = FakeUpstream(act_on=lambda _: Act(status))
    async with _opened(kind, fake, concurrency=1) as model:
        with pytest.raises(Unavailable, match=f"HTTP {status}"):
            await model.complete_all(REQUESTS * 4)
    assert len(fake.requests) < 3


@each
async def test_so_many_requests_are_under_way_as_the_settings_allow(kind: str) -> None:
    fake = FakeUpstream(delay_s=0.02)
    async with _opened(kind, fake, concurrency=2) as model:
        await model.complete_all(REQUESTS * 3)
    assert fake.most_at_once == 2


async def test_beginning_is_asked_for_in_words_when_the_endpoint_cannot_go_on() -> None:
    fake = FakeUpstream(lambda _: TEXT)
    fake.acts = [Act(400)]
    async with _opened("openai", fake) as model:
        await model.complete(ASKED, SOON)
        await model.complete(ASKED, SOON)
    assert [bool(r.get("continue_final_message")) for r in fake.requests] == [True, False, False]
    assert "Begin the reply" in fake.requests[2]["messages"][-1]["content"]


@pytest.mark.parametrize("named", [True, False])
async def test_parameters_are_left_out_when_the_endpoint_refuses_them(named: bool) -> None:
    fake = FakeUpstream(refuses=["max_tokens", "temperature"])
    if not named:
        fake.acts = [Act(400)]
    async with _opened("openai", fake) as model:
        assert (await model.complete(PLAIN, SOON)).text
        asked = len(fake.requests)
        assert (await model.complete(PLAIN, SOON)).text
    assert len(fake.requests) == asked + 1  # What it refuses was found once, and then known.
    assert fake.requests[-1]["max_completion_tokens"] == 20
    assert not {"max_tokens", "temperature"} & set(fake.requests[-1])


async def test_refusal_is_the_requests_own_when_others_were_taken_before() -> None:
    fake = FakeUpstream(act_on=_refuse_long)
    async with _opened("openai", fake) as model:
        await model.complete(PLAIN, SOON)
        with pytest.raises(ModelFailed):
            await model.complete(request(TOO_LONG), SOON)
        await model.complete(PLAIN, SOON)
    assert len(fake.requests) == 3
    assert "max_tokens" in fake.requests[-1]


async def test_adapter_is_asked_for_by_its_folders_name_when_given() -> None:
    fake = FakeUpstream()
    async with _opened("openai", fake) as model:
        await model.complete(request("hi", adapter="runs/x/adapters/arf"), SOON)
    assert fake.requests[0]["model"] == "arf"


async def test_decoding_schema_and_logprobs_are_passed_on_when_asked_for() -> None:
    fake = FakeUpstream()
    sampled = Decoding(9, temperature=0.7, top_p=0.9, seed=4, stop=("\n",))
    async with _opened("openai", fake) as model:
        await model.complete(request("hi", decoding=sampled, schema={"type": "object"}, top_logprobs=3), SOON)
    (asked,) = fake.requests
    given = {k: asked[k] for k in ("max_tokens", "temperature", "top_p", "seed", "stop", "logprobs", "top_logprobs")}
    assert given == {
        "max_tokens": 9, "temperature": 0.7, "top_p": 0.9, "seed": 4, "stop": ["\n"], "logprobs": True,
        "top_logprobs": 3,
    }  # fmt: skip
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_query_of_the_address_is_kept_when_it_has_one() -> None:
    fake = FakeUpstream()
    paths: list[str] = []
    respond = fake._respond

    async def kept(path: str, *rest: object) -> bool:
        paths.append(path)
        return await respond(path.partition("?")[0], *rest)  # type: ignore[arg-type]

    fake._respond = kept  # type: ignore[method-assign, assignment]
    async with serving(fake):
        model = OpenAIModel(f"{fake.url}/v1?api-version=preview", "m")
        await model.complete(PLAIN, SOON)
        async for _ in model.stream(PLAIN, SOON):
            pass
        await model.close()
    assert paths == ["/v1/chat/completions?api-version=preview"] * 2


async def test_model_that_is_named_needs_no_list_of_models() -> None:
    fake = FakeUpstream()
    fake._about = lambda path: {"error": "there is no list here"}  # type: ignore[method-assign]
    async with _opened("openai", fake) as model:
        assert (await model.profile()).window == 8192
    async with _opened("openai", fake, model="") as unnamed:
        with pytest.raises(ModelFailed, match="cannot be read"):
            await unnamed.profile()


async def test_session_and_salt_are_told_when_given_and_else_left_out() -> None:
    fake = FakeUpstream(lambda _: TEXT)
    async with _opened("openai", fake) as model:
        live = request("the call", session="call-7", cache_salt="tenant-a")
        await model.complete(live, SOON)
        _ = [piece async for piece in model.stream(live, SOON)]
        await model.complete(PLAIN, SOON)
    assert [asked.get("cache_salt") for asked in fake.requests] == ["tenant-a", "tenant-a", None]
    assert ["x-session-id: call-7\r\n" in head for head in fake.heads] == [True, True, False]
    assert "x-session-id" not in fake.heads[2]


async def _failure(kind: str, fake: FakeUpstream, *, streamed: bool = False) -> ModelFailed:
    """What a model raises for PLAIN, and nothing but a ModelFailed."""
    async with _opened(kind, fake) as model:
        with pytest.raises(ModelFailed) as failure:
            if streamed:
                async for _ in model.stream(PLAIN, SOON):
                    pass
            else:
                await model.complete(PLAIN, SOON)
    return failure.value


@each
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_prompt_and_key_go_nowhere_else_when_the_endpoint_redirects(
    kind: str, streamed: bool, status: int
) -> None:
    fake, other = FakeUpstream(), FakeUpstream()
    async with serving(other):
        fake.acts = [Act(status, {"Location": f"{other.url}/v1/chat/completions"})]
        failure = await _failure(kind, fake, streamed=streamed)
    assert other.requests == []
    assert (failure.passing, failure.sick) == (False, True)
    assert "a redirect to 127.0.0.1;" in failure.message


async def test_profile_is_not_asked_for_elsewhere_when_the_endpoint_redirects() -> None:
    for kind in KINDS:
        other, fake = FakeUpstream(), FakeUpstream()
        async with serving(other), _opened(kind, fake, model="") as model:
            fake.about = Act(302, {"Location": f"{other.url}/v1/models"})
            with pytest.raises(ModelFailed, match="a redirect to"):
                await model.profile()


def _chat(text: object = "ok", usage: object = None, **choice: object) -> str:
    made = {"choices": [{"message": {"content": text}, "finish_reason": "stop"} | choice], "usage": usage}
    return json.dumps(made)


def _deep(levels: int) -> str:
    return '{"choices": ' + "[" * levels + "]" * levels + "}"


ODD: dict[str, str | bytes] = {
    "deep": _deep(100_000),
    "not a number": _chat().replace('"ok"', "NaN"),
    "infinite": _chat(usage={"prompt_tokens": "X"}).replace('"X"', "-Infinity"),
    "not utf-8": b'{"choices": [{"message": {"content": "\xff\xfe"}}]}',
    "choices by name": '{"choices": {"0": {}}}',
    "a choice of text": '{"choices": ["ok"]}',
    "logprobs by name": _chat(logprobs={"content": {"a": 1}}),
    "huge logprob": _chat(logprobs={"content": [{"top_logprobs": [{"token": "a", "logprob": 10**400}]}]}),
    "logprob beyond floats": _chat(logprobs={"content": [{"top_logprobs": [{"token": "a", "logprob": "X"}]}]}).replace(
        '"X"', "1e999"
    ),
    "longer than asked": _chat("ha " * 100_000),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", ["openai", "tgi-chat"])
async def test_odd_answer_is_the_endpoints_fault(kind: str, odd: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(content=ODD[odd])]
    failure = await _failure(kind, fake)
    assert "cannot be read" in failure.message
    assert failure.sick


GENERATED = {"generated_text": "ok", "details": {"finish_reason": "length", "generated_tokens": 2, "prefill": [{}]}}


@pytest.mark.parametrize(
    "odd",
    [
        "null",
        "[]",
        "3",
        _deep(100_000),
        json.dumps(GENERATED | {"details": []}),
    ],
)
async def test_odd_answer_is_the_endpoints_fault_when_it_generates(odd: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(content=odd)]
    assert "cannot be read" in (await _failure("tgi-generate", fake)).message


def _piece(text: object, reason: object = None) -> str:
    return json.dumps({"choices": [{"delta": {"content": text}, "finish_reason": reason}]})


@pytest.mark.parametrize(
    "odd",
    [
        "[" * 100_000,
        "NaN",
        "[1]",
        '"text"',
        '{"choices": 7}',
        '{"choices": ["text"]}',
        '{"choices": [{"delta": "text"}]}',
        '{"choices": [{"delta": {}, "logprobs": {"content": [7]}}]}',
        '{"error": {"message": "on demand"}}',
        _piece("a" * 600_000),
    ],
    ids=range(10),
)
@each
async def test_odd_piece_is_the_endpoints_fault_when_streamed(kind: str, odd: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(events=(_piece("so "), odd, _piece("on", "stop")))]
    failure = await _failure(kind, fake, streamed=True)
    assert failure.sick
    assert "on demand" not in failure.message


@pytest.mark.parametrize("kind", ["openai", "tgi-chat"])
async def test_stream_ends_when_it_says_more_than_was_asked(kind: str) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(events=(_piece("so on and "),) * 100_000)]
    assert "cannot be read" in (await _failure(kind, fake, streamed=True)).message


@each
@pytest.mark.parametrize("streamed", [False, True])
async def test_reading_stops_when_an_answer_is_endless(kind: str, streamed: bool) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(endless=b": nothing\n\n" * 5_000 if streamed else b" " * 60_000)]
    assert "cannot be read" in (await _failure(kind, fake, streamed=streamed)).message
    assert fake.sent < 40 << 20


@pytest.mark.parametrize("objects", [149_000, 1_300_000])
async def test_loop_is_held_briefly_when_an_answer_is_many_objects(objects: int) -> None:
    fake = FakeUpstream()
    fake.acts = [Act(content='{"choices": [' + "[]," * objects + "[]]}")]
    held = []

    async def watch() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0.01)
            held.append(time.thread_time() - began)

    watching = asyncio.create_task(watch())
    await _failure("openai", fake)
    watching.cancel()
    assert max(held) < 1.0


@pytest.mark.parametrize("absurd", [-5, 10**18, 10**400, 1.5, True, "7", None, [], {"a": 1}])
async def test_tokens_are_estimated_when_their_count_is_absurd(absurd: object) -> None:
    fake = FakeUpstream()
    usage = {"prompt_tokens": absurd, "completion_tokens": absurd}
    fake.acts = [Act(content=_chat("a b c", usage)), Act(content=_chat("a b c", absurd))]
    async with _opened("openai", fake) as model:
        for _ in range(2):
            reply = await model.complete(PLAIN, SOON)
            assert (reply.prompt_tokens, reply.completion_tokens) == (9, 2)


async def test_reply_can_be_written_anywhere_when_it_holds_half_a_character_or_controls() -> None:
    fake = FakeUpstream()
    tops = {"content": [{"top_logprobs": [{"token": "a\ud83d", "logprob": -1}]}]}
    fake.acts = [
        Act(content=_chat("so\x00 \x1b\ud83d", finish_reason=["odd"], logprobs=tops)),
        Act(content=_chat(None, finish_reason="x " * 99)),
    ]
    async with _opened("openai", fake) as model:
        reply = await model.complete(PLAIN, SOON)
        with pytest.raises(ModelFailed, match=r"without text \(no reason\)"):
            await model.complete(PLAIN, SOON)
    assert (reply.text, reply.finish_reason, reply.top_logprobs) == ("so ", "stop", ({"a": -1.0},))


@pytest.mark.parametrize("name", [7, None, "", "a\ud83d", "a\x1b[2J", "m" * 5000, ["m"]])
@pytest.mark.parametrize("kind", KINDS)
async def test_model_has_no_name_when_the_endpoint_says_an_odd_one(kind: str, name: object) -> None:
    fake = FakeUpstream()
    fake.about = Act(content=json.dumps({"data": [{"id": name}], "model_id": name}))
    async with _opened(kind, fake, model="") as model:
        with pytest.raises(ModelFailed, match="cannot be read"):
            await model.profile()


async def test_server_is_asked_as_its_own_model_when_it_is_tgi_without_an_adapter() -> None:
    fake = FakeUpstream()
    async with _opened("tgi-chat", fake) as model:
        await model.complete(PLAIN, SOON)
        await model.complete(request("hi", adapter="runs/x/adapters/arf"), SOON)
    assert [asked["model"] for asked in fake.requests] == ["tgi", "arf"]


@each
async def test_providers_own_words_are_shown_when_they_are_of_the_key_and_not_when_of_the_prompt(kind: str) -> None:
    fake = FakeUpstream()
    said = {"error": {"message": "No such key: s3cret\x1b[2J,\nask for one. The call.", "code": "bad_key"}}
    async with _opened(kind, fake, api_key="s3cret") as model:
        for status, shown in ((401, ": No such key: ... [2J, ask for one. The call."), (413, " (bad_key)")):
            fake.acts = [Act(status, content=json.dumps(said))]
            with pytest.raises(ModelFailed) as failure:
                await model.complete(ASKED, SOON)
            assert failure.value.message.endswith(f"HTTP {status}{shown}")
