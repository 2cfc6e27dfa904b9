"""A model behind an OpenAI-compatible endpoint: OpenAI, Azure's v1, vLLM, Ray Serve, SGLang, `arf serve`.

By aiohttp rather than the openai SDK, which bounds no answer's size and takes several times as long for a request:
`make bench SUITE=proxy` measures both, as `bare` and `direct`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from arf.calls.prompt import Completion
from arf.inference.adapters.endpoint import Endpoint, Refused, model_name, streamed, within
from arf.inference.chat_completions import OPTIONAL, SESSION, Form, StreamedReply, read
from arf.inference.complete_all import complete_all
from arf.inference.port import ModelFailed, Progress, Request
from arf.inference.profile import ModelProfile
from arf.inference.profiles import profile_of_card
from arf.inference.settings import ModelSettings

T = TypeVar("T")
_Ask = Callable[[str, dict[str, Any], dict[str, str]], Awaitable[T]]

_PATH = "/chat/completions"
_NOT_TAKEN = (400, 422)
_NO_LIST = frozenset(range(400, 500)) - {429}
_PROFILE_S = 10.0
_STREAM = {"stream": True, "stream_options": {"include_usage": True}}


class OpenAIModel:
    """A Model behind `POST /chat/completions`, for one event loop at a time."""

    def __init__(self, url: str, model: str = "", settings: ModelSettings | None = None) -> None:
        """`url` ends in /v1 and may have a query; without `model` the endpoint's first one is used.

        The endpoint is assumed to continue a prefilled reply and to accept all parameters until it refuses.
        """
        self._settings = settings or ModelSettings()
        self._model, self._url = model, url
        self._endpoint = Endpoint(url, self._settings)
        self._profile: ModelProfile | None = None
        self._form, self._proven = Form(refuses=self._settings.refuses), False

    @property
    def name(self) -> str:
        return self._model or self._url

    async def profile(self) -> ModelProfile:
        if self._profile is None:
            card: Mapping[str, Any] = {}
            if not self._model or self._settings.window is None:
                card = await self._card()
            self._model = self._model or card["id"]
            self._profile = profile_of_card(card, self._settings)
        return self._profile

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        began = time.monotonic()
        async with within(self.name, timeout_s):
            answer, form = await self._asked(self._endpoint.ask, request)
        return read(self.name, answer, request, form, time.monotonic() - began)

    async def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        began = time.monotonic()
        async with within(self.name, timeout_s):
            answer, form = await self._asked(self._endpoint.open, request, **_STREAM)
        reply, left_s = StreamedReply(self.name, request, form), timeout_s - (time.monotonic() - began)
        async with aclosing(streamed(answer, reply, self.name, left_s)) as pieces:
            async for piece in pieces:
                yield piece

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        return await complete_all(self, requests, self._settings, progress)

    async def close(self) -> None:
        await self._endpoint.close()

    async def _asked(self, ask: _Ask[T], request: Request, **beside: object) -> tuple[T, Form]:
        """The answer, and the form of request that the endpoint accepted; a rejected form is replaced by the next one.

        The accepted form is remembered. Once one has worked, a rejection is the request's own fault.
        """
        if not self._model:
            await self.profile()
        form, prefilled = self._form, bool(request.prompt.prefill)
        headers = {SESSION: request.session} if request.session else {}
        while True:
            try:
                made = await ask(_PATH, form.body(request, self._model) | beside, headers)
            except Refused as refusal:
                if refusal.status not in _NOT_TAKEN:
                    raise
                if prefilled and form.continues:
                    form = Form(False, form.refuses)
                    continue
                # A rejection that names no parameter may mean any: leave out all optional ones.
                more = frozenset(name for name in OPTIONAL if name == refusal.parameter)
                if refusal.parameter is None and not self._proven:
                    more = OPTIONAL
                if more <= form.refuses:
                    raise
                form = Form(form.continues, form.refuses | more)
            else:
                self._form, self._proven = form, True
                return made, form

    async def _card(self) -> Mapping[str, Any]:
        """The endpoint's entry for the model in its list, or empty. Raises ModelFailed if it does not answer."""
        async with within(self.name, _PROFILE_S):
            try:
                cards = (await self._endpoint.ask("/models"))["data"]
                found = [card for card in cards if card["id"] == (self._model or model_name(card["id"]))]
            except (Refused, ValueError, LookupError, TypeError, RecursionError) as error:
                # Many endpoints have no such list, and a model whose name is known can do without it.
                if self._model and not (isinstance(error, Refused) and error.status not in _NO_LIST):
                    return {}
                raise
        if not found and not self._model:
            raise ModelFailed(f"{self.name}: serves no model", passing=True, sick=True)
        return found[0] if found else {}
