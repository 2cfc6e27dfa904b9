"""Finds the acts that a clause names, and those that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from arf.tasks.customer_service.cues.acts import ACTS
from arf.tasks.customer_service.tagging import conditions, status
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.slots import ActKind


@dataclass(frozen=True)
class Mention:
    """An act named in a clause, at [start, end)."""

    kind: ActKind
    start: int
    end: int


def named(text: str) -> list[tuple[int, int]]:
    """The half-open places of all words that name acts."""
    return [m.span() for _, pattern in ACTS for m in pattern.finditer(text)]


def mentions(text: str) -> list[Mention]:
    """The acts that a clause names, in order, each kind once, the longer of two overlapping ones."""
    found = [Mention(kind, m.start(), m.end()) for kind, pattern in ACTS for m in pattern.finditer(text)]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        apart = all(mention.end <= k.start or mention.start >= k.end for k in kept)
        if apart and mention.kind not in {k.kind for k in kept}:
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def main_mentions(text: str) -> list[Mention]:
    """The acts that a clause is about, without those only in its condition or cause."""
    start, end = conditions.subordinate(text)
    return mentions(text[:start] + "," * (end - start) + text[end:])


def states_act(clause: Clause) -> bool:
    """Whether a company clause states the status of some act."""
    return any(
        status.company_status(clause.text, m.start, m.end, m.kind) is not None for m in main_mentions(clause.text)
    )
