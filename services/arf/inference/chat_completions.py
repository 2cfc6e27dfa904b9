"""Builds chat completion requests and reads the answers, for OpenAI-compatible endpoints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arf.calls.prompt import Completion, Prompt
from arf.inference import failures
from arf.inference.begun_reply import BegunReply, begin_with
from arf.inference.port import Request
from arf.inference.profile import estimated_tokens

CONTINUE = {"continue_final_message": True, "add_generation_prompt": False}
"""The fields that make vLLM and SGLang continue the last message; other endpoints reject them."""

SESSION = "x-session-id"
"""The header by which Ray Serve and other routers keep a session on one replica."""

OPTIONAL = frozenset({"max_tokens", "temperature", "top_p", "seed", "cache_salt"})
"""Optional parameters that some endpoints reject; max_tokens also has a newer name."""


_MOST_TOKENS = 10_000_000
"""No window is larger: a higher count is none, and is estimated."""

_ODD = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError)
"""What reading an answer of another shape raises."""

_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
"""What no database or terminal should be given: all but tab and line ends."""

_TOKEN_CHARS = 64
_SPARE_CHARS = 4096
"""No long reply has more characters a token on average: a longer one is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Form:
    """How to ask an endpoint: whether it continues a prefilled reply, and which parameters it rejects."""

    continues: bool = True
    refuses: frozenset[str] = frozenset()

    def body(self, request: Request, model: str) -> dict[str, Any]:
        """The request's body; the prefill is sent as a message to continue, or asked for in words."""
        prompt, decoding = request.prompt, request.decoding
        begun = bool(prompt.prefill) and self.continues
        limit = "max_completion_tokens" if "max_tokens" in self.refuses else "max_tokens"
        # Servers register an adapter folder under the last part of its path.
        body: dict[str, Any] = {"model": request.adapter.rpartition("/")[2] if request.adapter else model}
        body["messages"] = (
            [*messages(prompt), {"role": "assistant", "content": prompt.prefill}]
            if begun
            else (messages_asking_for_the_beginning(prompt))
        )
        body[limit] = decoding.max_new_tokens
        chosen = {"temperature": decoding.temperature, "top_p": decoding.top_p, "seed": decoding.seed}
        body |= {name: value for name, value in chosen.items() if name not in self.refuses}
        if decoding.stop and "stop" not in self.refuses:
            body["stop"] = list(decoding.stop)
        if request.schema is not None:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": dict(request.schema), "strict": True},
            }
        if request.top_logprobs:
            body |= {"logprobs": True, "top_logprobs": request.top_logprobs}
        if request.cache_salt and "cache_salt" not in self.refuses:
            body["cache_salt"] = request.cache_salt
        return body | (CONTINUE if begun else {})


def messages(prompt: Prompt) -> list[dict[str, str]]:
    """The prompt's messages without the prefill."""
    return [{"role": m.role, "content": m.content} for m in prompt.messages]


def messages_asking_for_the_beginning(prompt: Prompt) -> list[dict[str, str]]:
    """The messages, with a request to begin with the prefill if there is one."""
    made = messages(prompt)
    if prompt.prefill:
        made[-1]["content"] += f'\nBegin the reply with these words: "{prompt.prefill}"'
    return made


def read(name: str, answer: Any, request: Request, form: Form, seconds: float) -> Completion:
    """Reads the completion from a whole answer. Raises ModelFailed if it is unreadable or has no text."""
    try:
        choice = answer["choices"][0]
        said, reason = _clean(choice["message"].get("content")), choice.get("finish_reason")
        logprobs = _top_logprobs(choice)
        _require_bounded(said, request)
    except _ODD as error:
        raise failures.of_unreadable(name) from error
    text = begin_with(request.prompt.prefill, said, continued=form.continues)
    return _completion(name, text, said, reason, answer.get("usage"), request, seconds, logprobs)


class StreamedReply:
    """Reads the chunks of a streamed answer."""

    def __init__(self, name: str, request: Request, form: Form) -> None:
        self._name, self._request = name, request
        self._text = BegunReply(request.prompt.prefill, continued=form.continues)
        self._usage: Any = None
        self._reason: Any = None
        self._logprobs: list[Mapping[str, float]] = []

    def feed(self, chunk: Any) -> str:
        """The text that a chunk adds. Any field may be missing: servers send empty chunks as keep-alives.

        Raises ModelFailed if it is an error or no chunk, or the text is longer than was asked for.
        """
        shown = ""
        try:
            chunk = chunk or {}
            if chunk.get("error"):
                raise failures.of_broken_stream(self._name)
            self._usage = chunk.get("usage") or self._usage
            for choice in (chunk.get("choices") or [])[:1]:
                self._reason = choice.get("finish_reason") or self._reason
                self._logprobs += _top_logprobs(choice)
                shown += self._text.feed(_clean((choice.get("delta") or {}).get("content")))
            _require_bounded(self._text.said, self._request)
        except _ODD as error:
            raise failures.of_unreadable(self._name) from error
        return shown

    def finish(self, seconds: float) -> tuple[str, Completion]:
        """The rest of the text, and the whole completion. Raises ModelFailed if the stream broke off or has no text."""
        if self._reason is None:
            raise failures.of_broken_stream(self._name)
        rest = self._text.finish()
        made = _completion(
            self._name,
            self._text.whole,
            self._text.said,
            self._reason,
            self._usage,
            self._request,
            seconds,
            self._logprobs,
        )
        return rest, made


def _completion(
    name: str,
    text: str,
    said: str,
    reason: Any,
    usage: Any,
    request: Request,
    seconds: float,
    logprobs: list[Mapping[str, float]],
) -> Completion:
    if not begin_with("", said).strip():
        raise failures.of_no_text(name, reason)
    # Uncounted tokens are estimated; otherwise they would be free and budgets would never be exhausted.
    asked = sum(estimated_tokens(m.content) for m in request.prompt.messages)
    return Completion(
        text=text,
        prompt_tokens=_count(usage, "prompt_tokens") or asked,
        completion_tokens=_count(usage, "completion_tokens") or estimated_tokens(said),
        seconds=seconds,
        finish_reason="length" if reason == "length" else "stop",
        top_logprobs=tuple(logprobs),
    )


def _clean(content: Any) -> str:
    """The content's text, without half a character at a cut-off end and without control characters."""
    return content.encode("utf-8", "ignore").decode().translate(_CONTROLS) if isinstance(content, str) else ""


def _require_bounded(said: str, request: Request) -> None:
    if len(said) > _TOKEN_CHARS * request.decoding.max_new_tokens + _SPARE_CHARS:
        raise ValueError("longer than was asked for")


def _count(usage: Any, name: str) -> int:
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return value if type(value) is int and 0 < value <= _MOST_TOKENS else 0


def _top_logprobs(choice: Mapping[str, Any]) -> list[Mapping[str, float]]:
    places = (choice.get("logprobs") or {}).get("content") or []
    return [
        {_clean(top["token"]): _logprob(top["logprob"]) for top in place.get("top_logprobs") or []} for place in places
    ]


def _logprob(value: Any) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a log-probability")
    return float(value)
