"""What the company does in a thread: usual moves of support, worded to follow "The agent"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arf.calls.text import sentences
from arf.tasks.customer_service.cues.asked import DETAILS, STEPS
from arf.tasks.customer_service.cues.moves import (
    ASKS,
    DIRECT,
    MOVES,
    PUT_OFF,
    RECEIVED,
    REPLIED,
    SUGGESTS,
    SUPPOSED,
    TRIED,
)
from arf.tasks.customer_service.threads.thread_text import cleaned, signed_off
from arf.tasks.customer_service.writer.statements import IDLE, statement
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call

_COMPANY = (t.ROLE_AGENT, t.ROLE_BOT)
_MOST_DETAILS = 3
_ASKED = re.compile(r"\b(?:have|did|were) you\b.*\?")


@dataclass(frozen=True)
class Move:
    """One move: its wording, its weight (more matters more), its turn, and the details it asks for."""

    kind: str
    told: str
    weight: int
    turn: int
    asked: tuple[str, ...] = ()


def find_moves(call: Call) -> list[Move]:
    """The moves of a call in order, the last of each kind; details asked for are combined."""
    found: dict[str, Move] = {}
    for number, turn in enumerate(call.turns):
        if turn.role not in _COMPANY:
            continue
        for move in _of_turn(number, signed_off(cleaned(turn.text))):
            if move.kind == "details" and move.kind in found:
                asked = dict.fromkeys((*found[move.kind].asked, *move.asked))
                move = _details_move(tuple(asked), found[move.kind].turn)
            found[move.kind] = move
    if "details" in found and "direct" in found:
        rest = tuple(name for name in found["details"].asked if name not in found["direct"].asked)
        details = found.pop("details")
        if rest:
            found["details"] = _details_move(rest, details.turn)
    return sorted(found.values(), key=lambda m: m.turn)


def _details_move(asked: tuple[str, ...], turn: int) -> Move:
    return Move("details", f"asked for {listed(list(asked[:_MOST_DETAILS]))}", 6, turn, asked)


def _of_turn(number: int, text: str) -> Iterator[Move]:
    """The moves of one turn by sentence, so that details stay with the request for them."""
    for sentence in sentences(text):
        lower = sentence.text.lower()
        yield from _of_sentence(number, lower)
        said = statement(sentence.text)
        if said is not None and said.verb not in IDLE and said.told.startswith("said that "):
            yield Move("explanation", said.told, 6, number)


def _of_sentence(number: int, lower: str) -> Iterator[Move]:
    asks = ASKS.search(lower) is not None or lower.rstrip().endswith("?")
    if REPLIED.search(lower):
        yield Move("replied", "replied by direct message", 6, number)
    elif DIRECT.search(lower) and not RECEIVED.search(lower):
        details = _details(lower)
        held = f" with {_theirs(listed(list(details)))}" if details else ""
        yield Move("direct", f"asked the customer to send a direct message{held}", 7, number, details)
    elif asks and (details := _details(lower)):
        yield _details_move(details, number)
    if (TRIED if lower.rstrip().endswith("?") else SUGGESTS).search(lower):
        for pattern, step in STEPS:
            if (named := pattern.search(lower)) and not PUT_OFF.search(lower[: named.end()]):
                asked = _ASKED.search(lower) is not None
                told = f"asked whether {step} had been tried" if asked else f"suggested {step}"
                yield Move("step", told, 6, number)
                break
    for kind, pattern, told, weight in MOVES:
        match = pattern.search(lower)
        if match and not (kind == "fixed" and SUPPOSED.search(lower)):
            yield Move(kind, _filled(told, match), weight, number)


def _filled(told: str, match: re.Match[str]) -> str:
    """The phrase with what was named, which takes an article unless it is plural."""
    what = match.groupdict().get("what")
    if not what:
        return told
    return told.replace("a {what}", what if what.endswith("s") else f"a {what}")


def _details(lower: str) -> tuple[str, ...]:
    """The details that a sentence asks for, in order; empty if it names no known one."""
    found = sorted((m.start(), told) for pattern, told in DETAILS if (m := pattern.search(lower)))
    return tuple(dict.fromkeys(told for _, told in found))[:_MOST_DETAILS]


def _theirs(details: str) -> str:
    """The details with a possessive for the customer: "their name and address"."""
    bare = details.replace("the customer's ", "").replace("the ", "")
    return f"their {bare}" if not re.match(r"(?:a|any) ", bare) else bare


def listed(names: list[str]) -> str:
    """ "a, b and c"; a noun that two of them share is written once."""
    text = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    return text.replace(" in use and the version in use", " and the version in use")
