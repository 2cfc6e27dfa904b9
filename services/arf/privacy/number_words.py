"""English number words and their values, for all readers of spoken digits."""

from __future__ import annotations

_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

DIGITS = {word: n for n, word in enumerate(_DIGITS)}
TEENS = {word: n for n, word in enumerate(_TEENS, 10)}
TENS = {word: 10 * n for n, word in enumerate(_TENS, 2)} | {"fourty": 40}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
"""Words that repeat the next digit, with how often."""
ZEROS = ("oh", "o", "nought", "naught", "nil")
"""Other words for zero."""
PLURALS = {f"{word}{'es' if word == 'six' else 's'}": str(n) for word, n in DIGITS.items()} | {
    "zeroes": "0",
    "ohs": "0",
}
"""Plurals of digits, as in "four ones"."""
