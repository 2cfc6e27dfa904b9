"""The one fake of the model port: it says what a test tells it to, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any

from arf.calls.prompt import Completion, Prompt
from arf.inference.port import Model, ModelFailed, Progress, Request
from arf.inference.profile import ModelProfile
from arf.kit.errors import Unavailable

Reply = str | Mapping[str, str] | Callable[[Request], str | Completion]

_PIECE = 4


class FakeModel:
    """A Model that answers at once.

    `reply` is what it says: always the same, or the reply whose key stands in the last message (else the one under ""),
    or what a function makes of the request. `script` has one step an attempt, and goes first: an exception is raised,
    a coroutine function is awaited, None does nothing. When a stream has begun, each further piece takes a step, too.
    """

    def __init__(
        self,
        reply: Reply = "It is so.",
        *,
        name: str = "fake",
        profile: ModelProfile | None = None,
        script: Sequence[Any] = (),
        tokens: tuple[int, int] = (10, 5),
    ) -> None:
        self.name, self.reply, self.script = name, reply, list(script)
        self.requests: list[Request] = []
        self.batches: list[int] = []
        """How many requests each call of complete_all brought."""
        self.closed = False
        self._profile, self._tokens = profile or ModelProfile(), tokens

    @property
    def prompts(self) -> list[Prompt]:
        """The prompts of all that was asked."""
        return [request.prompt for request in self.requests]

    async def profile(self) -> ModelProfile:
        return self._profile

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        self.requests.append(request)
        await self._step()
        return self._completion(request)

    async def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        self.requests.append(request)
        await self._step()
        made = self._completion(request)
        for start in range(0, len(made.text), _PIECE):
            if start and self.script:
                await self._step()
            yield made.text[start : start + _PIECE]
        yield made

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        self.batches.append(len(requests))
        made: list[Completion | ModelFailed] = []
        for request in requests:
            try:
                made.append(await self.complete(request, 60.0))
            except ModelFailed as failure:
                if failure.passing or failure.sick:
                    raise Unavailable(failure.message, failure.retry_after_s) from failure
                made.append(failure)
            if progress is not None:
                progress(1)
        return made

    async def close(self) -> None:
        self.closed = True

    async def _step(self) -> None:
        step = self.script.pop(0) if self.script else None
        if isinstance(step, BaseException):
            raise step
        if step is not None:
            await step()

    def _completion(self, request: Request) -> Completion:
        said: str | Completion
        if isinstance(self.reply, Mapping):
            asked = request.prompt.messages[-1].content
            replies = self.reply.items()
            said = next((text for key, text in replies if key and key in asked), self.reply.get("", ""))
        else:
            said = self.reply if isinstance(self.reply, str) else self.reply(request)
        if isinstance(said, Completion):
            return said
        return Completion(request.prompt.prefill + said, *self._tokens, 0.5, "stop")


class FakeModels:
    """Stands for `open_model`: gives the model of a spec, and keeps which specs were opened."""

    def __init__(self, **models: Model) -> None:
        self._models = models
        self.opened: list[str] = []

    def __call__(self, spec: str, *_: object, **__: object) -> Model:
        self.opened.append(spec)
        return self._models[spec]


def down(name: str = "fake", retry_after_s: float | None = None) -> ModelFailed:
    """The failure of an endpoint that is unwell."""
    return ModelFailed(f"{name}: HTTP 503", passing=True, sick=True, retry_after_s=retry_after_s)


def limited(name: str = "fake", retry_after_s: float | None = None) -> ModelFailed:
    """The failure of an endpoint that takes no more for now."""
    return ModelFailed(f"{name}: HTTP 429", passing=True, sick=False, limited=True, retry_after_s=retry_after_s)


def refused(name: str = "fake") -> ModelFailed:
    """The failure of a request that the endpoint turns down for good."""
    return ModelFailed(f"{name}: HTTP 400", passing=False, sick=False)
