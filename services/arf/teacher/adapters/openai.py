"""An upstream behind any OpenAI-compatible endpoint: OpenAI, Azure's v1, vLLM, SGLang.

Streams are the openai SDK's. Whole answers are asked for by aiohttp alone, which takes a fraction of the SDK's time:
`make bench SUITE=proxy` has both, as `bare` and `direct`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import openai

from arf.calls.prompt import Decoding, Prompt
from arf.inference.old_chat_completions import GOES_ON, asking, begin_with, going_on
from arf.inference.retry_after import retry_after
from arf.teacher.adapters.prefill import PrefillStream
from arf.teacher.ports import Reply, UpstreamFailed

T = TypeVar("T")

_OK = 200
_NOT_SO = (400, 422)


class OpenAIUpstream:
    """A model behind `POST /chat/completions`. One attempt a call: retries are the router's."""

    def __init__(self, name: str, model: str, url: str, key: str = "none", *, proxy: str | None = None) -> None:
        """`url` ends in /v1, `proxy` is that of an HTTP proxy on the way.

        The endpoint is thought to go on with a reply that was begun, until it refuses.
        """
        self.name, self.model = name, model
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._client = openai.AsyncOpenAI(base_url=url, api_key=key, max_retries=0)
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._continues = True

    async def complete(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> Reply:
        """The whole answer."""
        status, content, again = await self._asked(self._post, prompt, decoding, timeout_s)
        if status != _OK:
            raise self._refused(status, again)
        try:
            answer = json.loads(content)
            choice, usage = answer["choices"][0], answer.get("usage") or {}
            return Reply(
                text=begin_with(prompt.prefill, choice["message"].get("content") or ""),
                prompt_tokens=int(usage.get("prompt_tokens", 0)),
                completion_tokens=int(usage.get("completion_tokens", 0)),
                finish_reason="length" if choice.get("finish_reason") == "length" else "stop",
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise UpstreamFailed(
                f"{self.name}: an answer that is none", passing=True, sick=True, billed=True
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
                f"{self.name}: {type(error).__name__} within the answer", passing=True, sick=True, billed=True
            ) from error
        finally:
            await opened.close()
        if reason is None:
            raise UpstreamFailed(f"{self.name}: the answer broke off", passing=True, sick=True, billed=True)
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
        if self._session is not None:
            await self._session.close()

    async def _asked(
        self,
        ask: Callable[[dict[str, Any], float], Awaitable[T]],
        prompt: Prompt,
        decoding: Decoding,
        timeout_s: float,
    ) -> T:
        try:
            if prompt.prefill and self._continues:
                try:
                    return await ask(going_on(self.model, prompt, decoding) | GOES_ON, timeout_s)
                except _NotSo:
                    # Not vLLM: such endpoints refuse fields they do not know. From here on the beginning is asked for.
                    made = await ask(asking(self.model, prompt, decoding), timeout_s)
                    self._continues = False
                    return made
            return await ask(asking(self.model, prompt, decoding), timeout_s)
        except _NotSo as error:
            raise self._refused(error.status, None) from None
        except (openai.OpenAIError, aiohttp.ClientError, TimeoutError) as error:
            raise self._failure(error) from error

    async def _post(self, body: dict[str, Any], timeout_s: float) -> tuple[int, bytes, str | None]:
        """Status, content and Retry-After."""
        if self._session is None:
            # How many requests there are at a time is decided elsewhere.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=self._headers)
        content, timeout = json.dumps(body).encode(), aiohttp.ClientTimeout(total=timeout_s)
        async with self._session.post(self._url, data=content, timeout=timeout, proxy=self._proxy) as answer:
            if answer.status in _NOT_SO:
                raise _NotSo(answer.status)
            return answer.status, await answer.read(), answer.headers.get("Retry-After")

    async def _open(self, body: dict[str, Any], timeout_s: float) -> Any:
        extra = {name: body.pop(name) for name in GOES_ON if name in body}
        create: Any = self._client.chat.completions.create
        options = {"stream": True, "stream_options": {"include_usage": True}}
        try:
            return await create(**body, **options, extra_body=extra, timeout=timeout_s)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            raise _NotSo(error.status_code) from error

    def _failure(self, error: Exception) -> UpstreamFailed:
        """What an exception of SDK or HTTP library means. Its own text may quote the prompt, and is never passed on."""
        if isinstance(error, openai.APIStatusError):
            return self._refused(error.status_code, error.response.headers.get("retry-after"))
        timed_out = isinstance(error, openai.APITimeoutError | TimeoutError)
        return UpstreamFailed(f"{self.name}: {type(error).__name__}", passing=True, sick=True, billed=timed_out)

    def _refused(self, status: int, again: str | None) -> UpstreamFailed:
        """What a status means, and when it says to come again."""
        return UpstreamFailed(
            f"{self.name}: HTTP {status}",
            passing=status in (408, 409, 425, 429) or status >= 500,
            # A key that it does not take, or a model that it does not have, is its fault for every request.
            sick=status >= 500 or status in (401, 403, 404),
            limited=status == 429,
            retry_after_s=retry_after({"retry-after": again or ""}),
        )


class _NotSo(Exception):
    """The endpoint does not take a request of this form."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
