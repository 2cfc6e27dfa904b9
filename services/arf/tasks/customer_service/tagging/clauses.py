"""Splits a call into clauses with one statement each, even where speech recognition left no punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arf.calls.text import normalise, sentences
from arf.tasks.customer_service.tagging.values import Value, find_values
from arf.v1.transcript_pb2 import Call, Role, Turn

_FILLER = re.compile(
    r"\b(?:um+|uh+|erm?|hmm+|ah|you know|i guess|kind of|sort of|basically|literally|mhm|er)\b,?", re.IGNORECASE
)
_STUTTER = re.compile(r"\b([a-z']+)(?:,|\.\.\.|-)?\s+(?=\1\b)", re.IGNORECASE)
_SUBJECT = (
    r"(?:i|we|you|it|that|this|they|he|she|there|what|can|could|would|please|the|your|our|my|let|also|once|if|"
    r"as soon as|when)"
    r"(?:'?(?:ll|ve|m|re|d|s))?\b"
)
_CUT = re.compile(
    rf"(?:,|;|(?<!\s)(?:\s-)?)\s+(?:but|and|so|then|because|cause|however|also|plus)\s+(?={_SUBJECT})"
    r"|[;]\s+|\s-\s"
    r"|(?<!\s)\s+(?=(?:i'll|i've|we'll|we've|i\swill|we\swill|i\shave|we\shave|you'll|let\sme|i'm|what\si'll|i'd|"
    r"we'd|we\sneed|please|(?<!you\s)(?<!we\s)(?<!i\s)expect|you\scan\scount|(?:somebody|someone|"
    r"a\scolleague)\swill|you\swill|we're|i\scan|we\scan|we\scan't|i\scan't|is\sthere|could\syou|can\syou)\b)",
    re.IGNORECASE,
)
# A company statement continues after such a word: "once i've checked", "that we'll send".
_HOLDS = re.compile(
    r"(?:\b(?:once|if|when|until|unless|after|that|because|as|and|but|so|or|while|where|what|how|than|since|"
    r"before|whether|to|not|why|like|which|who|now|can|should)|,)\s*$",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:once|if|as soon as|when|provided|providing|as long as|assuming|should you)\b", re.IGNORECASE
)
_MAIN_VERB = re.compile(
    r"\b(?:i'?ll|we'?ll|i will|we will|i can|we can|you'?ll|(?:i'?m|we'?re) (?:able|going)|(?:i|we) promise)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Clause:
    """A stretch of one turn, [start, end) of the turn's `whole` text; text is lower-case and as long as it was.

    `values` have their places in `text`, `sentence` is what the clause is part of, and `issue` counts the
    matters of a call from 0.
    """

    turn_id: str
    turn: int
    role: Role
    text: str
    sentence: str
    whole: str
    start: int
    end: int
    values: tuple[Value, ...]
    issue: int = 0


def clauses(call: Call) -> list[Clause]:
    """The clauses of a call in order; fillers and repeated words are blanked, so that positions do not change."""
    return [clause for number, turn in enumerate(call.turns) for clause in _of_turn(number, turn)]


def _of_turn(number: int, turn: Turn) -> Iterator[Clause]:
    values = find_values(turn.text)
    plain = lower = _lower(normalise(turn.text))
    for blanked in (_FILLER, _STUTTER):
        plain = blanked.sub(lambda m: " " * len(m.group()), plain)
    for start, end, first, last in _spans(turn.text, plain, values):
        inside = tuple(_moved(v, start, lower) for v in values if start <= v.start and v.end <= end)
        yield Clause(turn.turn_id, number, turn.role, plain[start:end], plain[first:last], plain, start, end, inside)


def _moved(value: Value, start: int, text: str) -> Value:
    """A value at its position in its clause; an id without the "s" of "it's" or the "I" of the next word."""
    canonical = value.canonical
    if value.kind == "id":
        if text[: value.start].endswith("'") and re.match(r"[a-z]\b", text[value.start :]):
            canonical = canonical[1:]
        stray = re.search(r"(?:\bi\W*)+$", text[: value.end])
        if stray and text[value.end :].strip():
            canonical = canonical.removesuffix("I" * stray.group().count("i"))
    return Value(value.kind, canonical, value.text, value.start - start, value.end - start)


def _spans(text: str, plain: str, values: list[Value]) -> Iterator[tuple[int, int, int, int]]:
    for sentence in sentences(text):
        start = sentence.start
        for cut in _CUT.finditer(plain, sentence.start, sentence.end):
            if any(v.start < cut.start() < v.end for v in values) or cut.start() <= start:
                continue
            before = plain[start : cut.start()]
            bare = not cut.group().strip()
            if bare and (_HOLDS.search(before) or len(before.split()) < 2):
                continue
            condition = _CONDITION.search(before)
            if condition and not _MAIN_VERB.search(before):
                continue
            yield start, cut.start(), sentence.start, sentence.end
            start = cut.end() if not bare else cut.start()
        yield start, sentence.end, sentence.start, sentence.end


def _lower(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
