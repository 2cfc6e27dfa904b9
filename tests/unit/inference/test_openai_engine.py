from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arf.calls.prompt import Decoding
from arf.inference.openai_engine import OpenAIEngine, Refused
from arf.kit.errors import Unavailable
from tests.helpers.fake_endpoint import FakeEndpoint, serving
from tests.unit.inference.engine_contract import PROMPTS, SHORT, EngineContract, prompt


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    with serving(FakeEndpoint()) as served:
        yield served


def opened(endpoint: FakeEndpoint, model: str | None = "served", **settings: float) -> OpenAIEngine:
    return OpenAIEngine(endpoint.url, model, backoff=0.001, **settings)  # type: ignore[arg-type]


@pytest.fixture
def engine(endpoint: FakeEndpoint) -> OpenAIEngine:
    return opened(endpoint)


class TestOpenAIEngine(EngineContract):
    """On an endpoint that continues a begun reply, as vLLM does."""

    @pytest.fixture
    def engine(self, engine: OpenAIEngine) -> OpenAIEngine:
        return engine


class TestOpenAIEngineOnPlainOpenAI(EngineContract):
    """On an endpoint that refuses the fields it does not know."""

    @pytest.fixture
    def engine(self) -> Iterator[OpenAIEngine]:
        with serving(FakeEndpoint(continues=False)) as endpoint:
            yield opened(endpoint)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_request_is_tried_again_when_the_failure_may_pass(
    engine: OpenAIEngine, endpoint: FakeEndpoint, status: int
) -> None:
    endpoint.failures = [(status, {"Retry-After": "0"}), (status, {})]
    assert engine.complete(PROMPTS[:1], SHORT)[0].text
    assert len(endpoint.requests) == 3


def test_unavailable_is_raised_when_every_attempt_fails(endpoint: FakeEndpoint) -> None:
    endpoint.failures = [(503, {})] * 3
    with pytest.raises(Unavailable, match="HTTP 503"):
        opened(endpoint, attempts=3).complete(PROMPTS[:1], SHORT)
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 404])
def test_refused_is_raised_at_once_when_trying_again_cannot_help(
    engine: OpenAIEngine, endpoint: FakeEndpoint, status: int
) -> None:
    endpoint.failures = [(status, {})]
    with pytest.raises(Refused, match=f"HTTP {status}"):
        engine.complete(PROMPTS[:1], SHORT)
    assert len(endpoint.requests) == 1


def test_unavailable_is_raised_when_the_deadline_passes(endpoint: FakeEndpoint) -> None:
    endpoint.stalls = True
    with pytest.raises(Unavailable, match="APITimeoutError"):
        opened(endpoint, timeout=0.2, attempts=2).complete(PROMPTS[:1], SHORT)


def test_unavailable_is_raised_when_nobody_listens() -> None:
    with serving(FakeEndpoint()) as endpoint:
        engine = opened(endpoint, attempts=2)
    with pytest.raises(Unavailable, match="APIConnectionError"):
        engine.complete(PROMPTS[:1], SHORT)


def test_retry_after_is_waited_for_when_the_endpoint_names_it(endpoint: FakeEndpoint) -> None:
    waits: list[float] = []
    engine = opened(endpoint)
    plain = engine._wait
    engine._wait = lambda state: waits.append(plain(state)) or 0.0  # type: ignore[method-assign, func-returns-value]
    endpoint.failures = [(429, {"Retry-After": "17"}), (429, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"})]
    engine.complete(PROMPTS[:1], SHORT)
    assert 17 <= waits[0] < 18
    assert waits[1] < 1


def test_reply_is_continued_by_the_endpoint_when_it_can(engine: OpenAIEngine, endpoint: FakeEndpoint) -> None:
    engine.complete([prompt("hi", "The customer")], SHORT)
    (asked,) = endpoint.requests
    assert asked["messages"][-1] == {"role": "assistant", "content": "The customer"}
    assert (asked["continue_final_message"], asked["add_generation_prompt"]) == (True, False)


def test_beginning_is_asked_for_in_words_when_the_endpoint_cannot_continue() -> None:
    with serving(FakeEndpoint(continues=False)) as endpoint:
        engine = opened(endpoint)
        engine.complete([prompt("hi", "The customer")], SHORT)
        engine.complete([prompt("hi", "The customer")], SHORT)
    assert [m["role"] for m in endpoint.requests[-1]["messages"]] == ["system", "user"]
    assert '"The customer"' in endpoint.requests[-1]["messages"][-1]["content"]
    assert len(endpoint.requests) == 3  # It was tried once, and then known.


def test_first_served_model_is_used_when_none_is_named(endpoint: FakeEndpoint) -> None:
    assert opened(endpoint, None).model == "served"


def test_adapter_is_asked_for_by_name_when_given(engine: OpenAIEngine, endpoint: FakeEndpoint) -> None:
    engine.complete(PROMPTS[:1], SHORT, adapter=Path("adapters/arf"))
    assert endpoint.requests[0]["model"] == "arf"


def test_decoding_is_passed_on_when_it_samples(engine: OpenAIEngine, endpoint: FakeEndpoint) -> None:
    engine.complete(PROMPTS[:1], Decoding(9, temperature=0.7, top_p=0.9, seed=4, stop=("\n",)))
    (asked,) = endpoint.requests
    given = {k: asked[k] for k in ("max_tokens", "temperature", "top_p", "seed", "stop")}
    assert given == {"max_tokens": 9, "temperature": 0.7, "top_p": 0.9, "seed": 4, "stop": ["\n"]}
