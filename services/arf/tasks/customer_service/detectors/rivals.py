"""Details of a free chat that stand against others of their kind: "white" where red was said, "6 pm" where "6" was."""

from __future__ import annotations

import re
from difflib import get_close_matches

from arf.tasks.customer_service.detectors.alignment import Transcript
from arf.tasks.customer_service.detectors.lexicon import rivals
from arf.tasks.customer_service.detectors.meaning import Word, close_synonyms, is_content, lemma_set
from arf.tasks.customer_service.tagging.values import Value

_DIGITS = re.compile(r"\d+")
_HALF_HOUR = "PT30M"
_TURNS = 2
_NEAR = 5
_ALIKE = 0.8
_MIN_SHORT = 2


def rival(call: Transcript, words: list[Word], word: Word) -> tuple[str, str] | None:
    """What the call says in place of a word that excludes it, and in which turn; None if the word has support."""
    sets = _sets(word.lower)
    if not sets or call.says(word.lower) or close_synonyms(word.lower) & frozenset(call.lemmas):
        return None
    at = words.index(word)
    near = [w for w in words[max(0, at - _NEAR) : at + _NEAR + 1] if w is not word and is_content(w)]
    for turn in call.align(near, _TURNS):
        for said in turn.words:
            if sets & _sets(said.lower):
                return said.text, turn.turn_id
    return None


def loosely_said(call: Transcript, value: Value) -> bool:
    """Whether a chat has the digits of a value without its unit, or says it in half hours."""
    digits = _DIGITS.findall(value.text)
    said = set(_DIGITS.findall(call.text))
    return (bool(digits) and said.issuperset(digits)) or (value.canonical == _HALF_HOUR and "half" in call.text)


def is_variant(call: Transcript, name: str) -> bool:
    """Whether a lower-case name is another spelling, or the long form, of a word that the chat writes."""
    said = [word.lower for turn in call.turns for word in turn.words if word.text[0].isupper()]
    said += [part for speaker in call.speakers for part in speaker.split()]
    return bool(get_close_matches(name, said, 1, _ALIKE)) or any(
        len(short) >= _MIN_SHORT and name.startswith(short) for short in said
    )


def _sets(word: str) -> set[int]:
    table = rivals()
    return {number for lemma in lemma_set(word) for number in table.get(lemma, ())}
