"""WRONG_DETAIL: a value or a name in the summary that is not in the call, or that was taken back there."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache, partial

from arf.calls.text import Sentence
from arf.tasks.customer_service.detectors.alignment import AlignedTurn, Transcript, transcript
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.detectors.lexicon import stop
from arf.tasks.customer_service.detectors.meaning import Word, lemma_set, read_words
from arf.tasks.customer_service.detectors.wordnet import wordnet
from arf.tasks.customer_service.tagging.values import Value, find_values, same
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

# Short forms that a writer may use for what was said in full.
_KNOWN_NAMES = frozenset(
    {"tv", "id", "pin", "usd", "eur", "gbp", "pm", "am", "ok", "us", "uk", "sms", "faq", "dm", "url", "it", "i"}
    | {"english", "wifi"}
)
_HYPHENED = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_DIGITS = re.compile(r"\d+")
_HALF_HOUR = "PT30M"
_ALIKE = 0.8
_MIN_SHORT = 2
_KINDS = {"id": "number", "number": "number"}


class WrongDetail:
    """Compares the values and proper names of a summary with those of its call."""

    id = "details@4"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_WRONG_DETAIL})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        call = transcript(subject.call)
        found = []
        for sentence in subject.sentences:
            words = read_words(sentence.text)
            about = cache(partial(call.align, words, 8))
            values = [v for v in find_values(sentence.text) if not _is_enumeration(sentence.text, v)]
            for value in values:
                if (wrong := self._value(subject, call, sentence, value, about)) is not None:
                    found.append(wrong)
            taken = {at for v in values for at in range(v.start, v.end)}
            for index, word in enumerate(words):
                if (
                    word.start not in taken
                    and _is_unknown_name(call, word, index == 0)
                    and not _is_other_form(call, sentence.text, word)
                ):
                    found.append(self._name(subject, sentence, word, about()))
        return found

    def _value(
        self,
        subject: Subject,
        call: Transcript,
        sentence: Sentence,
        value: Value,
        about: Callable[[], list[AlignedTurn]],
    ) -> Finding | None:
        span = (sentence.start + value.start, sentence.start + value.end)
        said = [(turn_id, v) for turn_id, v in call.values if same(v, value)]
        if not said:
            if not call.has_roles and _loosely_said(call, value):
                return None
            if value.kind == "number" and not re.search(r"[3-9]|\d\d", value.canonical):
                return None
            near = _nearest(call, value, about())
            return finding(
                subject,
                f.ERROR_TYPE_WRONG_DETAIL,
                span,
                [near[0]] if near else [],
                because=f'The {_KINDS.get(value.kind, value.kind)} "{value.text}" is not in the call.',
                fix=f'Write "{near[1].text}" as the call says.' if near else f'Leave "{value.text}" out.',
                confidence=0.9 if value.kind != "number" else 0.7,
            )
        for old, (turn_id, new) in call.superseded:
            if same(old, value) and not same(new, value):
                return finding(
                    subject,
                    f.ERROR_TYPE_WRONG_DETAIL,
                    span,
                    [turn_id],
                    because=f'"{value.text}" was corrected in the call to "{new.text}".',
                    fix=f'Write "{new.text}".',
                    confidence=0.8,
                )
        return None

    def _name(self, subject: Subject, sentence: Sentence, word: Word, about: list[AlignedTurn]) -> Finding:
        near = [turn.turn_id for turn in about[:1]]
        return finding(
            subject,
            f.ERROR_TYPE_WRONG_DETAIL,
            (sentence.start + word.start, sentence.start + word.end),
            near,
            because=f'The name "{word.text}" is not in the call.',
            fix=f'Leave "{word.text}" out or use the name that the call gives.',
            confidence=0.7,
        )


def _is_enumeration(text: str, value: Value) -> bool:
    """Whether a number only counts off the parts of a text: "(9) The document ..."."""
    return value.kind == "number" and text[value.end : value.end + 1] == ")"


def _is_unknown_name(call: Transcript, word: Word, first: bool) -> bool:
    if not word.text[0].isupper() or word.lower in _KNOWN_NAMES | stop() or call.supports(word.lower):
        return False
    bare = word.lower.removesuffix("'s")
    if not call.has_roles and _is_variant(call, bare):
        return False
    if len(bare) >= 4 and any(said.startswith(bare[:4]) and len(said) >= 3 for said in call.lemmas):
        return _is_lookalike(call, bare)
    net = wordnet()
    # A sentence starts with a capital whatever its first word is.
    return not first or (net is not None and not net.lemmas(bare) and bare not in call.lemmas and bare.isalpha())


def _is_other_form(call: Transcript, text: str, word: Word) -> bool:
    """Whether a name, with what hyphens join to it, is a short or a long form of what was said."""
    whole = next(m for m in _HYPHENED.finditer(text) if m.end() >= word.end)
    name = re.sub(r"\W", "", whole.group().lower())
    return name in call.short_forms or call.says(name) or call.writes_short(name)


def _is_lookalike(call: Transcript, bare: str) -> bool:
    """Whether a name has the beginning of one in the call but is no form of it."""
    return not any(
        said.startswith(bare) or bare.startswith(said) for said in call.lemmas if len(said) >= 3
    ) and not lemma_set(bare) & set(call.lemmas)


def _nearest(call: Transcript, value: Value, about: list[AlignedTurn]) -> tuple[str, Value] | None:
    """The value of the same kind in the turn that its sentence is most about."""
    candidates = [(turn_id, v) for turn_id, v in call.values if v.kind == value.kind]
    order = [turn.turn_id for turn in about]
    return min(candidates, key=lambda c: order.index(c[0]) if c[0] in order else len(order), default=None)


def _loosely_said(call: Transcript, value: Value) -> bool:
    """Whether a chat has the digits of a value without its unit, or says it in half hours."""
    digits = _DIGITS.findall(value.text)
    said = set(_DIGITS.findall(call.text))
    return (bool(digits) and said.issuperset(digits)) or (value.canonical == _HALF_HOUR and "half" in call.text)


def _is_variant(call: Transcript, name: str) -> bool:
    """Whether a lower-case name is another spelling, or the long form, of a word that the chat writes."""
    said = [word.lower for turn in call.turns for word in turn.words if word.text[0].isupper()]
    said += [part for speaker in call.speakers for part in speaker.split()]
    return bool(get_close_matches(name, said, 1, _ALIKE)) or any(
        len(short) >= _MIN_SHORT and name.startswith(short) for short in said
    )
