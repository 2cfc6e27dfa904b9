"""What words mean to each other: forms, synonyms, kin and opposites, by WordNet and by our own lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from arf.calls.text import normalise
from arf.tasks.customer_service.detectors.lexicon import (
    denials,
    negations,
    own_opposites,
    own_synonyms,
    reporting,
    stop,
)
from arf.tasks.customer_service.detectors.wordnet import wordnet

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True)
class Word:
    """A word with its place in the text it came from."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.text.lower()


def read_words(text: str) -> list[Word]:
    """The words of a text, numbers left out."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(normalise(text))]


@lru_cache(maxsize=65536)
def lemma_set(word: str) -> frozenset[str]:
    """Every lemma a lower-case word form can stand for, itself included."""
    word = word.removesuffix("'s")
    net = wordnet()
    lemmas = {lemma for _, lemma in net.lemmas(word)} if net else set()
    return frozenset(lemmas | {word, _stem(word)})


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ers", "ies", "ied", "ed", "es", "ly", "er", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=65536)
def synonyms(word: str) -> frozenset[str]:
    """Lemmas that mean the same as a lower-case word form, by WordNet and by our own list."""
    net = wordnet()
    lemmas = lemma_set(word)
    found = set(lemmas)
    for lemma in lemmas:
        found |= own_synonyms().get(lemma, frozenset())
    if net:
        found |= net.synonyms(word)
    return frozenset(found)


@lru_cache(maxsize=65536)
def own_synonym_set(word: str) -> frozenset[str]:
    """Near-synonyms of a lower-case word form by our own list alone."""
    return frozenset(s for lemma in lemma_set(word) for s in own_synonyms().get(lemma, frozenset()))


@lru_cache(maxsize=65536)
def close_synonyms(word: str) -> frozenset[str]:
    """Lemmas that mean the same as a lower-case word form in its commonest sense."""
    net = wordnet()
    return lemma_set(word) | own_synonym_set(word) | (net.synonyms(word, 1) if net else frozenset())


def above(word: str) -> frozenset[str]:
    """Lemmas of what a lower-case word form is a kind of."""
    net = wordnet()
    return net.above(word) if net else frozenset()


@lru_cache(maxsize=65536)
def kin(word: str) -> frozenset[str]:
    """Lemmas near in meaning to a lower-case word form: synonyms, derived, more general, more special."""
    net = wordnet()
    return synonyms(word) | (net.kin(word) if net else frozenset())


@lru_cache(maxsize=65536)
def opposites(word: str) -> frozenset[str]:
    """Lemmas of the opposite meaning."""
    net = wordnet()
    found: set[str] = set()
    for lemma in lemma_set(word):
        found |= own_opposites().get(lemma, frozenset())
    if net:
        found |= net.opposites(word)
    return frozenset(found - lemma_set(word))


def is_content(word: Word) -> bool:
    """Whether a word says something of its own that a call must support."""
    return len(word.text) > 2 and word.lower not in stop() and not lemma_set(word.lower) & reporting()


def negates(word: Word) -> bool:
    """Whether a word denies what stands near it."""
    return word.lower in negations() or bool(lemma_set(word.lower) & denials())
