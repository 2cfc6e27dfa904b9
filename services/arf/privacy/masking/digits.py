"""The digits that a text says, in figures or in English words, as runs that only pauses and fillers interrupt."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arf.calls.text import normalise
from arf.privacy.number_words import DIGITS, REPEATS, TEENS, TENS

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?|[^\w\s]")
_DIGITS = {word: str(n) for word, n in DIGITS.items()} | dict.fromkeys(("oh", "o", "nought", "naught"), "0")
_TEENS = {word: str(n) for word, n in TEENS.items()}
_TENS = {word: str(n // 10) for word, n in TENS.items()}
_PAUSES = frozenset("-.,…")
_FILLERS = frozenset(
    ["um", "uh", "er", "erm", "ah", "hmm", "and", "then", "dash", "hyphen", "space", "dot", "ok", "okay", "so", "next"]
)
_MOST_BETWEEN = 6
_MONEY = frozenset("$€£")


@dataclass(frozen=True, slots=True)
class Unit:
    """Digits said in one breath: a group of figures, or a number word. The place is in code points, half-open."""

    digits: str
    start: int
    end: int
    turn: int
    written: bool
    word: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Units that follow one another; `before` and `after` count the words of the turn around them."""

    units: tuple[Unit, ...]
    before: int
    after: int

    @property
    def digits(self) -> str:
        """All of them."""
        return "".join(unit.digits for unit in self.units)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


def runs(text: str, turn: int = 0, *, hundreds_add: bool = True) -> list[Run]:
    """The runs of a text, in order.

    "forty one hundred eleven" is 4111 if `hundreds_add`, else 4100 11: both are said.
    """
    tokens = [_Token(m.group().lower(), m.start(), m.end()) for m in _TOKEN.finditer(normalise(text))]
    found: list[Run] = []
    units: list[Unit] = []
    begun = between = at = 0
    while at < len(tokens):
        unit, after = _unit(text, tokens, at, turn, hundreds_add)
        if unit is not None:
            begun = begun if units else at
            units.append(unit)
            between, at = 0, after
            continue
        between += 1
        if units and (between > _MOST_BETWEEN or tokens[at].text not in _PAUSES | _FILLERS):
            found.append(_run(units, tokens, begun, at - between + 1))
            units = []
        at += 1
    if units:
        found.append(_run(units, tokens, begun, at - between))
    return found


def _run(units: list[Unit], tokens: list[_Token], begun: int, ended: int) -> Run:
    before = sum(token.is_word for token in tokens[:begun])
    return Run(tuple(units), before, sum(token.is_word for token in tokens[ended:]))


def _unit(text: str, tokens: list[_Token], at: int, turn: int, hundreds_add: bool) -> tuple[Unit | None, int]:
    """The unit that begins at a token, and the token after it."""
    first = tokens[at]
    if first.text[0].isdigit():
        # Figures within a reference such as XX12345, and money, are no card.
        glued = _letter(text, first.start - 1) or _letter(text, first.end)
        if glued or (at > 0 and tokens[at - 1].text in _MONEY):
            return None, at
        return Unit(first.text, first.start, first.end, turn, written=True), at + 1
    digits, after = _spoken(tokens, at, hundreds_add)
    if not digits:
        return None, at
    return Unit(digits, first.start, tokens[after - 1].end, turn, False, first.text), after


def _letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalpha()


def _spoken(tokens: list[_Token], at: int, hundreds_add: bool) -> tuple[str, int]:
    """The digits of the number words at a token, and the token after them; empty if there are none."""
    times = REPEATS.get(tokens[at].text)
    if times is not None:
        word = _text(tokens, at + 1)
        digit = _DIGITS.get(word, word if len(word) == 1 and word.isdigit() else "")
        return (digit * times, at + 2) if digit else ("", at)
    digits, after = _below_hundred(tokens, at)
    if digits and digits != "0" and _text(tokens, after) == "hundred":
        after += 1
        if hundreds_add:
            skip = after + (_text(tokens, after) == "and")
            rest, beyond = _below_hundred(tokens, skip)
            if rest:
                return digits + rest.zfill(2), beyond
        return digits + "00", after
    return digits, after


def _below_hundred(tokens: list[_Token], at: int) -> tuple[str, int]:
    word = _text(tokens, at)
    if word in _DIGITS or word in _TEENS:
        return _DIGITS.get(word) or _TEENS[word], at + 1
    if word not in _TENS:
        return "", at
    after = at + 1 + (_text(tokens, at + 1) == "-")
    digit = _DIGITS.get(_text(tokens, after), "0")
    return (_TENS[word] + digit, after + 1) if digit != "0" else (_TENS[word] + "0", at + 1)


def _text(tokens: list[_Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""
