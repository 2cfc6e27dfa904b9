"""Summarises a call from the customer's wish and the company's statements, each in the words of who said it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arf.calls.text import normalise, sentences
from arf.tasks.customer_service.bounds import fits
from arf.tasks.customer_service.writer.statements import Kind, Statement, statement
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call, Role, Turn

_MOST = 2
_NAMES = {t.ROLE_AGENT: "The agent", t.ROLE_BOT: "The support bot"}
# What takes back or limits what was said before.
_AGAINST = re.compile(
    r"\b(?:not|no longer|never|unable|cannot|unfortunately|sorry|afraid|actually|instead|however|but|wait|oops|mistake"
    r"|error|failed|wrong)\b|n't\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(r"\b(?:else|further|sorry (?:to hear|for|about)|hesitate|worry|problem)\b", re.IGNORECASE)
_ANYTHING_ELSE = re.compile(r"\b(?:else|further|more)\b", re.IGNORECASE)
_DECLINED = re.compile(r"^\W*(?:no|nope|wait|actually|that's (?:not|wrong)|not)\b", re.IGNORECASE)


def write_plain(call: Call, reason: str) -> str | None:
    """The reason and what settled it, 12 to 60 words; None where no statement that settles is understood."""
    found = settled(call.turns)
    if not found:
        return None
    if len({role for role, _ in found}) > 1:
        found = found[-1:]
    speaker = _NAMES[found[0][0]]
    told = [s.told for _, s in found]
    if len(told) > 1 and told[0].startswith("said that ") and told[1].startswith("said that "):
        told[1] = told[1].removeprefix("said ")
    text = f"{reason} {speaker} {' and '.join(told)}."
    return text if fits(text) else None


def settled(turns: Sequence[Turn]) -> list[tuple[Role, Statement]]:
    """The last statements that settle something, in order, with their speakers.

    What is said after a statement may take it back: where that is denied, limited or not taken, it is not told, and a
    promise is not where something else was done or promised in a later turn.
    """
    found: list[tuple[Role, Statement]] = []
    reply = ""
    for turn in reversed(turns):
        if turn.role not in _NAMES:
            reply = turn.text
            continue
        later = bool(found)
        if _DECLINED.match(reply) and not _ANYTHING_ELSE.search(turn.text):
            return found
        for sentence in reversed(sentences(turn.text)):
            told = statement(sentence.text)
            if told is None or not told.settles:
                if _AGAINST.search(normalise(sentence.text)) and not _COURTESY.search(sentence.text):
                    return found
            elif told.verb not in {s.verb for _, s in found} and not (later and told.kind is Kind.AHEAD):
                found.insert(0, (turn.role, told))
                if len(found) == _MOST or told.kind is Kind.DENIED:
                    return found
    return found
