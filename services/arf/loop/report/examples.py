"""The worked examples: chooses calls, and marks the errors in their summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from arf.calls.text import normalise
from arf.loop.report import wording
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.revision_pb2 import Revision
from arf.v1.transcript_pb2 import Call

PRIMARY = "error_free"


@dataclass(frozen=True)
class Note:
    """One error: its number in the text, its type and its explanation."""

    number: int
    name: str
    why: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a summary and the numbers of the errors that cover it."""

    text: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Marked:
    """A summary cut into pieces, with its errors explained."""

    title: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    judged_by: str


@dataclass(frozen=True)
class Example:
    """One held-out call with its summaries."""

    call: Call
    why_shown: str
    summaries: tuple[Marked, ...]


def choose(
    calls: Mapping[str, Call], evaluations: Iterable[Evaluation], revisions: Mapping[str, Revision], n: int = 3
) -> list[Example]:
    """Up to `n` examples of errors that the student avoided, and one where it still errs, if any.

    Calls are keyed by id. Within each kind the shortest calls come first, from different channels where possible.
    """
    by_call: dict[str, dict[str, Evaluation]] = {}
    for evaluation in evaluations:
        by_call.setdefault(evaluation.call_id, {})[evaluation.system] = evaluation
    usable = sorted(
        (c for c, systems in by_call.items() if c in calls and {"teacher", "arf"} <= systems.keys()),
        key=lambda c: (sum(len(t.text) for t in calls[c].turns), c),
    )
    mended = [c for c in usable if _errors(by_call[c]["teacher"]) and not _errors(by_call[c]["arf"])]
    failed = [c for c in usable if _errors(by_call[c]["arf"])]
    chosen = [(c, "The teacher erred and the student did not.") for c in _spread(mended, calls, n - bool(failed))]
    chosen += [(c, "The student still errs.") for c in _spread(failed, calls, n - len(chosen))]
    return [_example(calls[c], why, by_call[c], revisions.get(c)) for c, why in chosen]


def mark(title: str, evaluation: Evaluation) -> Marked:
    """A summary marked with the errors that the gold matcher, or without gold the detectors, found in it."""
    text = evaluation.summary.text
    spans: list[tuple[int, int, int]] = []
    notes = []
    for number, (name, why, start, end) in enumerate(_errors(evaluation), 1):
        notes.append(Note(number, name, wording.readable(why)))
        if 0 <= start < end <= len(text):
            spans.append((start, end, number))
    judged_by = "against the gold facts" if _has_gold(evaluation) else "according to the detectors"
    return Marked(title, tuple(_cut(text, spans)), tuple(notes), judged_by)


def _example(call: Call, why: str, systems: Mapping[str, Evaluation], revision: Revision | None) -> Example:
    shown = [mark("Teacher", systems["teacher"])]
    if revision is not None and revision.text:
        shown.append(Marked("Accepted revision", (Piece(revision.text, ()),), (), ""))
    elif "repair" in systems and systems["repair"].summary.text:
        shown.append(mark("Revision by the rules", systems["repair"]))
    shown.append(mark("ARF student", systems["arf"]))
    return Example(call, why, tuple(shown))


def _spread(ids: Sequence[str], calls: Mapping[str, Call], n: int) -> list[str]:
    picked: list[str] = []
    for new_channel in (True, False):
        for c in ids:
            seen = {calls[p].channel for p in picked}
            if len(picked) < n and c not in picked and (calls[c].channel not in seen or not new_channel):
                picked.append(c)
    return picked


def _has_gold(evaluation: Evaluation) -> bool:
    return PRIMARY in evaluation.metrics or bool(evaluation.verdicts)


def _errors(evaluation: Evaluation) -> list[tuple[str, str, int, int]]:
    """(name, explanation, start, end) of each error; start is -1 if it has no position in the text."""
    if _has_gold(evaluation):
        found = []
        for v in evaluation.verdicts:
            if v.error:
                start = normalise(evaluation.summary.text).find(normalise(v.claim)) if v.claim else -1
                found.append((wording.error_name(v.error), v.explanation, start, start + len(v.claim)))
        return found
    return [
        (wording.error_name(f.type), f.explanation, f.start if f.end > f.start else -1, f.end)
        for f in evaluation.findings
    ]


def _cut(text: str, spans: Sequence[tuple[int, int, int]]) -> list[Piece]:
    edges = sorted({0, len(text), *(s for s, _, _ in spans), *(e for _, e, _ in spans)})
    return [Piece(text[a:b], tuple(n for s, e, n in spans if s <= a and b <= e)) for a, b in pairwise(edges)]
