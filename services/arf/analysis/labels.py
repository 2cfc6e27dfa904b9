"""Scores detectors against human labels: balanced accuracy, precision, recall, and each detector's contribution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from google.protobuf.struct_pb2 import ListValue

from arf.analysis.analyzer import Analyzer
from arf.analysis.confusion import Confusion, add
from arf.analysis.profile import ALL_TYPES
from arf.calls.records import short_name
from arf.kit.errors import InvalidRecord
from arf.kit.statistics import bootstrap
from arf.tasks.detection import Subject
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call

FACTUAL: frozenset[ErrorType] = frozenset(ALL_TYPES) - {
    ErrorType.ERROR_TYPE_OMISSION,
    ErrorType.ERROR_TYPE_REDUNDANCY,
    ErrorType.ERROR_TYPE_FORMAT,
}
"""The types that make a summary inconsistent with its call."""

_BY_NAME: dict[str, ErrorType] = {short_name(ErrorType.DESCRIPTOR, t): t for t in ALL_TYPES}


@dataclass(frozen=True)
class Labelled:
    """A summary with its human labels; `types` is None if no error types were labelled."""

    summary: str
    consistent: bool
    types: frozenset[ErrorType] | None


@dataclass(frozen=True)
class Interval:
    """A measured value with its 95 % bootstrap interval over dialogues."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class TypeRow:
    """The scores of one error type; `n` summaries are labelled with it."""

    type: str
    n: int
    precision: float | None
    recall: float | None
    f1: float


@dataclass(frozen=True)
class DetectorRow:
    """One detector's contribution: balanced accuracy with it alone, and with all the others without it."""

    detector: str
    flagged: int
    precision: float | None
    alone: float | None
    without: float | None


@dataclass(frozen=True)
class LabelReport:
    """Scores over `n` labelled summaries of `dialogues` calls; a score that the labels leave undefined is None."""

    n: int
    dialogues: int
    inconsistent: int
    balanced_accuracy: Interval | None
    precision: Interval | None
    recall: Interval | None
    type_macro_f1: Interval | None
    types: list[TypeRow]
    detectors: list[DetectorRow]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; undefined scores are omitted."""
        return {k: v for k, v in asdict(self).items() if v is not None}


@dataclass(frozen=True)
class _Judged:
    """A labelled summary with the error types that each detector finds in it."""

    label: Labelled
    seen: dict[str, set[ErrorType]]

    def types(self, detectors: Sequence[str]) -> set[ErrorType]:
        return set[ErrorType]().union(*(self.seen.get(d, set()) for d in detectors))


_Dialogue = list[_Judged]
T = TypeVar("T")


def labelled(call: Call) -> list[Labelled]:
    """The labelled summaries in a call's `annotations.candidate_summaries`. Raises InvalidRecord naming the call."""
    if "candidate_summaries" not in call.annotations:
        return []
    field = f"{call.id}: annotations.candidate_summaries"
    candidates = call.annotations["candidate_summaries"]
    if not isinstance(candidates, ListValue):
        raise InvalidRecord(field, "must be a list")
    return [_labelled(raw, f"{field}[{i}]") for i, raw in enumerate(candidates)]


