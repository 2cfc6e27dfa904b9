"""WRONG_LINK: an amount or date of one act given to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arf.calls.text import Sentence
from arf.tasks.customer_service.detectors.alignment import transcript
from arf.tasks.customer_service.detectors.coverage import slot_value, told_acts
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.phrases.rendering import amount_text, date_text, duration_text
from arf.tasks.customer_service.tagging.mentions import Mention
from arf.tasks.customer_service.tagging.slots import Act, ActKind, Slots
from arf.tasks.customer_service.tagging.values import Value, find_values, same
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

_SLOTS = {"money": "amount", "date": "deadline", "duration": "deadline"}
_TAKES_MONEY = frozenset({ActKind.REFUND, ActKind.GOODWILL_CREDIT, ActKind.BILL_CORRECTION})


class WrongLink:
    """Speaks only where the call is plain: the act has a value of its own, and the one given to it is another's."""

    id = "link@2"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_WRONG_LINK})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        slots = transcript(subject.call).slots
        found: list[Finding] = []
        for sentence in subject.sentences:
            named = told_acts(sentence.text)
            for value in find_values(sentence.text):
                found += _value(subject, sentence, slots, named, value)
        return found


def _value(
    subject: Subject, sentence: Sentence, slots: Slots, named: Sequence[Mention], value: Value
) -> Iterator[Finding]:
    slot = _SLOTS.get(value.kind)
    owner = _owner(slot, named, value, sentence.text)
    if slot is None or owner is None:
        return
    own = [a for a in slots.acts if a.kind == owner.kind]
    theirs = [own_value for a in own if (own_value := _slot(a, slot)) is not None]
    others = [a for a in slots.acts if a.kind != owner.kind and _is(a, slot, value)]
    if not theirs or not others or any(same(v, value) for v in theirs):
        return
    right, name = _told(slot, theirs[-1].canonical), owner.kind.replace("_", " ")
    yield finding(
        subject,
        f.ERROR_TYPE_WRONG_LINK,
        (sentence.start + value.start, sentence.start + value.end),
        [*own[-1].turn_ids, *others[-1].turn_ids],
        because=f'"{value.text}" is the {slot} of the {others[-1].kind.replace("_", " ")}, not of the {name}.',
        fix=f"The {slot} of the {name} is {right}.",
        confidence=0.8,
    )


def _owner(slot: str | None, named: Sequence[Mention], value: Value, text: str) -> Mention | None:
    """The act that a sentence gives a value to: the nearest one before it that takes such values, else the only one."""
    takers = [m for m in named if slot != "amount" or m.kind in _TAKES_MONEY]
    before = [m for m in takers if m.start <= value.start]
    if before:
        return before[-1]
    # "By 14 March they will ..." belongs to the first act only where no other could have it.
    return takers[0] if len(takers) == 1 else None


def _slot(act: Act, slot: str) -> Value | None:
    canonical = act.amount if slot == "amount" else act.deadline
    return None if canonical is None else slot_value(slot, canonical)


def _is(act: Act, slot: str, value: Value) -> bool:
    own = _slot(act, slot)
    return own is not None and same(own, value)


def _told(slot: str, canonical: str) -> str:
    return amount_text(canonical) if slot == "amount" else duration_text(canonical) or date_text(canonical)
