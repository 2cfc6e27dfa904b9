"""The support checker that needs no weights: are a claim's content words and values in the call, close together?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from arf.calls.text import words
from arf.v1.transcript_pb2 import Call

_FUNCTION_WORDS = frozenset(
    """a about after all also although an and any are as asked asks at be because been before being both but by can
    could did do does during each for from get gets got had has have having he her hers him his how however i if in into
    is it its itself just may me might more most must my no nor not of off on one only onto or other our out over own
    said say says she should so some such than that the their them then there these they this those though through to
    too told tells until up upon us very was we were what when where whether which while who whom whose why will with
    within without would yet you your""".split()  # noqa: SIM905
)
_REPORTING_WORDS = frozenset(
    """agent bot call caller contact contacted contacting conversation customer customers inquire inquired mention
    mentioned representative request requested respond responded support speaker state stated summary""".split()  # noqa: SIM905
)
# Enough to bring one verb's or noun's forms together; a real stemmer would need a table, and gained nothing.
_SUFFIX = re.compile(r"(?<=[a-z]{3})(?:ingly|edly|ments?|ations?|ings?|ions?|ers?|ies|ied|ed|es|ly|s|e|y)$")
_PREFIX = 5


def numbers(text: str) -> set[str]:
    """The words of a text that hold a digit: the values, where nothing better is known."""
    return {w for w in words(text) if any(c.isdigit() for c in w)}


class LexicalChecker:
    """Share of a claim's content words and values that a call has, rare words counting more.

    A word's weight is its inverse document frequency over the call's turns, ln(1 + N / (1 + turns with it)) (Spärck
    Jones 1972, smoothed). Half of the score is for the whole call, half for the best `window` turns in a row, so that
    words gathered from all over do not pass for one statement. A missing value costs as much as the rarest word, twice.
    """

    id = "lexical@1"

    def __init__(self, values: Callable[[str], Collection[str]] = numbers, window: int = 4) -> None:
        self._values = values
        self._window = window

    def support(self, claims: Sequence[str], call: Call) -> list[float]:
        """A score from 0 to 1 for each claim; 1 for one that has no content to check."""
        turns = [_stems(f"{t.speaker} {t.text}") for t in call.turns]
        n = max(1, len(turns))
        spread = Counter(stem for turn in turns for stem in turn)
        known_values = {v for t in call.turns for v in self._values(t.text)}
        windows = [set().union(*turns[i : i + self._window]) for i in range(max(1, len(turns) - self._window + 1))]

        def weight(stem: str) -> float:
            return math.log(1 + n / (1 + spread[stem]))

        def score(claim: str) -> float:
            values = set(self._values(claim))
            stems = _stems(claim)
            value_weight = 2 * math.log(1 + n)
            total = sum(map(weight, stems)) + value_weight * len(values)
            if total == 0:
                return 1.0
            right = value_weight * len(values & known_values)
            anywhere = sum(weight(s) for s in stems if _has(spread.keys(), s))
            together = max((sum(weight(s) for s in stems if _has(w, s)) for w in windows), default=0.0)
            return (right + (anywhere + together) / 2) / total

        return [score(claim) for claim in claims]


def _stems(text: str) -> set[str]:
    bare = (w.removesuffix("'s") for w in words(text))
    plain = (w for w in bare if w not in _FUNCTION_WORDS and w not in _REPORTING_WORDS)
    return {_SUFFIX.sub("", w) for w in plain if not any(c.isdigit() for c in w)}


def _has(stems: Collection[str], stem: str) -> bool:
    """The stem, or for a long one another that begins alike: `deliver` and `delivery`."""
    return stem in stems or (len(stem) >= _PREFIX and any(s.startswith(stem[:_PREFIX]) for s in stems))
