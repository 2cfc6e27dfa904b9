"""What a failed attempt at an endpoint means: the one table that all HTTP adapters go by."""

from __future__ import annotations

from collections.abc import Mapping

from arf.inference.port import ModelFailed
from arf.inference.retry_after import retry_after

_PASSING = frozenset({408, 409, 424, 425, 429})
"""Too slow, in another's way, failed in between, too early, too many: all may be otherwise the next time."""

_SICK = frozenset({401, 402, 403, 404, 424})
"""A key that is not taken, no money left, a model that is not there, a generation that failed: true of any request."""


def of_status(name: str, status: int, headers: Mapping[str, str]) -> ModelFailed:
    """The failure that an HTTP status means. The body is never passed on: it may quote the prompt."""
    return ModelFailed(
        f"{name}: HTTP {status}",
        passing=status in _PASSING or status >= 500,
        sick=status in _SICK or status >= 500,
        limited=status == 429,
        retry_after_s=retry_after(headers),
    )


def of_connection(name: str, error: BaseException) -> ModelFailed:
    """The failure of a request that got no answer: the connection could not be made, broke, or was too slow."""
    timed_out = isinstance(error, TimeoutError) or "Timeout" in type(error).__name__
    said = "no answer in time" if timed_out else type(error).__name__
    return ModelFailed(f"{name}: {said}", passing=True, sick=True, billed=timed_out)


def of_unreadable(name: str) -> ModelFailed:
    """The failure of an answer that is no chat completion, as proxies and overloaded servers send them."""
    return ModelFailed(f"{name}: the answer cannot be read", passing=True, sick=True, billed=True)


def of_broken_stream(name: str) -> ModelFailed:
    """The failure of an answer that ended before its end."""
    return ModelFailed(f"{name}: the answer broke off", passing=True, sick=True, billed=True)


def of_no_text(name: str, reason: str | None) -> ModelFailed:
    """The failure of an answer without a word: a refusal, a filter, a tool call. Asking again would give the same."""
    return ModelFailed(
        f"{name}: an answer without text ({reason or 'no reason'})", passing=False, sick=False, billed=True
    )
