"""An upstream behind any OpenAI-compatible endpoint, by the openai SDK: OpenAI, Azure, vLLM, SGLang, TGI."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import httpx2
import openai

from arf.kit.prompt import Decoding, Prompt
from arf.teacher.adapters.prefill import PrefillStream, begin_with
from arf.teacher.ports import Reply, UpstreamFailed
from arf.teacher.retry import retry_after

_EXTRA = {"continue_final_message": True, "add_generation_prompt": False}


def client(url: str, key: str) -> openai.AsyncOpenAI:
    """A client of an endpoint. It has no retries of its own, and the quicker of the SDK's two HTTP libraries."""
    return openai.AsyncOpenAI(base_url=url, api_key=key, max_retries=0, http_client=openai.DefaultAioHttpClient())


class OpenAIUpstream:
    """A model behind `POST /chat/completions`. One attempt a call: retries are the router's."""

    def __init__(self, name: str, model: str, client: openai.AsyncOpenAI, *, continues: bool = True) -> None:
        """`client` has retries off; `continues`: the endpoint may know how to go on with a reply that was begun."""
        self._name, self._model, self._client = name, model, client
        self._continues = continues

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name

    @property
    def model(self) -> str:
        """The model it serves."""
        return self._model

    async def complete(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> Reply:
        """The whole answer."""
        made = await self._asked(self._post, prompt, decoding, timeout_s)
        try:
            answer = json.loads(made.content)
            choice, usage = answer["choices"][0], answer.get("usage") or {}
            return Reply(
                text=begin_with(prompt.prefill, choice["message"].get("content") or ""),
                prompt_tokens=int(usage.get("prompt_tokens", 0)),
                completion_tokens=int(usage.get("completion_tokens", 0)),
                finish_reason="length" if choice.get("finish_reason") == "length" else "stop",
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise UpstreamFailed(
                f"{self._name}: an answer that is none", passing=True, sick=True, billed=True
            ) from error

    async def stream(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> AsyncGenerator[str | Reply]:
        """The answer in pieces, then whole."""
        opened = await self._asked(self._open, prompt, decoding, timeout_s)
        text, usage, reason = PrefillStream(prompt.prefill), None, None
        try:
            async for chunk in opened:
                usage = chunk.usage or usage
                for choice in chunk.choices[:1]:
                    reason = choice.finish_reason or reason
                    if piece := text.feed(choice.delta.content or ""):
                        yield piece
        except (openai.OpenAIError, OSError) as error:
            raise self._failure(error) from error
        except Exception as error:
            # The SDK passes on what its HTTP library says of a connection that broke within the stream.
            raise UpstreamFailed(
                f"{self._name}: {type(error).__name__} within the answer", passing=True, sick=True, billed=True
            ) from error
        finally:
            await opened.close()
        if reason is None:
            raise UpstreamFailed(f"{self._name}: the answer broke off", passing=True, sick=True, billed=True)
        if piece := text.finish():
            yield piece
        yield Reply(
            text=text.whole,
            prompt_tokens=usage.prompt_tokens if usage else 0,
            completion_tokens=usage.completion_tokens if usage else 0,
            finish_reason="length" if reason == "length" else "stop",
        )

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()

    async def _asked(
        self,
        ask: Callable[[dict[str, Any], float], Awaitable[Any]],
        prompt: Prompt,
        decoding: Decoding,
        timeout_s: float,
    ) -> Any:
        try:
            if prompt.prefill and self._continues:
                try:
                    return await ask(_continued(self._model, prompt, decoding), timeout_s)
                except (openai.BadRequestError, openai.UnprocessableEntityError):
                    # Not vLLM: such endpoints refuse fields they do not know. From here on the beginning is asked for.
                    made = await ask(_plain(self._model, prompt, decoding), timeout_s)
                    self._continues = False
                    return made
            return await ask(_plain(self._model, prompt, decoding), timeout_s)
        except openai.OpenAIError as error:
            raise self._failure(error) from error

    async def _post(self, body: dict[str, Any], timeout_s: float) -> httpx2.Response:
        """By the SDK's way for requests that it has no types for: its types cost more than the rest of a request."""
        return await self._client.post(
            "/chat/completions", cast_to=httpx2.Response, body=body, options={"timeout": timeout_s}
        )

    async def _open(self, body: dict[str, Any], timeout_s: float) -> Any:
        extra = {name: body.pop(name) for name in _EXTRA if name in body}
        create: Any = self._client.chat.completions.create
        options = {"stream": True, "stream_options": {"include_usage": True}}
        return await create(**body, **options, extra_body=extra, timeout=timeout_s)

    def _failure(self, error: Exception) -> UpstreamFailed:
        """What an exception of the SDK means. Its own text may quote the prompt, and is never passed on."""
        if isinstance(error, openai.APIStatusError):
            status = error.status_code
            return UpstreamFailed(
                f"{self._name}: HTTP {status}",
                passing=status in (408, 409, 425, 429) or status >= 500,
                # A key that it does not take, or a model that it does not have, is its fault for every request.
                sick=status >= 500 or status in (401, 403, 404),
                retry_after_s=retry_after(error.response.headers.get("retry-after")),
            )
        timed_out = isinstance(error, openai.APITimeoutError)
        return UpstreamFailed(f"{self._name}: {type(error).__name__}", passing=True, sick=True, billed=timed_out)


def _plain(model: str, prompt: Prompt, decoding: Decoding) -> dict[str, Any]:
    messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
    if prompt.prefill:
        messages[-1]["content"] += f'\nBegin the reply with these words: "{prompt.prefill}"'
    return _request(model, messages, decoding)


def _continued(model: str, prompt: Prompt, decoding: Decoding) -> dict[str, Any]:
    """The request in which the model continues the reply that was begun for it, as vLLM and SGLang know it."""
    messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
    messages.append({"role": "assistant", "content": prompt.prefill})
    return _request(model, messages, decoding) | _EXTRA


def _request(model: str, messages: list[dict[str, str]], decoding: Decoding) -> dict[str, Any]:
    request: dict[str, Any] = {
        "model": model,
        "messages": messages,
        "max_tokens": decoding.max_new_tokens,
        "temperature": decoding.temperature,
        "top_p": decoding.top_p,
        "seed": decoding.seed,
    }
    return request | ({"stop": list(decoding.stop)} if decoding.stop else {})
