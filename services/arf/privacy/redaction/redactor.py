"""Redacts a call: all turns in one pass, with one placeholder for each value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from arf.privacy.masking.cards import cards
from arf.privacy.redaction import emails, names, numbers, personal
from arf.privacy.redaction.placeholders import Placeholders
from arf.privacy.redaction.stretch import Stretch
from arf.privacy.redaction.words import section
from arf.privacy.scanner.amounts import amounts
from arf.privacy.scanner.groups import groups
from arf.privacy.scanner.plain import BOUNDARY, joined, lower, masked, plain
from arf.v1.transcript_pb2 import Call, Role, Turn

POLICY = "pii@3"
"""Name and version of what is redacted: cards, phones, e-mails, ids, secrets, addresses, birthdays and most names."""

# For these roles the transcript shows the role, for all others the speaker's label.
_BY_ROLE = frozenset({Role.ROLE_CUSTOMER, Role.ROLE_AGENT, Role.ROLE_BOT})
_WORD = re.compile(r"[a-z]+")
_COUNT = re.compile(r"_?[0-9]{1,2}\Z")


@dataclass(frozen=True)
class Redacted:
    """A redacted call, its placeholders, and how many spans of each kind were replaced."""

    call: Call
    placeholders: Placeholders
    counts: Mapping[str, int]


def redact(call: Call) -> Redacted:
    """A redacted copy of the call with its id, tenant, channel, language and turns; other fields are left out."""
    placeholders = Placeholders(BOUNDARY.join(turn.text for turn in call.turns))
    turns, counts = redact_turns(call.turns, placeholders)
    copy = Call(id=call.id, tenant=call.tenant, channel=call.channel, language=call.language, turns=turns)
    return Redacted(copy, placeholders, {kind: n for kind, n in sorted(counts.items()) if n})


def redact_turns(
    turns: Sequence[Turn], placeholders: Placeholders, people: Iterable[str] = ()
) -> tuple[list[Turn], Counter[str]]:
    """Redacted copies of the turns, and how many spans of each kind were replaced. `people` are names known before."""
    text = BOUNDARY.join(turn.text for turn in turns)
    shown = {turn.speaker for turn in turns if turn.role not in _BY_ROLE}
    labels = {name: words for name in sorted(shown) if not _is_part(words := _words(name))}
    named = [_named(words) for words in labels.values()]
    stretches = find(joined(turn.text for turn in turns), [*named, *people])
    counts = Counter(s.kind.lower() for s in stretches)
    speakers = {name: placeholders.put("NAME", " ".join(words), name) for name, words in labels.items()}
    made: list[Turn] = []
    begin = at = 0
    for turn in turns:
        end = begin + len(turn.text)
        pieces = []
        place = begin
        while at < len(stretches) and stretches[at].start < end:
            found = stretches[at]
            surface = text[found.start : found.end]
            pieces += [text[place : found.start], placeholders.put(found.kind, found.value, found.written or surface)]
            place = found.end
            at += 1
        pieces.append(text[place:end])
        speaker = speakers.get(turn.speaker)
        counts["name"] += speaker is not None
        made.append(Turn(turn_id=turn.turn_id, speaker=speaker or turn.speaker, role=turn.role, text="".join(pieces)))
        begin = end + len(BOUNDARY)
    return made, counts


def find(text: str, people: Iterable[str] = ()) -> list[Stretch]:
    """The personal data in a text, in order and disjoint. BOUNDARY separates turns; `people` are speakers' names."""
    text = plain(text)
    low = lower(text)
    words = frozenset(_WORD.findall(low))
    found = _patterned(text, low, words)
    low = masked(low, _spans(found))
    found += names.find(masked(text, _spans(found)), low, words, people)
    found.sort(key=_place)
    return found


def _patterned(text: str, low: str, words: Set[str]) -> list[Stretch]:
    """The addresses, numbers and secrets in a text and its lower-case copy, in order and disjoint."""
    found = _apart(emails.find(low))
    low = masked(low, _spans(found))
    said = groups(low)
    paid = [
        Stretch("CARD", *piece, "".join(g.text for g in groups(low[slice(*piece)]) if not g.is_letter))
        for card in cards(low, said, [""] * (low.count(BOUNDARY) + 1))
        for piece in card.pieces
    ]
    personal_data = _apart([*paid, *personal.find(text, low, words)])
    low = masked(low, _spans(personal_data))
    low = masked(low, amounts(low, words))
    return _apart([*found, *personal_data, *numbers.find(low, said)])


def _apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Sorted, without those that overlap an earlier one."""
    kept: list[Stretch] = []
    for stretch in sorted(stretches, key=_place):
        if not kept or stretch.start >= kept[-1].end:
            kept.append(stretch)
    return kept


def _place(stretch: Stretch) -> tuple[int, int]:
    return stretch.start, -stretch.end


def _spans(stretches: list[Stretch]) -> list[tuple[int, int]]:
    return [(s.start, s.end) for s in stretches]


def _words(speaker: str) -> list[str]:
    return lower(plain(speaker)).replace("_", " ").split()


def _is_part(words: list[str]) -> bool:
    """Whether a label is just a role, at most numbered, or empty."""
    return not words or _COUNT.sub("", "_".join(words)) in section("parts")


def _named(words: list[str]) -> str:
    """The name in a label, without a role, number or address beside it."""
    name = " ".join(word for word in words if word not in section("parts"))
    return masked(name, _spans(_patterned(name, name, frozenset(words))))
