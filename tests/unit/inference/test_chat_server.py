from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from arf.calls.prompt import Completion
from arf.inference.adapters.openai import OpenAIModel
from arf.inference.adapters.transformers import TransformersModel
from arf.inference.chat_server import MAX_BODY_BYTES
from arf.inference.port import ModelFailed, Request
from arf.inference.settings import InferenceSettings
from tests.helpers.chat_endpoint import serving
from tests.helpers.fake_model import FakeModel
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.inference.model_contract import ModelContract, request

pytestmark = pytest.mark.anyio

PLAIN = InferenceSettings(dtype="float32", threads=1)

BODY = {"model": "echo", "messages": [{"role": "user", "content": "hi"}], "temperature": 0}


class Echo(FakeModel):
    """Says the last message again; waits for `go` before it answers."""

    def __init__(self) -> None:
        super().__init__(lambda request: request.prompt.messages[-1].content, name="echo", tokens=(5, 2))
        self.begun, self.go, self.given_up = threading.Event(), threading.Event(), threading.Event()
        self.go.set()

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        self.requests.append(request)
        self.begun.set()
        try:
            while not self.go.is_set():
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        if request.prompt.messages[-1].content == "away":
            raise ModelFailed("the model is away", passing=True, sick=True, retry_after_s=3.0)
        text = request.prompt.prefill + request.prompt.messages[-1].content
        return Completion(text, 5, 2, 0.1, "stop")


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def at(echo: Echo) -> Iterator[str]:
    with serving(echo) as address:
        yield address


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = make_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
    with serving(TransformersModel(str(folder), inference=PLAIN)) as address:
        yield address


class TestEndpointOfARealModel(ModelContract):
    """The model port over HTTP, with a real model behind."""

    @pytest.fixture
    async def model(self, tiny: str) -> AsyncIterator[OpenAIModel]:
        model = OpenAIModel(f"{tiny}/v1")
        yield model
        await model.close()

    async def test_profile_is_that_of_the_served_model(self, tiny: str, model: OpenAIModel) -> None:
        profile = await model.profile()
        assert (model.name, profile.window, profile.small) == ("tiny", 512, True)


def test_prompt_beyond_the_models_window_is_the_requests_fault(tiny: str) -> None:
    body = {**BODY, "model": "tiny", "messages": [{"role": "user", "content": "x" * 600}]}
    refused = httpx.post(f"{tiny}/v1/chat/completions", json=body, timeout=60)
    assert refused.status_code == 400
    assert "tokens" in refused.json()["error"]["message"]


def test_stream_gives_the_text_the_reason_and_the_usage(at: str) -> None:
    client = openai.OpenAI(base_url=f"{at}/v1", api_key="any")
    chunks = list(client.chat.completions.create(**BODY, stream=True, stream_options={"include_usage": True}))  # type: ignore[call-overload]
    assert "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices) == "hi"
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices][-1] == "stop"
    assert chunks[-1].usage.total_tokens == 7
    silent = list(client.chat.completions.create(**BODY, stream=True))  # type: ignore[call-overload]
    assert all(chunk.usage is None for chunk in silent)


def test_each_adapter_answers_under_its_name_beside_the_base_when_several_are_served(echo: Echo) -> None:
    with serving(echo, adapters={"ann": Path("/students/a"), "bob": Path("/students/b")}) as at:
        client = openai.OpenAI(base_url=f"{at}/v1", api_key="any")
        assert [model.id for model in client.models.list()] == ["echo", "ann", "bob"]
        said = [client.chat.completions.create(**BODY | {"model": name}).model for name in ("bob", "echo", "ann")]  # type: ignore[call-overload]
        unknown = httpx.post(f"{at}/v1/chat/completions", json=BODY | {"model": "eve"}, timeout=60)
    assert said == ["bob", "echo", "ann"]
    assert [request.adapter for request in echo.requests] == ["/students/b", None, "/students/a"]
    assert (unknown.status_code, "echo, ann, bob" in unknown.text) == (404, True)


def test_models_and_health_name_what_is_served(at: str) -> None:
    assert [model.id for model in openai.OpenAI(base_url=f"{at}/v1", api_key="any").models.list()] == ["echo"]
    assert httpx.get(f"{at}/health").status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"model": "another"}, 404, "'another' is not served here, but echo"),
        ({"n": 2}, 400, "n: "),
        ({"messages": [{"role": "user", "content": "away"}]}, 503, "the model is away"),
    ],
)
def test_refusal_has_its_status_and_says_why(at: str, change: dict[str, Any], status: int, word: str) -> None:
    refused = httpx.post(f"{at}/v1/chat/completions", json=BODY | change, timeout=60)
    assert refused.status_code == status
    assert word in refused.json()["error"]["message"]
    assert refused.headers.get("retry-after") == ("3" if status == 503 else None)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe"])
