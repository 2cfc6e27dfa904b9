"""Extracts JSON from a model's reply, which may have text around it, a code fence, or be cut off."""

from __future__ import annotations

import json
from typing import Any

_CLOSING = {"{": "}", "[": "]"}


def first_object(reply: str) -> dict[str, Any] | None:
    """The first JSON object in a reply, closed if the reply was cut off; None if there is none."""
    decoder = json.JSONDecoder()
    at = reply.find("{")
    while at >= 0:
        try:
            found, _ = decoder.raw_decode(reply, at)
        except ValueError:
            found = _completed(reply[at:])
        if isinstance(found, dict):
            return found
        at = reply.find("{", at + 1)
    return None


def _completed(text: str) -> Any:
    """The object without its last, incomplete item; None if nothing can be salvaged."""
    for end in range(len(text), 0, -1):
        if text[end - 1] in "}][":
            tail = _open_brackets(text[:end])
            try:
                return json.loads(text[:end] + tail) if tail is not None else None
            except ValueError:
                continue
    return None


def _open_brackets(text: str) -> str | None:
    """The brackets that close the open ones; None if the text ends within a string or closes too many."""
    stack: list[str] = []
    quoted = escaped = False
    for c in text:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = c == "\\", c != '"'
        elif c == '"':
            quoted = True
        elif c in _CLOSING:
            stack.append(_CLOSING[c])
        elif c in "}]" and (not stack or stack.pop() != c):
            return None
    return None if quoted else "".join(reversed(stack))
