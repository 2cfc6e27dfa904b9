"""An upstream behind any OpenAI-compatible endpoint, by the openai SDK: OpenAI, Azure, vLLM, SGLang, TGI."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import openai

from arf.kit.prompt import Decoding, Prompt
from arf.teacher.adapters.prefill import PrefillStream, begin_with
from arf.teacher.ports import Reply, UpstreamFailed
from arf.teacher.retry import retry_after


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
        made = await self._asked(prompt, decoding, timeout_s)
        if not made.choices:
            raise UpstreamFailed(f"{self._name}: an answer without choices", passing=True, sick=True, billed=True)
        choice, usage = made.choices[0], made.usage
        return Reply(
            text=begin_with(prompt.prefill, choice.message.content or ""),
            prompt_tokens=usage.prompt_tokens if usage else 0,
            completion_tokens=usage.completion_tokens if usage else 0,
            finish_reason="length" if choice.finish_reason == "length" else "stop",
        )

    async def stream(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> AsyncGenerator[str | Reply]:
        """The answer in pieces, then whole."""
        options = {"stream": True, "stream_options": {"include_usage": True}}
        opened = await self._asked(prompt, decoding, timeout_s, **options)
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

    async def _asked(self, prompt: Prompt, decoding: Decoding, timeout_s: float, **options: Any) -> Any:
        create: Any = self._client.chat.completions.create
        try:
            if prompt.prefill and self._continues:
                try:
                    return await create(**_continued(self._model, prompt, decoding), timeout=timeout_s, **options)
                except (openai.BadRequestError, openai.UnprocessableEntityError):
                    # Not vLLM: such endpoints refuse fields they do not know. From here on the beginning is asked for.
                    made = await create(**_plain(self._model, prompt, decoding), timeout=timeout_s, **options)
                    self._continues = False
                    return made
            return await create(**_plain(self._model, prompt, decoding), timeout=timeout_s, **options)
        except openai.OpenAIError as error:
            raise self._failure(error) from error

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
    extra = {"continue_final_message": True, "add_generation_prompt": False}
    return _request(model, messages, decoding) | {"extra_body": extra}


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
