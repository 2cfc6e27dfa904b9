"""Maps failures of HTTP endpoints to ModelFailed: one table for all adapters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from arf.inference.port import ModelFailed
from arf.inference.retry_after import retry_after

_PASSING = frozenset({408, 409, 424, 425, 429})
"""Timeouts, conflicts, locks and rate limits: a retry may succeed."""

_SICK = frozenset({401, 402, 403, 404, 424})
"""Bad key, no credit, unknown model, failed generation: any request would fail."""


_NOT_OF_PROMPTS = frozenset({401, 402, 403, 404, 429})
_MESSAGE_CHARS = 300


def of_status(
    name: str, status: int, headers: Mapping[str, str], error: Mapping[str, object] | None = None
) -> ModelFailed:
    """The failure for an HTTP status, with what the endpoint's `error` says of keys, credit, models and limits.

    Its message may quote the prompt where the request is at fault: then only its code is passed on.
    """
    if 300 <= status < 400:
        return ModelFailed(
            f"{name}: HTTP {status}, a redirect to {_host(headers.get('Location', ''))}; prompt and key are not "
            "sent on, so the URL must be the final one",
            passing=False,
            sick=True,
        )
    return ModelFailed(
        f"{name}: HTTP {status}{_said(status, error or {})}",
        passing=status in _PASSING or status >= 500,
        sick=status in _SICK or status >= 500,
        limited=status == 429,
        retry_after_s=retry_after(headers),
    )


def of_connection(name: str, error: BaseException) -> ModelFailed:
    """The failure for a connection that could not be made, broke or timed out."""
    timed_out = isinstance(error, TimeoutError) or "Timeout" in type(error).__name__
    said = "no answer in time" if timed_out else type(error).__name__
    return ModelFailed(f"{name}: {said}", passing=True, sick=True, billed=timed_out)


def of_unreadable(name: str) -> ModelFailed:
    """The failure for an answer that is not a chat completion, as proxies and overloaded servers send them."""
    said = "the answer cannot be read: no chat completion; is the URL the API's, such as https://host/v1?"
    return ModelFailed(f"{name}: {said}", passing=True, sick=True, billed=True)


def of_broken_stream(name: str) -> ModelFailed:
    """The failure for a truncated answer."""
    return ModelFailed(f"{name}: the answer broke off", passing=True, sick=True, billed=True)


def of_no_text(name: str, reason: object) -> ModelFailed:
    """The failure for an answer without text: a refusal, a filter, a tool call. Retrying would not change it."""
    said = reason if isinstance(reason, str) and re.fullmatch(r"[\w-]{1,40}", reason) else "no reason"
    return ModelFailed(f"{name}: an answer without text ({said})", passing=False, sick=False, billed=True)


def _said(status: int, error: Mapping[str, object]) -> str:
    """The endpoint's own words, if they cannot be about the prompt, else its code; with a space or colon before."""
    message, code = error.get("message"), error.get("code")
    if status in _NOT_OF_PROMPTS and isinstance(message, str) and message.strip():
        shown = "".join(c if c.isprintable() else " " for c in message[:_MESSAGE_CHARS])
        return f": {' '.join(shown.split())}"
    return f" ({code})" if isinstance(code, str) and re.fullmatch(r"[\w.-]{1,64}", code) else ""


def _host(location: str) -> str:
    """The host of a redirect's target, which may be relative or nonsense."""
    try:
        host = urlsplit(location).hostname or ""
    except ValueError:
        host = ""
    return host if re.fullmatch(r"[\w.:-]{1,253}", host) else "another address"
