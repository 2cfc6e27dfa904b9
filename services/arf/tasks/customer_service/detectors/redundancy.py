"""REDUNDANCY: a sentence or a phrase said twice, a turn copied word for word, pleasantries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arf.calls.text import normalise
from arf.tasks.base import Bounds
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

_WORD = re.compile(r"[^\W_]+(?:['.,:/-][^\W_]+)*")
_PHRASE = 10
"""Words of a phrase that no summary of our length needs twice."""
_STUTTER = re.compile(r"\b(\w+(?:\W+\w+){0,3})(?:\W+\1\b){2,}", re.IGNORECASE)
_PLEASANTRY = re.compile(
    r"thank(?:s|ed|ing)? (?:you|the (?:customer|agent))"
    r"|\bthanks for\b|thanked (?:them|him|her|each)|you(?:'re| are) welcome"
    r"|(?:have|wish\w*)(?: \w+){0,3} (?:a )?"
    r"(?:great|good|nice|lovely|pleasant|wonderful) (?:rest of|day|evening|weekend|time)"
    r"|(?:anything|something) else (?:i|we|they) (?:can|could)|\bgreeted\b"
    r"|exchanged (?:greetings|pleasantries|goodbyes)"
    r"|said (?:goodbye|hello)|happy to help|glad to help|good (?:morning|afternoon|evening)\b"
    r"|best regards|kind regards",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


class Redundancy:
    """Finds what a summary repeats, copies, or need not say."""

    id = "redundancy@1"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_REDUNDANCY})
    languages = frozenset({"en"})

    def __init__(self, bounds: Bounds) -> None:
        self._copied = bounds.max_copied_words

    def detect(self, subject: Subject) -> list[Finding]:
        words = _words(subject.summary)
        return [
            *_repeated_sentences(subject),
            *_repeated_phrases(subject, words),
            *_stutters(subject),
            *self._copies(subject, words),
            *_pleasantries(subject),
        ]

    def _copies(self, subject: Subject, words: Sequence[_Word]) -> Iterator[Finding]:
        """The longest run copied from each turn, if it is too long; one finding for a place."""
        ends: set[int] = set()
        for turn in subject.call.turns:
            first, length = longest_run([w.text for w in words], [w.text for w in _words(turn.text)])
            if length <= self._copied or first + length in ends:
                continue
            ends.add(first + length)
            yield finding(
                subject,
                f.ERROR_TYPE_REDUNDANCY,
                (words[first].start, words[first + length - 1].end),
                [turn.turn_id],
                because=f"{length} words in a row are copied from a turn; at most {self._copied} may be.",
                fix="Say it in fewer words of your own, in the third person.",
                confidence=1.0,
            )


def longest_run(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """Where in `a` the longest run of words that is also in `b` begins, and its length; the first of equals."""
    best = (0, 0)
    before = [0] * (len(b) + 1)
    for i, word in enumerate(a):
        here = [0] * (len(b) + 1)
        for j, other in enumerate(b):
            if word == other:
                here[j + 1] = before[j] + 1
                if here[j + 1] > best[1]:
                    best = (i + 1 - here[j + 1], here[j + 1])
        before = here
    return best


def _repeated_sentences(subject: Subject) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for sentence in subject.sentences:
        key = tuple(w.text for w in _words(sentence.text))
        if key and key in seen:
            yield finding(
                subject,
                f.ERROR_TYPE_REDUNDANCY,
                (sentence.start, sentence.end),
                because="The sentence repeats an earlier one.",
                fix="Leave the sentence out.",
                confidence=1.0,
            )
        seen.add(key)


def _repeated_phrases(subject: Subject, words: Sequence[_Word]) -> Iterator[Finding]:
    """Phrases that come again; a repeated stretch is reported once, at its second place."""
    seen: dict[tuple[str, ...], int] = {}
    covered = 0
    for i in range(len(words) - _PHRASE + 1):
        phrase = tuple(w.text for w in words[i : i + _PHRASE])
        first = seen.setdefault(phrase, i)
        # An overlap with itself is a stutter, which has its own finding.
        if first + _PHRASE <= i and i >= covered:
            length = _PHRASE
            while (
                i + length < len(words) and first + length < i and words[i + length].text == words[first + length].text
            ):
                length += 1
            covered = i + length
            yield finding(
                subject,
                f.ERROR_TYPE_REDUNDANCY,
                (words[i].start, words[i + length - 1].end),
                because=f"{length} words in a row repeat earlier ones.",
                fix="Say it once.",
                confidence=0.9,
            )


def _stutters(subject: Subject) -> Iterator[Finding]:
    for match in _STUTTER.finditer(subject.summary):
        yield finding(
            subject,
            f.ERROR_TYPE_REDUNDANCY,
            match.span(),
            because=f'"{match[1]}" is said three times or more in a row.',
            fix="Say it once.",
            confidence=1.0,
        )


def _pleasantries(subject: Subject) -> Iterator[Finding]:
    for match in _PLEASANTRY.finditer(normalise(subject.summary)):
        yield finding(
            subject,
            f.ERROR_TYPE_REDUNDANCY,
            match.span(),
            because=f'"{match.group()}" is a courtesy that tells nothing of the case.',
            fix="Leave it out.",
            confidence=0.8,
        )


def _words(text: str) -> list[_Word]:
    return [_Word(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(normalise(text))]
