"""A model behind Text Generation Inference.

With the model's chat template it uses TGI's own /generate, which continues a prefilled reply exactly; without one, the
chat endpoint.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from arf.calls.prompt import Completion, Prompt
from arf.inference.adapters.endpoint import Endpoint, model_name, streamed, within
from arf.inference.chat_completions import Form, StreamedReply, read
from arf.inference.complete_all import complete_all
from arf.inference.port import ModelFailed, Progress, Request
from arf.inference.profile import ModelProfile
from arf.inference.profiles import profile_of_card
from arf.inference.settings import ModelSettings

Template = Callable[[Prompt], str]
"""Renders a prompt with the model's chat template, up to and including the prefill."""

_CHAT = "/v1/chat/completions"
_STREAM = {"stream": True, "stream_options": {"include_usage": True}}
_PROFILE_S = 10.0


class TGIModel:
    """A Model behind TGI, for one event loop at a time."""

    def __init__(
        self, url: str, model: str = "", settings: ModelSettings | None = None, template: Template | None = None
    ) -> None:
        """`url` is the server's root. Without `model` the server's own name for it is used."""
        self._settings, self._model, self._template = settings or ModelSettings(), model, template
        self._url = url.rstrip("/")
        self._endpoint = Endpoint(self._url, self._settings)
        self._profile: ModelProfile | None = None
        self._form = Form(continues=template is not None, refuses=self._settings.refuses)

    @property
    def name(self) -> str:
        return self._model or self._url

    async def profile(self) -> ModelProfile:
        if self._profile is None:
            info: Mapping[str, Any] = {}
            async with within(self.name, _PROFILE_S):
                if not self._model or self._settings.window is None:
                    info = await self._endpoint.ask("/info")
                self._model = self._model or model_name(info["model_id"])
                self._profile = profile_of_card({"max_model_len": info.get("max_total_tokens")}, self._settings)
        return self._profile

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        began = time.monotonic()
        async with within(self.name, timeout_s):
            if self._template is None:
                answer = await self._endpoint.ask(_CHAT, self._chat(request))
            else:
                asked = _generate(request, self._template(request.prompt), decoder_input_details=True)
                answer = _as_answer(await self._endpoint.ask("/generate", asked), request)
        return read(self.name, answer, request, self._form, time.monotonic() - began)

    async def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        began = time.monotonic()
        async with within(self.name, timeout_s):
            if self._template is None:
                answer = await self._endpoint.open(_CHAT, self._chat(request) | _STREAM)
            else:
                asked = _generate(request, self._template(request.prompt))
                answer = await self._endpoint.open("/generate_stream", asked)
        reply, left_s = StreamedReply(self.name, request, self._form), timeout_s - (time.monotonic() - began)
        chunk_of = (lambda event: event) if self._template is None else (lambda event: _as_chunk(event, request))
        async with aclosing(streamed(answer, reply, self.name, left_s, chunk_of)) as pieces:
            async for piece in pieces:
                yield piece

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        return await complete_all(self, requests, self._settings, progress)

    async def close(self) -> None:
        await self._endpoint.close()

    def _chat(self, request: Request) -> dict[str, Any]:
        body = self._form.body(request, self.name)
        if not request.adapter:
            body["model"] = "tgi"  # TGI takes any other name for an adapter's.
        if body.get("top_p") == 1:
            del body["top_p"]  # TGI wants it below 1, or not at all.
        return body


def _generate(request: Request, text: str, **more: bool) -> dict[str, Any]:
    """The body for /generate, which wants a temperature above 0, and none at all for greedy decoding."""
    decoding = request.decoding
    sampled = decoding.temperature > 0
    parameters = {
        "max_new_tokens": decoding.max_new_tokens,
        "do_sample": sampled,
        "temperature": decoding.temperature if sampled else None,
        "top_p": decoding.top_p if sampled and decoding.top_p < 1 else None,
        "seed": decoding.seed,
        "stop": list(decoding.stop),
        "return_full_text": False,
        "adapter_id": request.adapter,
        "grammar": None if request.schema is None else {"type": "json", "value": dict(request.schema)},
        "top_n_tokens": request.top_logprobs or None,
        "details": True,
    }
    return {"inputs": text, "parameters": {k: v for k, v in parameters.items() if v is not None} | more}


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
    if event.get("error"):
        return {"error": event["error"]}
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
