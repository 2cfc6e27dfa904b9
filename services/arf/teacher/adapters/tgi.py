"""An upstream behind Text Generation Inference, by huggingface_hub.

With the model's chat template it uses TGI's own /generate, where a reply that was begun goes on exactly; without one,
the chat endpoint.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

from huggingface_hub import AsyncInferenceClient
from huggingface_hub.errors import HfHubHTTPError

from arf.calls.prompt import Decoding, Prompt
from arf.inference.old_chat_completions import asking_messages, begin_with
from arf.inference.retry_after import retry_after
from arf.teacher.adapters.prefill import PrefillStream
from arf.teacher.ports import Reply, UpstreamFailed

Template = Callable[[Prompt], str]
"""A prompt as the model's chat template writes it, up to and with the prefill."""


class TGIUpstream:
    """A model behind TGI. One attempt a call: retries are the router's."""

    def __init__(
        self,
        name: str,
        model: str,
        base_url: str,
        *,
        token: str = "none",
        template: Template | None = None,
    ) -> None:
        """`token` is always sent: without one, the client would send the hub's token of this machine, if it has any."""
        self.name, self.model, self._template = name, model, template
        self._options: dict[str, Any] = {"model": base_url.rstrip("/"), "token": token}
        self._client: Any = AsyncInferenceClient(**self._options)

    async def complete(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> Reply:
        """The whole answer. The router sees to the time."""
        try:
            if self._template is None:
                made: Any = await self._client.chat_completion(**self._chat(prompt, decoding))
                choice = made.choices[0]
                return Reply(
                    begin_with(prompt.prefill, choice.message.content or ""),
                    made.usage.prompt_tokens,
                    made.usage.completion_tokens,
                    "length" if choice.finish_reason == "length" else "stop",
                )
            said: Any = await self._client.text_generation(
                self._template(prompt), details=True, decoder_input_details=True, **_generate(decoding)
            )
            details = said.details
            return Reply(
                begin_with(prompt.prefill, _unstopped(said.generated_text, decoding)),
                len(details.prefill),
                details.generated_tokens,
                "length" if details.finish_reason == "length" else "stop",
            )
        except Exception as error:
            raise self._failure(error) from error

    async def stream(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> AsyncGenerator[str | Reply]:
        """The answer in pieces, then whole."""
        text, told = PrefillStream(prompt.prefill), _Told()
        # The client keeps each stream's response open until it is closed itself: so one client a stream.
        async with AsyncInferenceClient(**self._options) as client:
            try:
                pieces = self._generated if self._template is not None else self._chatted
                async for piece in pieces(client, prompt, decoding, told):
                    if shown := text.feed(piece):
                        yield shown
            except Exception as error:
                raise self._failure(error) from error
        if told.reason is None:
            raise UpstreamFailed(f"{self.name}: the answer broke off", passing=True, sick=True, billed=True)
        if rest := text.finish():
            yield rest
        reason = "length" if told.reason == "length" else "stop"
        yield Reply(text.whole, told.prompt_tokens, told.completion_tokens, reason)

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()

    async def _generated(self, client: Any, prompt: Prompt, decoding: Decoding, told: _Told) -> AsyncGenerator[str]:
        assert self._template is not None
        opened: Any = await client.text_generation(
            self._template(prompt), details=True, stream=True, **_generate(decoding)
        )
        async for event in opened:
            if not event.token.special and event.token.text not in decoding.stop:
                yield event.token.text
            if event.details is not None:
                told.reason = event.details.finish_reason
                told.prompt_tokens = event.details.input_length
                told.completion_tokens = event.details.generated_tokens

    async def _chatted(self, client: Any, prompt: Prompt, decoding: Decoding, told: _Told) -> AsyncGenerator[str]:
        opened: Any = await client.chat_completion(
            **self._chat(prompt, decoding), stream=True, stream_options={"include_usage": True}
        )
        async for chunk in opened:
            if chunk.usage is not None:
                told.prompt_tokens = chunk.usage.prompt_tokens
                told.completion_tokens = chunk.usage.completion_tokens
            for choice in chunk.choices[:1]:
                told.reason = choice.finish_reason or told.reason
                if choice.delta.content:
                    yield choice.delta.content

    def _chat(self, prompt: Prompt, decoding: Decoding) -> dict[str, Any]:
        return {
            "messages": asking_messages(prompt),
            "max_tokens": decoding.max_new_tokens,
            "temperature": decoding.temperature,
            "top_p": decoding.top_p if decoding.top_p < 1 else None,
            "seed": decoding.seed,
            "stop": list(decoding.stop) or None,
        }

    def _failure(self, error: Exception) -> UpstreamFailed:
        """What an exception of the client means. Its own text may quote the prompt, and is never passed on."""
        if isinstance(error, UpstreamFailed):
            return error
        if isinstance(error, HfHubHTTPError) and error.response is not None:
            status = error.response.status_code
            return UpstreamFailed(
                f"{self.name}: HTTP {status}",
                passing=status in (408, 424, 425, 429) or status >= 500,
                sick=status >= 500 or status in (401, 403, 404),
                limited=status == 429,
                retry_after_s=retry_after(error.response.headers),
            )
        timed_out = isinstance(error, TimeoutError)
        return UpstreamFailed(f"{self.name}: {type(error).__name__}", passing=True, sick=True, billed=timed_out)


class _Told:
    """What a stream says of itself at its end."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.prompt_tokens = 0
        self.completion_tokens = 0


def _generate(decoding: Decoding) -> dict[str, Any]:
    """Parameters of /generate: it wants a temperature above 0, and none for greedy."""
    sampled = decoding.temperature > 0
    return {
        "max_new_tokens": decoding.max_new_tokens,
        "do_sample": sampled,
        "temperature": decoding.temperature if sampled else None,
        "top_p": decoding.top_p if sampled and decoding.top_p < 1 else None,
        "seed": decoding.seed,
        "stop": list(decoding.stop) or None,
        "return_full_text": False,
    }


def _unstopped(text: str, decoding: Decoding) -> str:
    """The text without the stop sequence, which TGI leaves at its end."""
    return next((text.removesuffix(stop) for stop in decoding.stop if text.endswith(stop)), text)
