"""Numbers written as words: cardinals, ordinals and strings of spoken digits."""

from __future__ import annotations

import re

_UNITS = dict(
    zip(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(10), strict=True)
)
_TEENS = dict(
    zip(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        range(10, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_SPOKEN_ZERO = ("oh", "o")
_REPEATS = {"double": 2, "triple": 3}
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}

CARDINALS = {**_UNITS, **_TEENS, **_TENS, "hundred": 100, "thousand": 1000}
ORDINALS = {
    **_IRREGULAR,
    **{f"{word}th": n for word, n in {**_UNITS, **_TEENS}.items() if n not in (0, 1, 2, 3, 5, 8, 9, 12)},
    "twentieth": 20,
    "thirtieth": 30,
    **{f"{tens}{gap}{word}": n + m for tens, n in (("twenty", 20), ("thirty", 30)) for gap in (" ", "-")
       for word, m in {**_IRREGULAR, "fourth": 4, "sixth": 6, "seventh": 7}.items() if m < 10 and n + m <= 31},
}  # fmt: skip

_ANY = "|".join(sorted(CARDINALS, key=len, reverse=True))
NUMBER = rf"(?:{_ANY})(?:(?:[\s-]+|\s+and\s+)(?:{_ANY}))*"
ORDINAL = "|".join(sorted((re.escape(o) for o in ORDINALS), key=len, reverse=True))
_DIGIT = "|".join([*_UNITS, *_SPOKEN_ZERO, *_REPEATS])
DIGITS = rf"(?:(?:{_DIGIT})[\s,-]+){{2,}}(?:{'|'.join([*_UNITS, *_SPOKEN_ZERO])})"


def cardinal(text: str) -> int | None:
    """The value of a cardinal such as `one hundred and five`; None if the words are not one number."""
    total = group = 0
    last = 1000
    for word in re.split(r"[\s-]+", text.lower().strip()):
        if word == "and":
            continue
        n = CARDINALS.get(word)
        if n is None:
            return None
        if n == 1000:
            total, group, last = (group or 1) * 1000, 0, 1000
        elif n == 100:
            group, last = (group or 1) * 100, 100
        elif last >= 100 or (20 <= last < 100 and 0 < n < 10):
            group, last = group + n, n if n >= 20 else 1
        else:
            return None
    return total + group


def amount_pair(text: str) -> tuple[int, int] | None:
    """The two halves of a spoken price: `thirty five twenty` -> (35, 20); None if it is not one."""
    words = [w for w in re.split(r"[\s-]+", text.lower().strip()) if w != "and"]
    for cut in range(len(words) - 1, 0, -1):
        whole, cents = cardinal(" ".join(words[:cut])), cardinal(" ".join(words[cut:]))
        if whole is not None and cents is not None and 10 <= cents < 100 and words[cut] not in _UNITS:
            return whole, cents
    return None


def spoken_digits(text: str) -> str:
    """The digits of `four eight double two oh` as `482 20` without the space: `48220`."""
    out, repeat = "", 1
    for word in re.split(r"[\s,-]+", text.lower().strip()):
        if word in _REPEATS:
            repeat = _REPEATS[word]
            continue
        out += str(_UNITS.get(word, 0)) * repeat
        repeat = 1
    return out