async def score_labels(calls: Iterable[Call], analyzer: Analyzer, *, seed: int = 0) -> LabelReport:
    """Scores an analyzer on labelled summaries; inconsistent is the positive class.

    A summary is predicted inconsistent if it has any finding of types 1 to 7. The bootstrap resamples whole dialogues,
    since summaries of one dialogue are correlated. Macro-F1 is over the types that occur in the labels. Raises
    InvalidRecord for a bad label, or if there are no labels.
    """
    dialogues = [d for call in calls if (d := await _judge(call, analyzer))]
    if not dialogues:
        raise InvalidRecord("annotations.candidate_summaries", "no call carries labelled summaries")
    sees = await analyzer.sees()
    names = list(sees)
    counts = [_confusion(d, names) for d in dialogues]
    kinds = sorted({t for d in dialogues for j in d for t in j.label.types or ()})
    by_type = [[_type_confusion(d, kind, names) for kind in kinds] for d in dialogues]
    total = add(counts)
    return LabelReport(
        n=total.n,
        dialogues=len(dialogues),
        inconsistent=total.positives,
        balanced_accuracy=_interval(counts, lambda drawn: add(drawn).balanced_accuracy, seed),
        precision=_interval(counts, lambda drawn: add(drawn).precision, seed),
        recall=_interval(counts, lambda drawn: add(drawn).recall, seed),
        type_macro_f1=_interval(by_type, _macro_f1, seed) if kinds else None,
        types=[_type_row(kind, add(column)) for kind, column in zip(kinds, zip(*by_type, strict=True), strict=True)],
        detectors=[_detector_row(dialogues, name, names) for name in names if sees[name] & FACTUAL],
    )


def _labelled(raw: Any, place: str) -> Labelled:
    try:
        summary, consistent = raw["summary"], raw["consistent"]
        types = raw["types"] if "types" in raw else None  # noqa: SIM401  # a Struct has no get
    except (KeyError, TypeError, ValueError):
        raise InvalidRecord(place, "needs summary and consistent") from None
    if types is not None and not isinstance(types, ListValue):
        raise InvalidRecord(place, "types must be a list")
    if not isinstance(summary, str) or consistent not in (0, 1):
        raise InvalidRecord(place, "summary must be text and consistent 0 or 1")
    names = None if types is None else [str(t) for t in types]
    unknown = [name for name in names or () if name not in _BY_NAME]
    if unknown:
        raise InvalidRecord(place, f"unknown error type {unknown[0]!r}")
    return Labelled(summary, bool(consistent), None if names is None else frozenset(_BY_NAME[name] for name in names))


async def _judge(call: Call, analyzer: Analyzer) -> _Dialogue:
    judged = []
    for label in labelled(call):
        seen: dict[str, set[ErrorType]] = {}
        for finding in await analyzer.find(Subject(call, label.summary)):
            seen.setdefault(finding.detector, set()).add(finding.type)
        judged.append(_Judged(label, seen))
    return judged


def _confusion(dialogue: _Dialogue, names: Sequence[str]) -> Confusion:
    return add(Confusion.of(not j.label.consistent, bool(j.types(names) & FACTUAL)) for j in dialogue)


def _type_confusion(dialogue: _Dialogue, kind: ErrorType, names: Sequence[str]) -> Confusion:
    """The counts of one type over the summaries whose types are labelled."""
    known = [(j, j.label.types) for j in dialogue if j.label.types is not None]
    return add(Confusion.of(kind in truth, kind in j.types(names)) for j, truth in known)


def _interval(clusters: Sequence[T], score: Callable[[Sequence[T]], float | None], seed: int) -> Interval | None:
    value, ends = score(clusters), bootstrap(clusters, score, seed=seed)
    return None if value is None or ends is None else Interval(value, *ends)


def _macro_f1(drawn: Sequence[Sequence[Confusion]]) -> float | None:
    """Mean F1 of the types that occur in the sample."""
    scores = [c.f1 for column in zip(*drawn, strict=True) if (c := add(column)).positives]
    return sum(scores) / len(scores) if scores else None


def _type_row(kind: ErrorType, counts: Confusion) -> TypeRow:
    name = short_name(ErrorType.DESCRIPTOR, kind)
    return TypeRow(name, counts.positives, counts.precision, counts.recall, counts.f1)


def _detector_row(dialogues: Sequence[_Dialogue], name: str, names: Sequence[str]) -> DetectorRow:
    alone = add(_confusion(d, [name]) for d in dialogues)
    without = add(_confusion(d, [n for n in names if n != name]) for d in dialogues)
    return DetectorRow(name, alone.flagged, alone.precision, alone.balanced_accuracy, without.balanced_accuracy)
