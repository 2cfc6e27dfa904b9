"""Compares negations with a free chat: which of the words the call affirms, and which it denies."""

from __future__ import annotations

import re
from itertools import pairwise

from arf.tasks.customer_service.detectors.alignment import AlignedTurn, Transcript
from arf.tasks.customer_service.detectors.answers import NO, YES
from arf.tasks.customer_service.detectors.lexicon import ASKS, converse, stop
from arf.tasks.customer_service.detectors.meaning import (
    Word,
    close_synonyms,
    lemma_set,
    negates,
    opposites,
    read_words,
    synonyms,
)

# How far from a word, in words that count, its negation may stand.
_REACH = 3
_SHARED = 2
_PRONOUNS = frozenset({"it", "them"})
_SAYS_NO = frozenset({"no", "nope", "nah", "never", "not"})
_PART = re.compile(r"(?<=[.!?;])\s+|\n")


def is_denied(call: Transcript, scope: list[Word]) -> bool:
    """Whether the call negates the words, answers a question about them with no, or says their opposites."""
    needed = min(_SHARED, len(scope))
    return (
        any(_negated_in(turn, scope, needed) for turn in call.turns)
        or _answered_no(call, scope, needed)
        or any(_opposed_in(turn, scope) for turn in call.turns)
    )


def is_asserted(call: Transcript, scope: list[Word], before: list[Word]) -> bool:
    """Whether one part of a turn, without a negation, has the first of the words and another or its speaker.

    A pronoun may stand for the other word; a question counts where it is answered with yes.
    """
    named = {w.lower.removesuffix("'s") for w in before}
    replies = [*call.call.turns[1:], None]
    for turn, reply in zip(call.call.turns, replies, strict=True):
        confirmed = reply is not None and reply.speaker != turn.speaker and YES.match(reply.text)
        for part in _PART.split(NO.sub("", turn.text, count=1)):
            words = read_words(part)
            lemmas = frozenset(lemma for w in words for lemma in lemma_set(w.lower))
            if (
                (ASKS.search(part) and not confirmed)
                or any(negates(w) for w in words)
                or not synonyms(scope[0].lower) & lemmas
            ):
                continue
            known = turn.speaker.lower() in named or (call.has_roles and any(w.lower in _PRONOUNS for w in words))
            if sum(bool(synonyms(w.lower) & lemmas) for w in scope) + known >= _SHARED:
                return True
    return False


def opposed(turn: AlignedTurn, word: Word) -> list[str]:
    """Words of a turn of which a word is the opposite, in either direction, what two parties each say left out."""
    lemmas = lemma_set(word.lower)
    against = opposites(word.lower)
    return [
        w.lower
        for w in turn.words
        if w.lower not in stop()
        and (lemma_set(w.lower) & against or lemmas & opposites(w.lower))
        and not _is_converse(w.lower, lemmas)
    ]


def _is_converse(other: str, lemmas: frozenset[str]) -> bool:
    """Whether two words are the two sides of one event."""
    return any(converse().get(lemma, frozenset()) & lemmas for lemma in lemma_set(other))


def _negated_in(turn: AlignedTurn, scope: list[Word], needed: int) -> bool:
    telling = [w for w in turn.words if negates(w) or (w.lower not in stop() and len(w.text) > 1)]
    for index, word in enumerate(telling):
        if not negates(word):
            continue
        around = telling[max(0, index - _REACH) : index + _REACH + 1]
        lemmas = frozenset(lemma for w in around for lemma in lemma_set(w.lower))
        if sum(bool(synonyms(w.lower) & lemmas) for w in scope) >= needed:
            return True
    return False


def _answered_no(call: Transcript, scope: list[Word], needed: int) -> bool:
    for turn, answer in pairwise(call.turns):
        if turn.speaker == answer.speaker or not any(w.lower in _SAYS_NO for w in answer.words[:2]):
            continue
        if sum(bool(synonyms(w.lower) & turn.lemmas) for w in scope) >= needed:
            return True
    return False


def _opposed_in(turn: AlignedTurn, scope: list[Word]) -> bool:
    for word in scope:
        others = [w for w in scope if w is not word]
        if opposed(turn, word) and (not others or any(close_synonyms(w.lower) & turn.lemmas for w in others)):
            return True
    return False
