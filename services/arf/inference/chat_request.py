"""Parses a request to `POST /v1/chat/completions` into a prompt and decoding parameters."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.kit.errors import InvalidRequest

DEFAULT_NEW_TOKENS = 512
MAX_NEW_TOKENS = 32_768

_VERSION = "endpoint/chat@1"

# Unsupported fields that would change the answer, and the values with which they do not.
_NOT_HERE: dict[str, tuple[Any, ...]] = {
    "n": (None, 1),
    "best_of": (None, 1),
    "tools": (None, []),
    "functions": (None, []),
    "response_format": (None, {"type": "text"}),
    "logprobs": (None, False),
    "logit_bias": (None, {}),
    "presence_penalty": (None, 0),
    "frequency_penalty": (None, 0),
    "repetition_penalty": (None, 1),
    "top_k": (None, 0, -1),
    "min_p": (None, 0),
    "min_tokens": (None, 0),
    "ignore_eos": (None, False),
    "guided_json": (None,),
}


class _Text(BaseModel):
    type: Literal["text"]
    text: str


class _Said(BaseModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_Text]

    @property
    def text(self) -> str:
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class _StreamOptions(BaseModel):
    include_usage: bool = False


class ChatRequest(BaseModel):
    """The fields of OpenAI's API that are read, and vLLM's fields to continue a prefilled reply."""

    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[_Said] = Field(min_length=1)
    max_completion_tokens: int | None = Field(default=None, ge=1, le=MAX_NEW_TOKENS)
    max_tokens: int | None = Field(default=None, ge=1, le=MAX_NEW_TOKENS)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    stop: str | list[str] | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    continue_final_message: bool = False
    add_generation_prompt: bool | None = None

    @classmethod
    def parse(cls, body: bytes) -> ChatRequest:
        """The request in `body`. Raises InvalidRequest naming each invalid or unsupported field."""
        try:
            request = cls.model_validate_json(body)
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False, include_context=False)
            raise InvalidRequest([(_place(fault["loc"]), str(fault["msg"])) for fault in faults]) from None
        violations = list(request._violations())
        if violations:
            raise InvalidRequest(violations)
        return request

    @property
    def prompt(self) -> Prompt:
        """The messages; an unfinished assistant message is the prefill."""
        said = [ChatMessage("system" if m.role == "developer" else m.role, m.text) for m in self.messages]
        prefill = said.pop().content if self.continue_final_message else ""
        return Prompt(tuple(said), _VERSION, prefill)

    @property
    def decoding(self) -> Decoding:
        """Decoding parameters; the default seed is 0, so that the same request always gets the same answer."""
        stop = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return Decoding(
            max_new_tokens=self.max_completion_tokens or self.max_tokens or DEFAULT_NEW_TOKENS,
            temperature=1.0 if self.temperature is None else self.temperature,
            top_p=1.0 if self.top_p is None else self.top_p,
            seed=self.seed or 0,
            stop=tuple(text for text in stop if text),
        )

    def _violations(self) -> list[tuple[str, str]]:
        found = [
            (name, "is not supported here")
            for name, value in (self.model_extra or {}).items()
            if name in _NOT_HERE and value not in _NOT_HERE[name]
        ]
        begun = self.messages[-1].role == "assistant"
        if self.continue_final_message and not begun:
            found.append(("continue_final_message", "the last message is not the assistant's"))
        if self.continue_final_message and self.add_generation_prompt:
            found.append(("add_generation_prompt", "contradicts continue_final_message"))
        return found


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "body"
