"""Card numbers that are valid and nobody's, and the ways in which people write and say digits."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCHEMES = [("4", 16), ("4", 13), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15)]
_SCHEMES += [("6011", 16), ("65", 16), ("36", 14), ("35", 16), ("62", 16), ("1", 15), ("7", 16), ("9", 18)]


def check_digit(body: str) -> str:
    """What makes a number pass the Luhn check; computed by the table, unlike the code under test."""
    table = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(table[int(d)] if place % 2 == 0 else int(d) for place, d in enumerate(reversed(body)))
    return str(-total % 10)


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """A number of a scheme or of none that passes the check."""
    prefix, length = draw(st.sampled_from(_SCHEMES))
    rest = length - len(prefix) - 1
    body = prefix + draw(st.text("0123456789", min_size=rest, max_size=rest))
    return body + check_digit(body)


@st.composite
def written(draw: st.DrawFn, digits: str) -> str:
    """The digits in figures, whole or in groups."""
    separator = draw(st.sampled_from([" ", "-", ".", " - ", "\u00a0", "–"]))
    sizes = draw(st.sampled_from([(20,), (4, 4, 4, 4, 4), (4, 6, 9), (3, 3, 3, 3, 3, 3, 3), (1,) * 20]))
    return separator.join(_groups(digits, sizes))


@st.composite
def spoken(draw: st.DrawFn, digits: str) -> str:
    """The digits in words, one by one or two and three at a time."""
    words, at = [], 0
    while at < len(digits):
        word, used = draw(st.sampled_from(_sayings(digits[at:])))
        words.append(word)
        at += used
    separator = draw(st.sampled_from([" ", ", ", " - ", "... "]))
    pauses = draw(st.lists(st.sampled_from(["", "", "", " um", " and then", ", uh"]), min_size=len(words)))
    return separator.join(word + pause for word, pause in zip(words, [*pauses[: len(words) - 1], ""], strict=True))


@st.composite
def mixed(draw: st.DrawFn, digits: str) -> str:
    """Some digits in figures, the others in words."""
    at = draw(st.integers(2, len(digits) - 2))
    halves = [draw(written(digits[:at])), draw(spoken(digits[at:]))]
    if draw(st.booleans()):
        halves = [draw(spoken(digits[:at])), draw(written(digits[at:]))]
    return " ".join(halves)


def in_words(digits: str) -> str:
    """The digits one by one."""
    return " ".join(_WORDS[int(d)] for d in digits)


def _sayings(digits: str) -> list[tuple[str, int]]:
    """Ways to say what comes first, and how many digits each takes."""
    first = int(digits[0])
    ways = [(_WORDS[first], 1)] + ([("oh", 1)] if first == 0 else [])
    single = ways[-1][0]
    if digits[:2] == digits[0] * 2:
        ways.append((f"double {single}", 2))
    if digits[:3] == digits[0] * 3:
        ways.append((f"triple {single}", 3))
    if len(digits) > 1 and first == 1:
        ways.append((_TEENS[int(digits[1])], 2))
    # "twenty" before a digit would be heard as one number with it.
    if len(digits) > 1 and first > 1 and digits[1] != "0":
        ways.append((f"{_TENS[first]} {_WORDS[int(digits[1])]}", 2))
        ways.append((f"{_TENS[first]}-{_WORDS[int(digits[1])]}", 2))
    return ways


def _groups(digits: str, sizes: tuple[int, ...]) -> list[str]:
    groups = []
    for size in sizes:
        groups.append(digits[:size])
        digits = digits[size:]
    return [group for group in groups if group]
