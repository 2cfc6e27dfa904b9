"""The model port: what teacher, editor, judge and student ask of a language model, wherever it runs.

Everything is asynchronous. An adapter is one file in arf/inference/adapters, and passes
tests/unit/inference/model_contract.py. To cancel a request is to cancel the task that awaits it: the model then stops
working on it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.profile import ModelProfile
from arf.kit.errors import ArfError, Code, Unavailable

Progress = Callable[[int], None]
"""Called with the number of requests finished since the last call."""


@dataclass(frozen=True, slots=True)
class Request:
    """One completion to make.

    `adapter` names a LoRA adapter on the model: a folder where the model runs in this process, elsewhere a served name.
    `schema` is a JSON schema that the reply must follow. `top_logprobs` asks for the log-probabilities of so many
    tokens at each place of the reply; 0 for none.
    """

    prompt: Prompt
    decoding: Decoding
    adapter: str | None = None
    schema: Mapping[str, Any] | None = None
    top_logprobs: int = 0


class ModelFailed(ArfError):
    """One attempt at a model failed.

    `passing`: trying again may help. `sick`: it speaks against the endpoint's health, unlike a limit or a refusal.
    `billed`: the provider may have charged for it all the same. `limited`: the endpoint answers, though not so fast.
    """

    code = Code.UNAVAILABLE

    def __init__(
        self,
        message: str,
        *,
        passing: bool,
        sick: bool,
        billed: bool = False,
        limited: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, retry_after_s)
        self.passing, self.sick, self.billed, self.limited = passing, sick, billed, limited


class Model(Protocol):
    """A language model. `complete` and `stream` make one attempt and raise ModelFailed; retries are the caller's."""

    @property
    def name(self) -> str:
        """The base model's name, to record."""

    async def profile(self) -> ModelProfile:
        """What the model can take and how it is best asked. Raises ModelFailed if it has to be asked and is away."""

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        """The whole reply within `timeout_s`. The same request gives the same text."""

    def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        """The reply in pieces, the words that it begins with first, and at the end the whole as a Completion."""

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        """The replies in the order of the requests, each retried while that may help.

        A request that the model refuses is the ModelFailed in its place, and costs the others nothing. Raises
        Unavailable if the model does not answer any more.
        """

    async def close(self) -> None:
        """Lets go of connections and memory."""


async def profile_of(model: Model) -> ModelProfile:
    """The model's profile, for those that can do nothing without it. Raises Unavailable if the model is away."""
    try:
        return await model.profile()
    except ModelFailed as failure:
        raise Unavailable(failure.message, failure.retry_after_s) from failure
