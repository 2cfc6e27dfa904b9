"""A model behind Text Generation Inference, by huggingface_hub.

With the model's chat template it uses TGI's own /generate, which continues a prefilled reply exactly; without one, the
chat endpoint.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from huggingface_hub import AsyncInferenceClient
from huggingface_hub.errors import HfHubHTTPError

from arf.calls.prompt import Completion, Prompt
from arf.inference import failures
from arf.inference.chat_completions import Form, StreamedReply, read
from arf.inference.complete_all import complete_all
from arf.inference.port import ModelFailed, Progress, Request
from arf.inference.profile import ModelProfile
from arf.inference.profiles import profile_of_card
from arf.inference.settings import ModelSettings

Template = Callable[[Prompt], str]
"""Renders a prompt with the model's chat template, up to and including the prefill."""

_PROFILE_S = 10.0


class TGIModel:
    """A Model behind TGI, for one event loop at a time."""

    def __init__(
        self, url: str, model: str = "", settings: ModelSettings | None = None, template: Template | None = None
    ) -> None:
        """`url` is the server's root. Without `model` the server's own name for it is used."""
        self._settings, self._model, self._template = settings or ModelSettings(), model, template
        self._url = url.rstrip("/")
        # Always send a key: otherwise the client would send this machine's hub token, if there is one.
        self._options: dict[str, Any] = {"model": self._url, "token": self._settings.api_key.get_secret_value()}
        self._client: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._profile: ModelProfile | None = None
        self._form = Form(continues=template is not None, refuses=self._settings.refuses)

    @property
    def name(self) -> str:
        return self._model or self._url

    async def profile(self) -> ModelProfile:
        if self._profile is None:
            info: Mapping[str, Any] = {}
            if not self._model or self._settings.window is None:
                # Naming the provider keeps the client from resolving the address.
                client = AsyncInferenceClient(provider="hf-inference", **self._options)
                async with _within(self.name, _PROFILE_S), client:
                    info = await client.get_endpoint_info()
            self._model = self._model or str(info.get("model_id", ""))
            self._profile = profile_of_card({"max_model_len": info.get("max_total_tokens")}, self._settings)
        return self._profile

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        began = time.monotonic()
        async with _within(self.name, timeout_s):
            client = self._connected()
            if self._template is None:
                answer = await client.chat_completion(**self._chat(request))
            else:
                options = {"details": True, "decoder_input_details": True, **_generate(request)}
                answer = _as_answer(await client.text_generation(self._template(request.prompt), **options), request)
        return read(self.name, answer, request, self._form, time.monotonic() - began)

    async def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        began = time.monotonic()
        reply = StreamedReply(self.name, request, self._form)
        # The client keeps every stream's response open until it is closed itself, so each stream gets its own client.
        async with AsyncInferenceClient(**self._options) as client:
            chunks = self._chunks(client, request)
            while True:
                async with _within(self.name, timeout_s - (time.monotonic() - began)):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                if piece := reply.feed(chunk):
                    yield piece
        rest, made = reply.finish(time.monotonic() - began)
        if rest:
            yield rest
        yield made

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        return await complete_all(self, requests, self._settings, progress)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _connected(self) -> Any:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = AsyncInferenceClient(**self._options), loop
        return self._client

    async def _chunks(self, client: Any, request: Request) -> AsyncGenerator[Mapping[str, Any]]:
        """The text pieces of a streamed chat answer."""
        if self._template is None:
            options = {"stream": True, "stream_options": {"include_usage": True}}
            async for chunk in await client.chat_completion(**self._chat(request), **options):
                yield chunk
            return
        opened = await client.text_generation(
            self._template(request.prompt), details=True, stream=True, **_generate(request)
        )
        async for event in opened:
            yield _as_chunk(event, request)

    def _chat(self, request: Request) -> dict[str, Any]:
        body = self._form.body(request, self.name)
        # The client would take a model name for an address.
        model = body.pop("model")
        if body.get("top_p") == 1:
            del body["top_p"]  # TGI wants it below 1, or not at all.
        return body | ({"extra_body": {"model": model}} if request.adapter else {})


def _generate(request: Request) -> dict[str, Any]:
    """Parameters for /generate, which wants a temperature above 0, and none at all for greedy decoding."""
    decoding = request.decoding
    sampled = decoding.temperature > 0
    return {
        "max_new_tokens": decoding.max_new_tokens,
        "do_sample": sampled,
        "temperature": decoding.temperature if sampled else None,
        "top_p": decoding.top_p if sampled and decoding.top_p < 1 else None,
        "seed": decoding.seed,
        "stop": list(decoding.stop) or None,
        "return_full_text": False,
        "adapter_id": request.adapter,
        "grammar": None if request.schema is None else {"type": "json", "value": dict(request.schema)},
        "top_n_tokens": request.top_logprobs or None,
    }


def _as_answer(generated: Any, request: Request) -> dict[str, Any]:
    """Converts /generate's answer to a chat completion."""
    text, details = generated["generated_text"], generated["details"]
    # TGI does not remove the stop sequence.
    text = next((text.removesuffix(stop) for stop in request.decoding.stop if text.endswith(stop)), text)
    usage = {"prompt_tokens": len(details["prefill"]), "completion_tokens": details["generated_tokens"]}
    places = [{"top_logprobs": [_top(t) for t in tops]} for tops in details.get("top_tokens") or []]
    choice = {"message": {"content": text}, "finish_reason": details["finish_reason"], "logprobs": {"content": places}}
    return {"choices": [choice], "usage": usage}


def _as_chunk(event: Any, request: Request) -> dict[str, Any]:
    """Converts a token of /generate_stream to a chat completion chunk."""
    token, details = event["token"], event.get("details")
    text = "" if token.get("special") or token["text"] in request.decoding.stop else token["text"]
    places = [{"top_logprobs": [_top(t) for t in event["top_tokens"]]}] if event.get("top_tokens") else []
    choice: dict[str, Any] = {"delta": {"content": text}, "logprobs": {"content": places}}
    if not details:
        return {"choices": [choice]}
    usage = {"prompt_tokens": details["input_length"], "completion_tokens": details["generated_tokens"]}
    return {"choices": [choice | {"finish_reason": details["finish_reason"]}], "usage": usage}


def _top(token: Mapping[str, Any]) -> dict[str, Any]:
    return {"token": token["text"], "logprob": token["logprob"]}


@asynccontextmanager
async def _within(name: str, timeout_s: float) -> AsyncIterator[None]:
    """Enforces `timeout_s` and maps the client's exceptions to ModelFailed.

    The original messages may quote the prompt and are never passed on.
    """
    try:
        async with asyncio.timeout(max(0.0, timeout_s)):
            yield
    except ModelFailed:
        raise
    except HfHubHTTPError as error:
        if error.response is None:
            raise failures.of_connection(name, error) from error
        raise failures.of_status(name, error.response.status_code, error.response.headers) from error
    except (LookupError, TypeError, ValueError) as error:
        raise failures.of_unreadable(name) from error
    except Exception as error:
        raise failures.of_connection(name, error) from error
