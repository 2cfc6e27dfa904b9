"""Whether a text can be a summary of a call, by means that share nothing with the writer: the words that were said.

It reads no cues and no tags. Each sentence must be prose about the parties, and of its words no more may be without
support than with: a word has it if it was said, in any form, or if WordNet has it near in meaning to one that was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from arf.calls.text import Sentence, normalise, sentences, words
from arf.tasks.customer_service.detectors.meaning import is_content, kin, lemma_set, read_words, synonyms
from arf.v1.transcript_pb2 import Call

_SPEAKS = re.compile(
    r"\b(?:i|i'm|i've|i'll|my|we|we're|we've|we'll|our|you|you're|you've|you'll|your)\b", re.IGNORECASE
)
_QUOTED = re.compile(r'"[^"]*"')
_PROSE = re.compile(r"\A[A-Z\"'(].*[.!?][\"')]*$", re.DOTALL)
_SHORT = 4
"""Sentences of so few words may be the same by chance."""


def doubts(call: Call, text: str) -> list[str]:
    """Why a text may be no summary of the call; empty if nothing speaks against it."""
    said = frozenset(lemma for turn in call.turns for w in read_words(turn.text) for lemma in lemma_set(w.lower))
    near = said.union(*(synonyms(w.lower) for turn in call.turns for w in read_words(turn.text) if is_content(w)))
    spoken = {tuple(words(s.text)) for turn in call.turns for s in sentences(turn.text)}
    return [why for sentence in sentences(text) for why in _doubts(sentence, said, near, spoken)]


def _doubts(
    sentence: Sentence, said: frozenset[str], near: frozenset[str], spoken: set[tuple[str, ...]]
) -> Iterator[str]:
    name = f"sentence {sentence.index + 1}"
    if not _PROSE.match(sentence.text):
        yield f"{name} is no whole sentence"
    if _SPEAKS.search(_QUOTED.sub("", normalise(sentence.text))):
        yield f"{name} speaks as one of the parties"
    told = tuple(words(sentence.text))
    if len(told) > _SHORT and told in spoken:
        yield f"{name} is a party's own"
    content = [w.lower for w in read_words(sentence.text) if is_content(w)]
    without = [w for w in content if not lemma_set(w) & said and not kin(w) & near]
    if 2 * len(without) > len(content):
        yield f"{name} tells what the call does not: {', '.join(dict.fromkeys(without))}"
