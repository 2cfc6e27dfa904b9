from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.chat_server import MAX_BODY_BYTES
from arf.inference.openai_engine import OpenAIEngine
from arf.inference.ports import Progress
from arf.inference.transformers_engine import TransformersEngine
from arf.kit.errors import Unavailable
from tests.helpers.chat_endpoint import serving
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.inference.engine_contract import PROMPTS, EngineContract

BODY = {"model": "echo", "messages": [{"role": "user", "content": "hi"}], "temperature": 0}


class Echo:
    """Says the last message again; keeps how many prompts came at once, and waits for `go` before it answers."""

    model = "echo"

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.begun, self.go = threading.Event(), threading.Event()
        self.go.set()

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        self.batches.append(len(prompts))
        self.begun.set()
        self.go.wait(60)
        if any(prompt.messages[-1].content == "away" for prompt in prompts):
            raise Unavailable("the engine is away", 3.0)
        return [Completion(p.prefill + p.messages[-1].content, 5, 2, 0.1, "stop") for p in prompts]


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
    with serving(TransformersEngine(folder, threads=1, dtype="float32")) as address:
        yield address


class TestEndpointOfARealModel(EngineContract):
    """The Engine port over HTTP, with a real model behind."""

    @pytest.fixture
    def engine(self, tiny: str) -> OpenAIEngine:
        return OpenAIEngine(f"{tiny}/v1", None, backoff=0.001)


def test_answer_is_the_engines_own_when_asked_over_http(tiny: str, tmp_path: Path) -> None:
    # In float32: how the requests fall into batches is chance, and bfloat16's rounding would tell the batches apart.
    direct = TransformersEngine(make_tiny_model(tmp_path / "tiny"), threads=1, dtype="float32")
    served = OpenAIEngine(f"{tiny}/v1", "tiny").complete(PROMPTS, Decoding(max_new_tokens=6, temperature=0.7, seed=4))
    own = direct.complete(PROMPTS, Decoding(max_new_tokens=6, temperature=0.7, seed=4))
    assert [c.text.strip() for c in served] == [c.text.strip() for c in own]


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


def test_models_and_health_name_what_is_served(at: str) -> None:
    assert [model.id for model in openai.OpenAI(base_url=f"{at}/v1", api_key="any").models.list()] == ["echo"]
    assert httpx.get(f"{at}/health").status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"model": "another"}, 404, "echo is served here"),
        ({"n": 2}, 400, "n: "),
        ({"messages": [{"role": "user", "content": "away"}]}, 503, "the engine is away"),
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
        assert echo.batches == []
        right = {"Authorization": "Bearer s3cret"}
        assert httpx.post(f"{at}/v1/chat/completions", json=BODY, headers=right, timeout=60).status_code == 200


def test_requests_that_wait_are_one_batch(echo: Echo) -> None:
    echo.go.clear()
    with serving(echo, batch=8) as at, ThreadPoolExecutor(5) as pool:
        first = pool.submit(httpx.post, f"{at}/v1/chat/completions", json=BODY, timeout=60)
        echo.begun.wait(60)
        waiting = [pool.submit(httpx.post, f"{at}/v1/chat/completions", json=BODY, timeout=60) for _ in range(4)]
        while httpx.get(f"{at}/health").json()["waiting"] < 4:
            assert not first.done()
        echo.go.set()
        assert [f.result().status_code for f in [first, *waiting]] == [200] * 5
    assert echo.batches == [1, 4]
