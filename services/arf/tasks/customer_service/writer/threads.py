"""Summarises a thread from its reason, the company's moves and what the customer says about the outcome."""

from __future__ import annotations

from arf.tasks.customer_service.bounds import fits
from arf.tasks.customer_service.tagging.slots import Resolution
from arf.tasks.customer_service.threads.outcome import outcome
from arf.tasks.customer_service.threads.reason import find_reason
from arf.tasks.customer_service.writer.moves import Move, find_moves, listed
from arf.v1.transcript_pb2 import Call

_MOST_MOVES = 3
_COURTESY = 2
"""The weight of moves that settle nothing; a thread with only such moves is not understood."""
# What makes another move not worth mentioning beside it.
_COVERS = (
    ("steps", "link"),
    ("form", "link"),
    ("direct", "link"),
    ("passed on", "to pass on"),
    ("passed on", "look into"),
    ("direct", "look into"),
)


def write_thread(call: Call) -> str | None:
    """Two or three sentences, 12 to 60 words; None where no reason or no move is understood."""
    told = find_reason(call)
    moves = chosen(find_moves(call))
    if told is None or not moves or max(m.weight for m in moves) <= _COURTESY:
        return None
    ending = {
        Resolution.RESOLVED: "The customer confirmed that the issue was resolved.",
        Resolution.UNRESOLVED: "The issue was not resolved.",
    }
    settled = outcome(call)
    parts = [
        f"The customer contacted support {told.clause}.",
        f"The agent {_joined(moves)}.",
        *([ending[settled[0]]] if settled else []),
    ]
    text = " ".join(parts)
    return text if fits(text) else None


def chosen(moves: list[Move]) -> list[Move]:
    """The moves worth mentioning, in order: the weightiest, and courtesies only if there is nothing else."""
    kinds = {m.kind for m in moves}
    moves = [m for m in moves if not any(m.kind == less and more in kinds for more, less in _COVERS)]
    best = sorted(moves, key=lambda m: (-m.weight, -m.turn))[:_MOST_MOVES]
    if best and best[0].weight > _COURTESY:
        best = [m for m in best if m.weight > _COURTESY]
    return sorted(best, key=lambda m: m.turn)


def _joined(moves: list[Move]) -> str:
    """The moves as one predicate; repeated "asked for" and "said that" are merged."""
    told: list[str] = []
    for before, move in zip([None, *moves], moves, strict=False):
        same = before is not None and before.told.startswith("said that ") and move.told.startswith("said that ")
        told.append(move.told.removeprefix("said ") if same else move.told)
    return listed(told)
