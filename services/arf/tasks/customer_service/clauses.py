"""A call cut into clauses small enough to hold one statement, also where speech recognition left no punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arf.kit.text import normalise, sentences
from arf.tasks.customer_service.values import Value, find_values
from arf.v1.transcript_pb2 import Call, Role, Turn

_FILLER = re.compile(
    r"\b(?:um+|uh+|erm?|hmm+|ah|you know|i guess|kind of|sort of|basically|literally|mhm|er)\b,?", re.IGNORECASE
)
_STUTTER = re.compile(r"\b([a-z']+)(?:,|\.\.\.|-)?\s+(?=\1\b)", re.IGNORECASE)
_SUBJECT = (
    r"(?:i|we|you|it|that|this|they|he|she|there|what|can|could|would|please|the|your|our|my|let|also|once|if|as soon as|when)"
    r"(?:'?(?:ll|ve|m|re|d|s))?\b"
)
_CUT = re.compile(
    rf"(?:,|;|\s-)?\s+(?:but|and|so|then|because|cause|however|also|plus)\s+(?={_SUBJECT})"
    r"|[;]\s+|\s-\s"
    r"|\s+(?=(?:i'll|i've|we'll|we've|i\swill|we\swill|i\shave|we\shave|you'll|let\sme|i'm|i\scan|we\scan|we\scan't|i\scan't|is\sthere|could\syou|can\syou)\b)",
    re.IGNORECASE,
)
# A company statement goes on after such a word: "once i've checked", "that we'll send".
_HOLDS = re.compile(
    r"(?:\b(?:once|if|when|until|unless|after|that|because|as|and|but|so|or|while|where|what|how|than|since|before|whether|to|not|why|like|which|who|now)|,)\s*$",
    re.IGNORECASE,
)
_CONDITION_FIRST = re.compile(
    r"^\W*(?:(?:and|but|so|then|okay|ok|right|well|now|yes|sure)\W+)*(?:once|if|as soon as|when|provided|providing|as long as|after|assuming|should you)\b",
    re.IGNORECASE,
)
_MAIN_VERB = re.compile(r"\b(?:i'?ll|we'?ll|i will|we will|i can|we can|you'?ll)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """A stretch of one turn: lower-case `text` of the same length as the original, its values with places in it."""

    turn_id: str
    turn: int
    role: Role
    text: str
    values: tuple[Value, ...]


def clauses(call: Call) -> Iterator[Clause]:
    """The clauses of a call in order; fillers and repeated words are blanked, so that places stay what they were."""
    for number, turn in enumerate(call.turns):
        yield from _of_turn(number, turn)


def _of_turn(number: int, turn: Turn) -> Iterator[Clause]:
    values = find_values(turn.text)
    plain = _lower(normalise(turn.text))
    for blanked in (_FILLER, _STUTTER):
        plain = blanked.sub(lambda m: " " * len(m.group()), plain)
    for start, end in _spans(turn.text, plain, values):
        inside = tuple(
            Value(v.kind, v.canonical, v.text, v.start - start, v.end - start)
            for v in values
            if start <= v.start and v.end <= end
        )
        yield Clause(turn.turn_id, number, turn.role, plain[start:end], inside)


def _spans(text: str, plain: str, values: list[Value]) -> Iterator[tuple[int, int]]:
    for sentence in sentences(text):
        start = sentence.start
        for cut in _CUT.finditer(plain, sentence.start, sentence.end):
            if any(v.start < cut.start() < v.end for v in values) or cut.start() <= start:
                continue
            before = plain[start : cut.start()]
            bare = not cut.group().strip()
            if bare and (_HOLDS.search(before) or len(before.split()) < 2):
                continue
            if _CONDITION_FIRST.match(before) and not _MAIN_VERB.search(before):
                continue
            yield start, cut.start()
            start = cut.end() if not bare else cut.start()
        yield start, sentence.end


def _lower(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
