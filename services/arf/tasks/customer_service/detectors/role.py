"""ROLE_MISATTRIBUTION: the right act or words given to the wrong party."""

from __future__ import annotations

import re

from arf.kit.detection import Subject
from arf.kit.text import Sentence
from arf.tasks.customer_service.detectors.alignment import Transcript, transcript
from arf.tasks.customer_service.detectors.claims import Claim, claims
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.detectors.meaning import Word, is_content, lemma_set, read_words
from arf.tasks.customer_service.slots import Act
from arf.tasks.customer_service.status import CUSTOMER_ACTS
from arf.v1 import finding_pb2 as f
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import ErrorType, Finding

_NAMES = {t.ROLE_CUSTOMER: "the customer", t.ROLE_AGENT: "the agent", t.ROLE_BOT: "the bot"}
_COMPANY = (t.ROLE_AGENT, t.ROLE_BOT)
_SETTLED = (t.FACT_STATUS_DONE, t.FACT_STATUS_PROMISED, t.FACT_STATUS_REFUSED, t.FACT_STATUS_CONDITIONAL)
_FIRST = re.compile(r"\b(?:i|i'm|im|i'll|i've|i'd|my|me|mine)\b", re.IGNORECASE)
_SHARED = re.compile(r"\b(?:we|we'll|we're|us|our|let's|lets|you|your|you'll|both|together|u)\b", re.IGNORECASE)
_SHARED_WORDS = 2
_CLAUSE_WORDS = frozenset({"because", "but", "while", "although", "so", "who", "when", "after", "before", "then"})
# Verbs of which the subject is whoever spoke.
_TELLS = frozenset(
    {"ask", "tell", "say", "want", "think", "recommend", "complain", "explain", "suggest", "offer", "inform", "need"}
    | {"believe", "feel", "hope", "plan", "prefer", "request", "invite", "advise", "wish", "introduce", "order", "like"}
)
_CONJOINED = re.compile(r"^\s*(?:,|and\b|or\b|&|'s\b|with\b)")


class RoleMisattribution:
    """Compares who acts in a summary sentence with who says so in the call: by role, and in free chats by name."""

    id = "role@1"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_ROLE_MISATTRIBUTION})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        """Findings of this detector, in order of place."""
        call = transcript(subject.call)
        found = []
        for sentence in subject.sentences:
            if call.has_roles:
                found += [x for c in claims(sentence) if (x := self._by_role(subject, call, c)) is not None]
            else:
                found += self._by_name(subject, call, sentence)
        return found

    def _by_role(self, subject: Subject, call: Transcript, claim: Claim) -> Finding | None:
        acts = [a for a in call.slots.acts if a.kind == claim.kind]
        if claim.actor is None or claim.asked_by is not None or not acts:
            return None
        wrong = _wrong_party(claim, acts)
        if wrong is None or (wrong in _COMPANY and _customer_says_so(call, claim)):
            return None
        evidence = [turn for a in acts for turn in a.turn_ids]
        return finding(
            subject,
            f.ERROR_TYPE_ROLE_MISATTRIBUTION,
            (claim.start, claim.end),
            evidence,
            because=f"The {claim.kind.replace('_', ' ')} is given to {_NAMES[claim.actor]}; it is {_NAMES[wrong]}'s.",
            fix=f"Say that it was {_NAMES[wrong]}.",
            confidence=0.8,
        )

    def _by_name(self, subject: Subject, call: Transcript, sentence: Sentence) -> list[Finding]:
        words = read_words(sentence.text)
        if not words or words[0].lower not in call.speakers or _CONJOINED.match(sentence.text[words[0].end :]):
            return []
        name = words[0]
        predicate = _predicate(words, call)
        told = any(lemma_set(w.lower) & _TELLS for w in words[1:3])
        # Where both are named, what one says in the first person may be what the other does for them.
        both = any(w.lower in call.speakers for w in words[1:14])
        if len(predicate) < _SHARED_WORDS or (both and not told):
            return []
        owner = _other_speaker(call, predicate, name.lower, told=told)
        if owner is None:
            return []
        speaker, turn_id = owner
        return [
            finding(
                subject,
                f.ERROR_TYPE_ROLE_MISATTRIBUTION,
                (sentence.start + name.start, sentence.start + name.end),
                [turn_id],
                because=f"{name.text} is said to do this, but in the call {speaker} says it of themselves.",
                fix=f"Name {speaker} in place of {name.text}.",
                confidence=0.6,
            )
        ]


def _wrong_party(claim: Claim, acts: list[Act]) -> t.Role | None:
    """Whose act it is, where the claim names another."""
    actors = {a.actor for a in acts if a.status != t.FACT_STATUS_REQUESTED}
    if claim.kind in CUSTOMER_ACTS:
        if claim.actor in _COMPANY and claim.status in _SETTLED and actors == {t.ROLE_CUSTOMER}:
            return t.ROLE_CUSTOMER
        return None
    if claim.actor == t.ROLE_CUSTOMER and claim.status in _SETTLED and actors and t.ROLE_CUSTOMER not in actors:
        return min(actors)
    if claim.actor in _COMPANY and claim.status == t.FACT_STATUS_REQUESTED:
        return t.ROLE_CUSTOMER if all(a.actor == t.ROLE_CUSTOMER for a in acts) else None
    return None


def _customer_says_so(call: Transcript, claim: Claim) -> bool:
    """Whether a customer turn speaks of the act as the customer's own: "I cancelled it myself"."""
    return any(kind == claim.kind for _, kind in call.own_acts)


def _predicate(words: list[Word], call: Transcript) -> list[Word]:
    """The content words after the subject up to the next clause, names of speakers left out."""
    kept: list[Word] = []
    for word in words[1:14]:
        if word.lower in _CLAUSE_WORDS or (word.lower == "and" and len(kept) >= 2):
            break
        if is_content(word) and word.lower not in call.speakers:
            kept.append(word)
    return kept


def _other_speaker(call: Transcript, predicate: list[Word], name: str, *, told: bool) -> tuple[str, str] | None:
    """The one other speaker who says the predicate, if the named one says none of it and nobody says it of them.

    Where the sentence tells what somebody said (`told`), whoever uses the words said it; else only what a speaker says
    in the first person is the speaker's own.
    """
    best: tuple[str, str] | None = None
    for turn, raw in zip(call.turns, call.call.turns, strict=True):
        shared = sum(bool(lemma_set(w.lower) & turn.lemmas) for w in predicate)
        if shared == 0:
            continue
        if turn.speaker.lower().split()[0] == name or (name in turn.lemmas and not told):
            return None
        if shared < min(_SHARED_WORDS, len(predicate)):
            continue
        own = told or (_FIRST.search(raw.text) and not _SHARED.search(raw.text))
        if not own or (best is not None and best[0] != turn.speaker):
            return None
        best = best or (turn.speaker, turn.turn_id)
    return best
