"""Handles prefilled replies: an endpoint may continue the prefill, repeat it, or ignore it."""

from __future__ import annotations

import re

_THOUGHTS = re.compile(r"\s*<think>.*?</think>\s*", re.DOTALL)
_THOUGHTS_BEGIN = "<think>"
_QUOTES = "\"'“”"
_MARKS = rf"[\s{_QUOTES}*_]*"
_MARKS_LENGTH = 8
"""Quotation marks and asterisks that a model may put around the prefill it was asked to start with."""


def begin_with(prefill: str, text: str, *, continued: bool = True) -> str:
    """The reply with its prefill exactly once, and without any reasoning before it.

    `continued` means the endpoint was given the prefill to continue. A model asked in words to begin so may quote it,
    set it in bold, or write a sentence of its own, which then stays as it is.
    """
    text = _THOUGHTS.sub("", text, count=1) if _THOUGHTS.match(text) else text
    if not prefill:
        return text
    if text.lstrip().startswith(prefill.strip()):
        return text.lstrip()
    if not continued:
        words = r"[*_]*\s+".join(map(re.escape, prefill.split()))
        if said := re.match(_MARKS + words + "[*_]*", text, re.IGNORECASE):
            quoted = said[0].lstrip()[:1] in _QUOTES
            rest = text[said.end() :]
            return prefill + (rest.rstrip().rstrip(_QUOTES) if quoted else rest)
        if text.lstrip()[:1].isupper():
            return text.lstrip()
    joint = "" if prefill[-1].isspace() or text[:1].isspace() or text[:1] in ".,;:!?'" else " "
    return prefill + joint + text if text else prefill


class BegunReply:
    """Applies `begin_with` to a stream: the pieces it returns add up to `begin_with` of the whole."""

    def __init__(self, prefill: str, *, continued: bool = True) -> None:
        self._prefill, self._continued = prefill, continued
        self._held: str | None = ""
        self.said = ""
        """The endpoint's output so far."""
        self.whole = ""
        """The reply returned so far."""

    def feed(self, piece: str) -> str:
        """The next piece to show; nothing until it is clear whether the endpoint repeats the prefill."""
        self.said += piece
        if self._held is None:
            self.whole += piece
            return piece
        self._held += piece
        return "" if self._undecided(self._held) else self._begin()

    def finish(self) -> str:
        """Returns what was held back."""
        return "" if self._held is None else self._begin()

    def _undecided(self, held: str) -> bool:
        said = held.lstrip()
        if said.startswith(_THOUGHTS_BEGIN) or _THOUGHTS_BEGIN.startswith(said):
            if not _THOUGHTS.match(held):
                return True
            said = _THOUGHTS.sub("", held, count=1).lstrip()
        wanted = self._prefill.strip()
        if not wanted:
            return not said
        if not self._continued:
            return len(said) <= len(wanted) + _MARKS_LENGTH
        return len(said) <= len(wanted) and wanted.startswith(said)

    def _begin(self) -> str:
        text = begin_with(self._prefill, self._held or "", continued=self._continued)
        self._held = None
        self.whole += text
        return text