def test_body_that_is_no_request_is_refused(at: str, body: bytes) -> None:
    assert httpx.post(f"{at}/v1/chat/completions", content=body).status_code == 400


def test_body_that_is_too_large_is_refused(at: str) -> None:
    assert httpx.post(f"{at}/v1/chat/completions", content=b"x" * (MAX_BODY_BYTES + 1), timeout=60).status_code == 413


def test_key_is_asked_for_when_there_is_one_but_not_by_probes(echo: Echo) -> None:
    with serving(echo, api_key="s3cret") as at:
        assert httpx.get(f"{at}/health").status_code == 200
        for key in ("", "Bearer wrong", "Bearer \xe9"):
            headers = [(b"Authorization", key.encode())] if key else []
            assert httpx.post(f"{at}/v1/chat/completions", json=BODY, headers=headers).status_code == 401
        assert echo.requests == []
        right = {"Authorization": "bearer s3cret"}
        assert httpx.post(f"{at}/v1/chat/completions", json=BODY, headers=right, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8000", "Origin": "http://127.0.0.1:3000"}, 200),
        ({"Host": "[::1]:8000"}, 200),
        ({"Host": "rebound.example:8000"}, 403),
        ({"Host": "localhost.rebound.example"}, 403),
        ({"Host": "["}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_without_a_key_only_this_machines_pages_are_answered(at: str, headers: dict[str, str], status: int) -> None:
    answer = httpx.post(f"{at}/v1/chat/completions", json=BODY, headers=headers)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["error"]["message"].startswith(next(iter(headers)).lower())


def test_with_a_key_any_host_and_origin_is_answered(echo: Echo) -> None:
    headers = {"Host": "model.example", "Origin": "https://elsewhere.example", "Authorization": "Bearer secret"}
    with serving(echo, api_key="secret") as at:
        assert httpx.post(f"{at}/v1/chat/completions", json=BODY, headers=headers).status_code == 200


def test_request_is_given_up_when_its_client_is_gone(echo: Echo) -> None:
    echo.go.clear()
    with serving(echo) as at:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{at}/v1/chat/completions", json=BODY, timeout=httpx.Timeout(30, read=0.3))
        assert echo.given_up.wait(30)
        echo.go.set()
        assert httpx.get(f"{at}/health").json() == {"status": "ok", "waiting": 0}


def _streamed(at: str, text: str = "a longer answer") -> Any:
    client = openai.OpenAI(base_url=f"{at}/v1", api_key="any", max_retries=0)
    body: Any = BODY | {"messages": [{"role": "user", "content": text}]}
    return client.chat.completions.create(**body, stream=True)


class Held:
    """A step of a fake's script that waits until it is told to go on; tells when it was given up."""

    def __init__(self) -> None:
        self.go, self.given_up = threading.Event(), threading.Event()

    async def __call__(self) -> None:
        try:
            while not self.go.is_set():
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self.given_up.set()
            raise


def test_first_piece_arrives_before_the_rest_is_made(echo: Echo, at: str) -> None:
    held = Held()
    echo.script = [None, held]
    chunks = iter(_streamed(at))
    assert next(chunks).choices[0].delta.content == "a lo"
    held.go.set()
    rest = [chunk.choices[0] for chunk in chunks]
    assert "".join(choice.delta.content or "" for choice in rest) == "nger answer"
    assert rest[-1].finish_reason == "stop"


def test_stream_is_given_up_when_its_client_is_gone(echo: Echo, at: str) -> None:
    held = Held()
    echo.script = [None, held]
    chunks = _streamed(at)
    next(iter(chunks))
    chunks.close()
    assert held.given_up.wait(30)


def test_beginning_that_the_client_gave_is_not_streamed_back(at: str) -> None:
    said = {"role": "assistant", "content": "The caller"}
    asked = {"role": "user", "content": "hi"}
    body: Any = BODY | {"messages": [asked, said], "continue_final_message": True, "stream": True}
    lines = httpx.post(f"{at}/v1/chat/completions", json=body, timeout=60).text.split("\n\n")
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: {")]
    assert "".join(event["choices"][0]["delta"].get("content", "") for event in events) == "hi"


async def test_stream_that_fails_half_way_is_told_as_a_failure(echo: Echo, at: str) -> None:
    echo.script = [None, ModelFailed("the model is away", passing=True, sick=True)]
    model = OpenAIModel(f"{at}/v1", "echo")
    with pytest.raises(ModelFailed):
        _ = [piece async for piece in model.stream(request("a longer answer"), 60)]
    await model.close()


def test_stream_that_fails_at_once_has_its_status(echo: Echo, at: str) -> None:
    echo.script = [ModelFailed("the model is away", passing=True, sick=True)]
    refused = httpx.post(f"{at}/v1/chat/completions", json=BODY | {"stream": True}, timeout=60)
    assert (refused.status_code, refused.json()["error"]["message"]) == (503, "the model is away")
