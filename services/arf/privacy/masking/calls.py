"""Replaces card numbers and CVVs in a text or a call by [CARD] and [CVV], irreversibly."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from arf.privacy.masking.cards import cards
from arf.privacy.masking.cvv import cvvs
from arf.privacy.scanner.groups import groups
from arf.privacy.scanner.plain import BOUNDARY, joined, lower, plain
from arf.v1.transcript_pb2 import Call, PersonalData

CARD, CVV = "[CARD]", "[CVV]"

# Ids are not searched: calls are looked up by them.
_IDS = frozenset({"id", "tenant", "turn_id", "turn_ids", "fact_id", "issue_id", "superseded_by", "channel", "language"})


@dataclass(frozen=True, slots=True, order=True)
class Mask:
    """A span of one turn, in code points, half-open, and its replacement."""

    start: int
    end: int
    placeholder: str


def find(turns: Sequence[tuple[str, str]]) -> tuple[list[list[Mask]], set[str]]:
    """The spans to mask in each of the turns (speaker, text), in order and disjoint, and their digits."""
    low = lower(plain(joined(text for _, text in turns)))
    said = groups(low)
    numbers = cards(low, said, [speaker for speaker, _ in turns])
    values = cvvs(low, said, numbers)
    masks = [Mask(*piece, CARD) for card in numbers for piece in card.pieces]
    masks += [Mask(value.start, value.end, CVV) for value in values]
    marked: list[list[Mask]] = []
    left, begin = deque(_apart(masks)), 0
    for _, text in turns:
        own: list[Mask] = []
        while left and left[0].start <= begin + len(text):
            mask = left.popleft()
            own.append(Mask(mask.start - begin, mask.end - begin, mask.placeholder))
        marked.append(own)
        begin += len(text) + len(BOUNDARY)
    return marked, {card.digits for card in numbers} | {value.digits for value in values}


def mask_text(text: str) -> str:
    """The text with card numbers and CVVs masked."""
    (masks,), _ = find([("", text)])
    return _replaced(text, masks)


def mask_last(turns: Sequence[tuple[str, str]]) -> str:
    """The text of the last turn (speaker, text), masked; the turns before it tell what a number in it belongs to."""
    masks, _ = find(turns)
    return _replaced(turns[-1][1], masks[-1])


def mask_call(call: Call) -> Call:
    """The call with card numbers and CVVs masked in turns, speakers, summaries, gold and annotations; ids unchanged.

    Spans of personal data are adjusted; one that was masked becomes the placeholder's.
    """
    masked = Call()
    masked.CopyFrom(call)
    masks, secrets = find([(turn.speaker, turn.text) for turn in call.turns])
    speakers = {name: mask_text(name) for name in {turn.speaker for turn in call.turns}}
    for turn, own in zip(masked.turns, masks, strict=True):
        turn.speaker, turn.text = speakers[turn.speaker], _replaced(turn.text, own)
    by_turn = {turn.turn_id or str(n): own for n, (turn, own) in enumerate(zip(call.turns, masks, strict=True))}
    for item in masked.gold.personal_data:
        _move(item, by_turn.get(item.turn_id, []))
    for fact in masked.gold.facts:
        if fact.value in secrets:
            fact.value = CARD if len(fact.value) > 4 else CVV
    for field, value in masked.ListFields():
        if field.name != "turns":
            _mask_field(masked, field, value)
    return masked


def _apart(masks: list[Mask]) -> list[Mask]:
    """Sorted, with overlapping spans merged."""
    apart: list[Mask] = []
    for mask in sorted(masks, key=lambda m: (m.start, -m.end)):
        if apart and mask.start < apart[-1].end:
            last = apart[-1]
            apart[-1] = Mask(last.start, max(last.end, mask.end), last.placeholder)
        else:
            apart.append(mask)
    return apart


def _replaced(text: str, masks: Sequence[Mask]) -> str:
    for mask in reversed(masks):
        text = text[: mask.start] + mask.placeholder + text[mask.end :]
    return text


def _move(item: PersonalData, masks: Sequence[Mask]) -> None:
    start, end = item.start, item.end
    for mask in reversed(masks):
        grown = len(mask.placeholder) - (mask.end - mask.start)
        if mask.end <= start:
            start, end = start + grown, end + grown
        elif mask.start < end:
            start, end = min(start, mask.start), max(end, mask.end) + grown
            item.value = mask.placeholder
    item.start, item.end = start, end


def _mask_field(owner: Message, field: FieldDescriptor, value: object) -> None:
    """Masks the text in one field and its submessages."""
    if field.name in _IDS:
        return
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        for entry in value.values():  # type: ignore[attr-defined]
            _mask_message(entry)
    elif field.message_type is not None:
        for message in [value] if isinstance(value, Message) else list(value):  # type: ignore[call-overload]
            _mask_message(message)
    elif isinstance(value, str):
        setattr(owner, field.name, mask_text(value))
    elif field.type == FieldDescriptor.TYPE_STRING:
        value[:] = [mask_text(text) for text in value]  # type: ignore[index,attr-defined]


def _mask_message(message: Message) -> None:
    for field, value in message.ListFields():
        _mask_field(message, field, value)
