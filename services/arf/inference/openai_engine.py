"""The Engine port on any OpenAI-compatible endpoint: concurrent requests, each with a deadline, retried with jitter."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import openai
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.old_chat_completions import GOES_ON, asking, begin_with, going_on
from arf.inference.ports import Progress
from arf.inference.retry_after import retry_after
from arf.kit.errors import ArfError, Code, Unavailable

_LONGEST_WAIT = 60.0


class Refused(ArfError):
    """The endpoint turned a request down for good: a wrong key, an unknown model, a prompt that is too long."""

    code = Code.FAILED_PRECONDITION

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class OpenAIEngine:
    """A model behind `POST /chat/completions`. Thread-safe."""

    def __init__(
        self,
        base_url: str,
        model: str | None = None,
        *,
        api_key: str = "none",
        timeout: float = 120.0,
        concurrency: int = 16,
        attempts: int = 5,
        backoff: float = 0.5,
    ) -> None:
        # The SDK's own retries are off: ours are the only ones, so that attempts are what they seem.
        self._client = openai.OpenAI(base_url=base_url, api_key=api_key, timeout=timeout, max_retries=0)
        self._concurrency, self._attempts, self._backoff = concurrency, attempts, backoff
        self._continues = True
        self._model = model or self._first_model()

    @property
    def model(self) -> str:
        """The model's name at the endpoint."""
        return self._model

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        """Completions in the order of the prompts. An adapter is asked for by its folder's name, as vLLM serves it.

        Raises Unavailable after the last attempt, Refused where trying again cannot help.
        """
        model = adapter.name if adapter is not None else self._model
        with ThreadPoolExecutor(self._concurrency, thread_name_prefix="engine") as pool:
            futures = {pool.submit(self._one, model, prompt, decoding): i for i, prompt in enumerate(prompts)}
            done: dict[int, Completion] = {}
            try:
                for future in as_completed(futures):
                    done[futures[future]] = future.result()
                    if progress is not None:
                        progress(1)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [done[i] for i in range(len(prompts))]

    def _one(self, model: str, prompt: Prompt, decoding: Decoding) -> Completion:
        started = time.monotonic()
        reply = self._ask(model, prompt, decoding)
        choice, usage = reply.choices[0], reply.usage
        return Completion(
            text=begin_with(prompt.prefill, choice.message.content or ""),
            prompt_tokens=usage.prompt_tokens if usage else 0,
            completion_tokens=usage.completion_tokens if usage else 0,
            seconds=time.monotonic() - started,
            finish_reason="length" if choice.finish_reason == "length" else "stop",
        )

    def _ask(self, model: str, prompt: Prompt, decoding: Decoding) -> Any:
        create = self._client.chat.completions.create
        if prompt.prefill and self._continues:
            try:
                return self._retried(lambda: create(**going_on(model, prompt, decoding), extra_body=GOES_ON))
            except Refused as refusal:
                if refusal.status not in (400, 422):
                    raise
                # Not vLLM: such endpoints refuse fields they do not know. From here on the beginning is asked for.
                self._continues = False
        return self._retried(lambda: create(**asking(model, prompt, decoding)))

    def _first_model(self) -> str:
        served = self._retried(lambda: list(self._client.models.list()))
        if not served:
            raise Unavailable(f"{self._client.base_url}: serves no model")
        return str(served[0].id)

    def _retried(self, call: Any) -> Any:
        retrying = Retrying(
            retry=retry_if_exception(_passing),
            wait=self._wait,
            stop=stop_after_attempt(self._attempts),
            reraise=True,
        )
        try:
            return retrying(call)
        except openai.APIStatusError as error:
            said = f"{self._client.base_url}: HTTP {error.status_code}"
            raise (Unavailable(said) if _passing(error) else Refused(said, error.status_code)) from error
        except openai.APIConnectionError as error:
            raise Unavailable(f"{self._client.base_url}: {type(error).__name__}") from error

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = retry_after(error.response.headers) if isinstance(error, openai.APIStatusError) else None
        jitter = wait_random_exponential(multiplier=self._backoff, max=_LONGEST_WAIT)(state)
        return min(_LONGEST_WAIT, asked + jitter * 0.1) if asked is not None else jitter


def _passing(error: BaseException) -> bool:
    """Whether trying again may help."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)
