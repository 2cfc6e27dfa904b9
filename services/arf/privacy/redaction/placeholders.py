"""The map of one request: values to placeholders, and back in whatever way the model wrote them."""

from __future__ import annotations

import re
from collections import Counter

KINDS = ("CARD", "PHONE", "EMAIL", "ID", "NAME")

_KIND = "|".join(KINDS)
# As we write it, or with other brackets, blanks or case; without brackets only with its underscore.
_PLACEHOLDER = re.compile(
    rf"[<\[{{(]\s{{0,2}}(?P<kind>{_KIND})[\s_-]{{0,2}}(?P<number>\d{{1,4}})\s{{0,2}}[>\]}})]"
    rf"|(?<![^\W_])(?P<bare>{_KIND})_(?P<bare_number>\d{{1,4}})(?!\d)",
    re.IGNORECASE,
)


def _beginnings(word: str) -> str:
    """A pattern for any beginning of a word, the empty one too."""
    pattern = ""
    for letter in reversed(word):
        pattern = f"(?:{letter}{pattern})?"
    return pattern


_UNFINISHED = re.compile(
    rf"(?:[<\[{{(]\s{{0,2}}(?:{'|'.join(_beginnings(k) for k in KINDS)}|(?:{_KIND})[\s_-]{{0,2}}\d{{0,4}}\s{{0,2}})"
    rf"|(?<![^\W_])(?:{'|'.join(_beginnings(k) for k in KINDS)}|(?:{_KIND})_\d{{0,4}}))\Z",
    re.IGNORECASE,
)
_LONGEST = 20


class Placeholders:
    """Values of one request under names like <CARD_1>: one name for one value, numbered as they come."""

    def __init__(self, text: str = "") -> None:
        """`text` is what will be redacted: a placeholder that somebody wrote into it is never given to a value."""
        self._written: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._last: Counter[str] = Counter()
        self._reserved = {_name(m) for m in _PLACEHOLDER.finditer(text)} if "_" in text or "<" in text else set()

    def put(self, kind: str, value: str, written: str) -> str:
        """The placeholder of a value; `written` is what takes its place in an answer, the first time's counting."""
        name = self._names.get((kind, value))
        if name is None:
            name = self._next(kind)
            self._names[kind, value] = name
            self._written[name] = written
        return f"<{name}>"

    def restore(self, text: str, start: int = 0) -> str:
        """The text from `start` on with its values. A placeholder that stands for none stays as it is.

        What comes before `start` is only looked back at: it says whether a word begins there.
        """
        if not self._written:
            return text[start:]
        parts = []
        for match in _PLACEHOLDER.finditer(text, start):
            parts += [text[start : match.start()], self._value(match)]
            start = match.end()
        return "".join([*parts, text[start:]])

    def stream(self) -> StreamRestorer:
        """A restorer for a text that comes in pieces."""
        return StreamRestorer(self)

    def _next(self, kind: str) -> str:
        while True:
            self._last[kind] += 1
            if (name := f"{kind}_{self._last[kind]}") not in self._reserved:
                return name

    def _value(self, match: re.Match[str]) -> str:
        return self._written.get(_name(match), match.group())


class StreamRestorer:
    """Restores a text that comes in pieces, whatever the pieces: joined, they are what `restore` makes of the whole."""

    def __init__(self, placeholders: Placeholders) -> None:
        self._placeholders = placeholders
        self._held = ""
        self._before = ""

    def feed(self, delta: str) -> str:
        """What can be shown now: anything that may yet become a placeholder is held back."""
        text = self._held + delta
        whole, shown = self._before + text, len(self._before)
        # None begins in what is shown already.
        unfinished = _UNFINISHED.search(whole, max(shown, len(whole) - _LONGEST))
        cut = unfinished.start() - shown if unfinished else len(text)
        self._held = text[cut:]
        return self._show(text[:cut])

    def finish(self) -> str:
        """What was held back."""
        rest, self._held = self._held, ""
        return self._show(rest)

    def _show(self, text: str) -> str:
        if not text:
            return ""
        # The character before decides whether a word begins here.
        before, self._before = self._before, text[-1]
        return self._placeholders.restore(before + text, len(before))


def _name(match: re.Match[str]) -> str:
    kind, number = match["kind"] or match["bare"], match["number"] or match["bare_number"]
    return f"{kind.upper()}_{int(number)}"
