"""Suite `detectors`: what each deterministic detector adds to the others, on files of labelled summaries.

    make bench SUITE=detectors ARGS='[--calls N] FILE…'

A file is native JSONL whose calls carry `annotations.candidate_summaries`. Where a candidate has `sentences`, each of
them labelled "ok" or "bad", sentences are judged, and one counts as flagged if a factual finding touches it; elsewhere
whole summaries are, by `consistent`. The file name `generated` stands for generated calls: their gold summaries, each
also made wrong in every way that the tests of the gold matcher know, labelled by that matcher.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.table import Table

from arf.analysis.confusion import Confusion, add
from arf.analysis.labels import FACTUAL
from arf.corpus.generator import generate
from arf.corpus.reader import iter_calls
from arf.evaluation.matching import matcher_for
from arf.kit.statistics import bootstrap
from arf.tasks.detection import Detector, Subject
from arf.tasks.registry import load
from arf.v1.transcript_pb2 import Call
from tests.unit.evaluation.corruption import corruptions

_SEED = 20_261_201
_TASK = "customer_service"
_GENERATED = "generated"
_WHOLE = ("whole.reason", "whole.fabricated")
"""What is done to a whole summary and is no mere omission or noise."""


@dataclass(frozen=True)
class _Unit:
    """A sentence or a summary: whether it is wrong, and which detectors flag it."""

    wrong: bool
    by: frozenset[str]


_Dialogue = list[_Unit]


def main(options: Sequence[str]) -> dict[str, Any]:
    """Prints a table for each file and returns its rows by file."""
    parser = argparse.ArgumentParser(prog="make bench SUITE=detectors")
    parser.add_argument("files", nargs="*", metavar="FILE", default=[_GENERATED])
    parser.add_argument("--calls", type=int, default=100, help="draw so many calls of each file")
    given = parser.parse_args(options)
    report: dict[str, Any] = {}
    for file in given.files:
        detectors = [d for d in load(_TASK).detectors() if d.types & FACTUAL]
        drawn = _drawn(file, given.calls)
        dialogues = [d for call, labels in drawn if (d := _judged(call, labels, detectors))]
        report[Path(file).stem] = _rows(dialogues, [d.id for d in detectors])
        _show(Path(file).stem, report[Path(file).stem])
    report["summary"] = "; ".join(f"{n} {r['balanced_accuracy']:.3f}" for n, r in report.items())
    return report


def _drawn(file: str, n: int) -> list[tuple[Call, list[dict[str, Any]]]]:
    if file == _GENERATED:
        return [(call, list(_made(call))) for call in generate(n, _SEED)]
    with Path(file).open("rb") as lines:
        calls = [c for c in iter_calls(lines, file) if isinstance(c, Call) and "candidate_summaries" in c.annotations]
    drawn = random.Random(_SEED).sample(calls, min(n, len(calls)))
    return [(call, MessageToDict(call.annotations)["candidate_summaries"]) for call in drawn]


def _made(call: Call) -> Iterator[dict[str, Any]]:
    matcher = matcher_for(_TASK)
    assert matcher is not None
    wrong = [
        t for kind, t in corruptions(call, random.Random(call.id)) if not kind.startswith("whole") or kind in _WHOLE
    ]
    for text in [call.gold.summary, *wrong]:
        yield {"summary": text, "consistent": not matcher.match(call, text).errors & FACTUAL}


def _judged(call: Call, labels: list[dict[str, Any]], detectors: Sequence[Detector]) -> _Dialogue:
    return [unit for label in labels for unit in _units(call, label, detectors)]


def _units(call: Call, label: dict[str, Any], detectors: Sequence[Detector]) -> Iterator[_Unit]:
    subject = Subject(call, label["summary"])
    spans = [(d.id, f.start, f.end) for d in detectors for f in d.detect(subject) if f.type in FACTUAL]
    if "sentences" not in label:
        yield _Unit(not label["consistent"], frozenset(name for name, _, _ in spans))
        return
    at = 0
    for sentence in label["sentences"]:
        start = label["summary"].find(sentence["text"], at)
        if start >= 0:
            at = start + len(sentence["text"])
        if start >= 0 and sentence["label"] in ("ok", "bad"):
            by = frozenset(name for name, a, b in spans if a < at and b > start)
            yield _Unit(sentence["label"] == "bad", by)


def _rows(dialogues: list[_Dialogue], names: Sequence[str]) -> dict[str, Any]:
    everybody = frozenset(names)
    rows = {}
    for name in names:
        pairs = [(_counts(d, everybody), _counts(d, everybody - {name})) for d in dialogues]
        only = [u for d in dialogues for u in d if u.by == {name}]
        rows[name] = {
            "flagged": sum(name in u.by for d in dialogues for u in d),
            "only": len(only),
            "precision_of_only": sum(u.wrong for u in only) / len(only) if only else None,
            "gain": _gain(pairs),
            "interval": bootstrap(pairs, _gain, seed=_SEED) if only else None,
        }
    total = add(_counts(d, everybody) for d in dialogues)
    return {
        "n": total.n,
        "wrong": total.positives,
        "balanced_accuracy": total.balanced_accuracy,
        "recall": total.recall,
        "precision": total.precision,
        "detectors": rows,
    }


def _counts(dialogue: _Dialogue, names: frozenset[str]) -> Confusion:
    return add(Confusion.of(u.wrong, bool(u.by & names)) for u in dialogue)


def _gain(pairs: Sequence[tuple[Confusion, Confusion]]) -> float | None:
    """Balanced accuracy with a detector less that without it."""
    whole, less = add(a for a, _ in pairs).balanced_accuracy, add(b for _, b in pairs).balanced_accuracy
    return None if whole is None or less is None else whole - less


def _show(name: str, report: dict[str, Any]) -> None:
    title = (
        f"{name}: {report['n']} judged, {report['wrong']} wrong; balanced accuracy {report['balanced_accuracy']:.3f}"
    )
    table = Table("detector", "flagged", "only by it", "of these wrong", "gain [95 %]", title=title)
    for detector, row in report["detectors"].items():
        low, high = row["interval"] or (0.0, 0.0)
        right = "-" if row["precision_of_only"] is None else f"{row['precision_of_only']:.2f}"
        gain = f"{row['gain']:+.3f} [{low:+.3f}, {high:+.3f}]"
        table.add_row(detector, str(row["flagged"]), str(row["only"]), right, gain)
    Console(width=110).print(table)
