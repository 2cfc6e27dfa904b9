"""Who a free chat says something of: by the pronouns of the turn that says it, for chats between named people."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arf.tasks.customer_service.detectors.alignment import Transcript
from arf.tasks.customer_service.detectors.lexicon import ASKS, negations
from arf.tasks.customer_service.detectors.meaning import Word, is_content, lemma_set, read_words

_FIRST = re.compile(r"\b(?:i|i'm|im|i'll|i've|i'd|my|me|mine)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|you're|you'll|you've|your|u|ur)\b", re.IGNORECASE)
# What the other party is or is to do; "you'll have it" only says who is to get it.
_YOU_DO = re.compile(r"\b(?:you're|you (?:should|must|need to|have to|are|were|look|seem))\b", re.IGNORECASE)
_SHARED = re.compile(
    r"\b(?:we|we'll|we're|we've|us|our|let's|lets|both|together|he|she|his|her|him|they|their|them)\b", re.IGNORECASE
)
_PART = re.compile(r"(?<=[.!?;])\s+|\n")
_CLAUSE_WORDS = frozenset(
    {"because", "but", "while", "although", "so", "who", "when", "after", "before", "then", "as", "if", "since"}
)
_STARTS = _CLAUSE_WORDS | {"and", "that", "whereas", "because"}
# Verbs of which the subject is whoever spoke.
_TELLS = frozenset(
    {"ask", "tell", "say", "want", "think", "recommend", "complain", "explain", "suggest", "offer", "inform"}
    | {"believe", "feel", "hope", "plan", "prefer", "request", "invite", "advise", "wish", "introduce", "order", "like"}
)
_CONJOINED = re.compile(r"^\s*(?:,|and\b|or\b|&|with\b)")
_MOST_WORDS = 12
_ENOUGH = 2
_PAIR = 2


@dataclass(frozen=True)
class NamedClause:
    """A clause whose subject, or the owner of its subject, is a speaker: the words it says of them."""

    name: Word
    predicate: tuple[Word, ...]
    told: bool
    names_other: bool


def named_clauses(call: Transcript, text: str) -> list[NamedClause]:
    """The clauses of a sentence that begin with a speaker's name."""
    words = read_words(text)
    found = []
    for index, name in enumerate(words[:-1]):
        first = index == 0 or words[index - 1].lower in _STARTS or text[name.start - 2 : name.start] == ", "
        if not first or _bare(name) not in call.speakers or _CONJOINED.match(text[name.end :]):
            continue
        if index and words[index - 1].lower == "and" and index > 1 and _bare(words[index - 2]) in call.speakers:
            continue
        clause: list[Word] = []
        for word in words[index + 1 : index + 1 + _MOST_WORDS]:
            if word.lower in _CLAUSE_WORDS or (word.lower == "and" and sum(is_content(w) for w in clause) >= _ENOUGH):
                break
            clause.append(word)
        # What is denied of somebody may have been said by the other.
        if any(w.lower in negations() for w in clause):
            continue
        predicate = tuple(w for w in clause if is_content(w) and _bare(w) not in call.speakers)
        told = any(lemma_set(w.lower) & _TELLS for w in clause[:2])
        found.append(NamedClause(name, predicate, told, any(_bare(w) in call.speakers for w in clause)))
    return found


def owner(call: Transcript, clause: NamedClause) -> tuple[str, str] | None:
    """The speaker, other than the one named, of whom alone the call says the clause, and the turn; None if unsure."""
    if len(clause.predicate) < _ENOUGH or (clause.names_other and not clause.told):
        return None
    name = _bare(clause.name)
    found: tuple[str, str] | None = None
    for turn in call.call.turns:
        for part in _PART.split(turn.text):
            lemmas = frozenset(lemma for w in read_words(part) for lemma in lemma_set(w.lower))
            shared = sum(bool(lemma_set(w.lower) & lemmas) for w in clause.predicate)
            if shared == 0:
                continue
            own = turn.speaker if clause.told else _of_whom(call, turn.speaker, part)
            if shared < _ENOUGH and turn.speaker.lower() != name:
                continue
            if own is None or own.lower() == name or (name in lemmas and not clause.told):
                return None
            if found is not None and found[0] != own:
                return None
            found = found or (own, turn.turn_id)
    return found


def _of_whom(call: Transcript, speaker: str, part: str) -> str | None:
    """The speaker in the first person, the one other in the second, None where both or others are spoken of."""
    first, you = bool(_FIRST.search(part)), bool(_YOU.search(part))
    if first == you or _SHARED.search(part) or (first and ASKS.search(part)):
        return None
    if first:
        return speaker
    if not _YOU_DO.search(part):
        return None
    others = call.speakers - {speaker.lower()}
    return next(iter(others)).title() if len(call.speakers) == _PAIR else None


def _bare(word: Word) -> str:
    return word.lower.removesuffix("'s")
