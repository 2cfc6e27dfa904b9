"""The words a reply begins with, where it comes in pieces."""

from __future__ import annotations

from arf.inference.old_chat_completions import begin_with


class PrefillStream:
    """A reply that comes in pieces: joined, what it gives is `begin_with` of the whole."""

    def __init__(self, prefill: str) -> None:
        self._prefill = prefill
        self._held: str | None = ""
        self.whole = ""

    def feed(self, piece: str) -> str:
        """What can be shown now: nothing before it is clear whether the endpoint says the beginning itself."""
        if self._held is None:
            self.whole += piece
            return piece
        self._held += piece
        said, wanted = self._held.lstrip(), self._prefill.strip()
        return "" if len(said) <= len(wanted) and wanted.startswith(said) else self._begin()

    def finish(self) -> str:
        """What was held back."""
        return "" if self._held is None else self._begin()

    def _begin(self) -> str:
        text = begin_with(self._prefill, self._held or "")
        self._held = None
        self.whole += text
        return text
