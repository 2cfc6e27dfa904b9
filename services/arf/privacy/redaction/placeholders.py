"""Maps values to placeholders within one request, and back, however the model wrote them."""

from __future__ import annotations

import re
from collections import Counter

KINDS = ("CARD", "PHONE", "EMAIL", "ID", "NAME", "ADDRESS", "BIRTHDAY")

_KIND = "|".join(KINDS)
_ANY_CASE = "|".join(f"{kind}|{kind.lower()}|{kind.capitalize()}" for kind in KINDS)


def _prefixes(word: str) -> str:
    """A pattern for any prefix of a word, the empty one included."""
    pattern = ""
    for letter in reversed(word):
        pattern = f"(?:{re.escape(letter)}{pattern})?"
    return pattern


# Each form is a list of pieces: a pattern for the whole piece, and one for its prefixes while text is streaming.
_Piece = tuple[str, str]
_WORD: _Piece = (rf"(?P<kind>{_ANY_CASE})", f"(?:{'|'.join(_prefixes(k) for k in KINDS)})")
_NUMBER: _Piece = (r"(?P<number>\d{1,4})", r"\d{0,4}")
_BLANK: _Piece = (r"\s{0,2}", r"\s{0,2}")
_OPEN: _Piece = (r"(?:\\?[<\[{(]|&lt;)", rf"(?:\\?[<\[{{(]?|{_prefixes('&lt;')})")
_CLOSE: _Piece = (r"(?:\\?[>\]})]|&gt;)", rf"(?:\\?|{_prefixes('&gt')})")
_DOUBLE_OPEN: _Piece = (r"(?:\{\{|\[\[|<<)", r"(?:\{{1,2}|\[{1,2}|<{1,2})?")
_DOUBLE_CLOSE: _Piece = (r"(?:\}\}|\]\]|>>)", r"[}\]>]?")
_JOINT: _Piece = (r"(?:[\s_:#.-]|\\_){0,3}", r"(?:[\s_:#.-]|\\_?){0,3}")
_UNDERSCORE: _Piece = (r"\\?_", r"\\?_?")
_GAP: _Piece = (r"[ -]?#?", r"[ -]?#?")
_START: _Piece = (r"(?<![^\W_])", r"(?<![^\W_])")
_END: _Piece = (r"(?!\d)", "")
_FORMS = (
    (_DOUBLE_OPEN, _BLANK, _WORD, _JOINT, _NUMBER, _BLANK, _DOUBLE_CLOSE),
    (_OPEN, _BLANK, _WORD, _JOINT, _NUMBER, _BLANK, _CLOSE),
    (_START, _WORD, _UNDERSCORE, _NUMBER, _END),
    # In words of its own a summary may say "phone 1", but hardly "PHONE 1".
    (_START, (f"(?P<kind>{_KIND})", _WORD[1]), _GAP, _NUMBER, _END),
)


def _whole(form: tuple[_Piece, ...], number: int) -> str:
    """A pattern for a form, with groups named by the form's number."""
    return "".join(whole for whole, _ in form).replace("P<kind>", f"P<k{number}>").replace("P<number>", f"P<n{number}>")


def _begun(form: tuple[_Piece, ...]) -> str:
    """A pattern for any prefix of a form at the end of the text."""
    pattern = form[-1][1]
    for whole, begun in reversed(form[:-1]):
        pattern = f"(?:{re.sub(r'P<[a-z]+>', ':', whole)}{pattern}|{begun})"
    return pattern


_PLACEHOLDER = re.compile("|".join(_whole(form, n) for n, form in enumerate(_FORMS)))
_UNFINISHED = re.compile(rf"(?:{'|'.join(map(_begun, _FORMS))})\Z", re.IGNORECASE)
_LONGEST = 32
# Text of a call that looks like a placeholder; wider than what is restored, so that it never becomes a value.
_OWN = re.compile(rf"(?<![^\W_])({_KIND.lower()})(?:[\s_:#.-]|\\_){{0,3}}(\d{{1,4}})(?!\d)")


class Placeholders:
    """The values of one request, with placeholders like <CARD_1>: one for each value, numbered in order."""

    def __init__(self, text: str = "") -> None:
        """`text` is the text to redact: whatever looks like a placeholder in it is never used for a value."""
        self._written: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._last: Counter[str] = Counter()
        self._reserved: set[str] = set()
        self.reserve(text)

    def copy(self) -> Placeholders:
        """A copy that goes its own way."""
        copy = Placeholders()
        copy._written, copy._names = dict(self._written), dict(self._names)
        copy._last, copy._reserved = Counter(self._last), set(self._reserved)
        return copy

    def reserve(self, text: str) -> bool:
        """Never uses what looks like a placeholder in this text; False if one of them stands for a value already."""
        own = {_name(m[1], m[2]) for m in _OWN.finditer(text.lower())}
        self._reserved |= own
        return not own & self._written.keys()

    def values(self, kind: str) -> list[str]:
        """The values of a kind."""
        return [value for of_kind, value in self._names if of_kind == kind]

    def put(self, kind: str, value: str, written: str) -> str:
        """The placeholder for a value; `written`, as first given, replaces it in answers."""
        name = self._names.get((kind, value))
        if name is None:
            name = self._next(kind)
            self._names[kind, value] = name
            self._written[name] = written
        return f"<{name}>"

    def restore(self, text: str, start: int = 0) -> str:
        """The text from `start` with placeholders replaced by their values; unknown placeholders stay.

        The text before `start` only tells whether a word begins there.
        """
        if not self._written:
            return text[start:]
        parts = []
        for match in _PLACEHOLDER.finditer(text, start):
            parts += [text[start : match.start()], self._value(match)]
            start = match.end()
        return "".join([*parts, text[start:]])

    def stream(self) -> StreamRestorer:
        """A restorer for streamed text."""
        return StreamRestorer(self)

    def _next(self, kind: str) -> str:
        while True:
            self._last[kind] += 1
            if (name := f"{kind}_{self._last[kind]}") not in self._reserved:
                return name

    def _value(self, match: re.Match[str]) -> str:
        kind, number = (group for group in match.groups() if group is not None)
        return self._written.get(_name(kind, number), match.group())


class StreamRestorer:
    """Restores streamed text: the joined results equal what `restore` makes of the whole text."""

    def __init__(self, placeholders: Placeholders) -> None:
        self._placeholders = placeholders
        self._held = ""
        self._before = ""

    def feed(self, delta: str) -> str:
        """The text that can be shown now; anything that may become a placeholder is held back."""
        text = self._held + delta
        whole, shown = self._before + text, len(self._before)
        # No placeholder begins in what was shown already.
        unfinished = _UNFINISHED.search(whole, max(shown, len(whole) - _LONGEST))
        cut = unfinished.start() - shown if unfinished else len(text)
        self._held = text[cut:]
        return self._show(text[:cut])

    def finish(self) -> str:
        """The rest of the text, which was held back."""
        rest, self._held = self._held, ""
        return self._show(rest)

    def _show(self, text: str) -> str:
        if not text:
            return ""
        # The character before decides whether a word begins here.
        before, self._before = self._before, text[-1]
        return self._placeholders.restore(before + text, len(before))


def _name(kind: str, number: str) -> str:
    return f"{kind.upper()}_{int(number)}"
