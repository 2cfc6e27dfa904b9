"""The model port: what teacher, editor, judge and student use of a language model, wherever it runs.

Everything is asynchronous. An adapter is one file in arf/inference/adapters and passes
tests/unit/inference/model_contract.py. Cancelling the awaiting task cancels the request: the model stops working on it.
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
    """One completion request.

    `adapter` names a LoRA adapter: a folder for a model in this process, a served name elsewhere. `schema` is a JSON
    schema that the reply must follow. `top_logprobs` asks for that many log-probabilities at each token of the reply.

    `session` names what a run of requests shares, such as a call: replicas that route by it reuse its prefix.
    Cached prefixes are shared among requests with the same `cache_salt` only, such as a tenant's.
    """

    prompt: Prompt
    decoding: Decoding
    adapter: str | None = None
    schema: Mapping[str, Any] | None = None
    top_logprobs: int = 0
    session: str = ""
    cache_salt: str = ""


class ModelFailed(ArfError):
    """One attempt at a model failed.

    `passing`: a retry may succeed. `sick`: the endpoint is unhealthy, rather than limiting or refusing. `billed`: the
    provider may have charged anyway. `limited`: the endpoint is rate-limiting.
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
    """A language model. `complete` and `stream` make one attempt and raise ModelFailed; callers retry."""

    @property
    def name(self) -> str:
        """The base model's name, for records."""

    async def profile(self) -> ModelProfile:
        """The model's limits and preferences. Raises ModelFailed if they must be requested and the model is away."""

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        """The whole reply within `timeout_s`. The same request gives the same text."""

    def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        """The reply in pieces, starting with the prefill, and finally the whole as a Completion."""

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        """The replies in order, with retries; for a request that the model refuses, the ModelFailed.

        Raises Unavailable if the model stops answering.
        """

    async def close(self) -> None:
        """Releases connections and memory."""


async def profile_of(model: Model) -> ModelProfile:
    """The model's profile, for callers that cannot continue without. Raises Unavailable if the model is away."""
    try:
        return await model.profile()
    except ModelFailed as failure:
        raise Unavailable(failure.message, failure.retry_after_s) from failure
