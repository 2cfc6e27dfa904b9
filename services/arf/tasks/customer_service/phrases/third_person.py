"""Rewrites a short clause of a call in the third person, or refuses if that is not safe."""

from __future__ import annotations

import re

from arf.tasks.customer_service.phrases.rendering import amount_text, date_text, time_text
from arf.tasks.customer_service.tagging.values import find_values

_MAX_WORDS = 16
_OBJECTS = frozenset({"us", "me"})
_SUBJECTS = frozenset({"customer", "company", "agent"})
_PERSONS = {
    "we": "the company",
    "our": "the company's",
    "us": "the company",
    "your": "their",
    "we've": "the company has",
    "we're": "the company is",
    "you've": "the customer has",
    "you're": "the customer is",
    "you'll": "the customer will",
    "you": "the customer",
    "i": "the agent",
    "me": "the agent",
    "i've": "the agent has",
    "we'll": "the company will",
    "i'm": "the agent is",
}
_SPELLED_OUT = {
    "it's": "it is",
    "that's": "that is",
    "there's": "there is",
    "isn't": "is not",
    "hasn't": "has not",
    "wasn't": "was not",
    "doesn't": "does not",
    "don't": "do not",
    "can't": "cannot",
    "won't": "will not",
    "didn't": "did not",
    "haven't": "have not",
    "they're": "they are",
    "aren't": "are not",
    "weren't": "were not",
    "couldn't": "could not",
}
_AGREES = {
    "are": "is",
    "have": "has",
    "do": "does",
    "don't": "does not",
    "haven't": "has not",
    "aren't": "is not",
    "were": "was",
}
_ADVERBS = frozenset({"already", "still", "also", "then", "just", "actually"})
# Verbs with one form for all subjects: modals, and pasts that do not end in -ed.
_FIXED = _ADVERBS | {
    *("will", "can", "could", "would", "should", "may", "might", "must", "cannot", "can't", "won't", "had", "hadn't"),
    *("did", "didn't", "was", "wasn't", "is", "has", "does", "bought", "sent", "got", "paid", "made", "took", "gave"),
    *("said", "chose", "kept", "lost", "broke", "left", "told", "went", "came"),
}
# What the result must not contain: what stands for something else, chatter, a number that could not be normalised.
_UNSAFE = re.compile(
    r"\b(?:it|it's|its|this|that|that's|these|those|them|they|one|there|here|i'll|i'd|you'd|please|sorry|thanks|thank|okay|ok|yes|my|mine|yours|let)\b"
)
_SPOKEN_ID = re.compile(
    r"\b(?:\w\s+){3,}\w\b|(?:\b(?:zero|one|two|three|four|five|six|seven|eight|nine|oh|double)\b\s*){3,}"
)


def of_company(text: str) -> str | None:
    """An agent's clause in the third person: "you return it" gives "the customer returns it"."""
    words = [w for w in re.split(r"\s+", _values_shown(text).strip(" ,.;:!?-")) if w]
    if _UNSAFE.search(text) or not 2 <= len(words) <= _MAX_WORDS or any(c in text for c in '()[]{}<>:"|'):
        return None
    if _SPOKEN_ID.search(text):
        return None
    told: list[str] = []
    pending = False
    for word in words:
        bare, tail = (word[:-1], ",") if word.endswith(",") else (word, "")
        lower = bare.lower()
        if pending:
            lower, bare, pending = _verb(lower, bare)
        mapped = _PERSONS.get(lower) or _SPELLED_OUT.get(lower) or bare
        told.append(mapped + tail)
        pending = pending or (lower in _PERSONS and lower not in _OBJECTS and mapped.split()[-1] in _SUBJECTS)
    return " ".join(told)


def _verb(lower: str, bare: str) -> tuple[str, str, bool]:
    """The verb agreeing with its new subject; an adverb in between is kept for the next word."""
    if lower in _AGREES:
        return _AGREES[lower], _AGREES[lower], False
    if lower in _FIXED:
        return lower, bare, lower in _ADVERBS
    if not lower.isalpha() or lower.endswith(("ed", "ing")):
        return lower, bare, False
    if lower.endswith(("s", "sh", "ch", "x", "o")):
        return lower, bare + "es", False
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return lower, bare[:-1] + "ies", False
    return lower, bare + "s", False


def _values_shown(text: str) -> str:
    show = {"money": amount_text, "date": date_text, "time": time_text}
    for value in reversed(find_values(text)):
        if value.kind in show:
            text = text[: value.start] + show[value.kind](value.canonical) + text[value.end :]
        elif value.kind == "id":
            text = text[: value.start] + value.canonical + text[value.end :]
    return text
