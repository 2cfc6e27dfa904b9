"""A request to `POST /chat/completions`, as OpenAI-compatible endpoints take it, and a reply with its beginning."""

from __future__ import annotations

from typing import Any

from arf.calls.prompt import Decoding, Prompt

GOES_ON = {"continue_final_message": True, "add_generation_prompt": False}
"""The fields by which vLLM and SGLang go on with the last message. Endpoints that do not know them refuse them."""


def asking(model: str, prompt: Prompt, decoding: Decoding) -> dict[str, Any]:
    """The request that asks in words for the beginning of the reply, where there is one."""
    return _request(model, asking_messages(prompt), decoding)


def asking_messages(prompt: Prompt) -> list[dict[str, str]]:
    """The messages of such a request."""
    messages = _messages(prompt)
    if prompt.prefill:
        messages[-1]["content"] += f'\nBegin the reply with these words: "{prompt.prefill}"'
    return messages


def going_on(model: str, prompt: Prompt, decoding: Decoding) -> dict[str, Any]:
    """The request whose last message is the reply that was begun: to be sent with the fields of GOES_ON."""
    return _request(model, [*_messages(prompt), {"role": "assistant", "content": prompt.prefill}], decoding)


def begin_with(prefill: str, text: str) -> str:
    """The reply with its beginning, once, whether or not the endpoint said it again."""
    if text.lstrip().startswith(prefill.strip()):
        return text.lstrip()
    joint = "" if not prefill or prefill[-1].isspace() or text[:1].isspace() or text[:1] in ".,;:!?'" else " "
    return prefill + joint + text if text else prefill


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    return [{"role": m.role, "content": m.content} for m in prompt.messages]


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
