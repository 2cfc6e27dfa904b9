"""The report's first sentences: the main result in plain words, whether good or bad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arf.evaluation.metrics import JUDGE
from arf.loop.report import wording

PRIMARY = "error_free_rate"
RECALL = "key_fact_recall"

_FEW = 20
_UNCLEAR = "The results do not show whether the student's summaries are better than its teacher's."
_WITHOUT_GOLD = {
    "key_content_recall": (
        "The student's summaries hold more of what the references say than its teacher's.",
        "The student's summaries hold less of what the references say than its teacher's.",
    ),
    "rougeL": (
        "The student's summaries are closer to the references than its teacher's.",
        "The student's summaries are further from the references than its teacher's.",
    ),
    JUDGE: (
        "The judge thinks better of the student's summaries than of its teacher's.",
        "The judge thinks worse of the student's summaries than of its teacher's.",
    ),
}
"""Metrics that need no gold facts, in order of preference, with the title if the student is better, and if worse."""


@dataclass(frozen=True)
class Headline:
    """The result in a few words, supporting sentences, and its tone: good, open or bad."""

    title: str
    sentences: tuple[str, ...]
    tone: str


@dataclass(frozen=True)
class Difference:
    """The difference a - b on one metric, with its interval."""

    value: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0


def headline(report: Mapping[str, Any]) -> Headline:
    """The report's headline; a result that may be chance, or is worse, is reported as such."""
    arf, teacher = _metric(report, "arf", PRIMARY), _metric(report, "teacher", PRIMARY)
    against = compare(report, PRIMARY, "arf", "teacher")
    if arf is None or teacher is None or against is None:
        return _without_gold(report)
    title, tone = _verdict(report, against)
    return Headline(title, (*_few(arf), _rates(arf, teacher, against), *_beside(report)), tone)


def compare(report: Mapping[str, Any], metric: str, a: str, b: str) -> Difference | None:
    """The difference a - b on a metric, whichever way round the report stores it."""
    for row in report.get("comparisons", []):
        if row["metric"] != metric:
            continue
        if (row["a"], row["b"]) == (a, b):
            return Difference(row["difference"], row["low"], row["high"])
        if (row["a"], row["b"]) == (b, a):
            return Difference(-row["difference"], -row["high"], -row["low"])
    return None


def _without_gold(report: Mapping[str, Any]) -> Headline:
    """The headline of calls without gold facts: from references, else a judge, else the detectors."""
    sentences: list[str] = []
    title, tone = "", "open"
    for name, verdicts in _WITHOUT_GOLD.items():
        arf, teacher = _metric(report, "arf", name), _metric(report, "teacher", name)
        against = compare(report, name, "arf", "teacher")
        if arf is None or teacher is None or against is None:
            continue
        if not title:
            sentences += _few(arf)
            title = verdicts[against.value < 0] if against.sure else _UNCLEAR
            tone = "open" if not against.sure else "bad" if against.value < 0 else "good"
        low, high = (wording.difference(name, end).split()[0] for end in (against.low, against.high))
        sentences.append(
            f"{wording.metric(name)}: {wording.value(name, arf['value'])} for the student and "
            f"{wording.value(name, teacher['value'])} for its teacher, a difference of "
            f"{wording.difference(name, against.value)} (95\u00a0% interval {low} to {high})."
        )
    flagged = [
        report.get("detectors", {}).get(s, {}).get("metrics", {}).get("flagged_rate") for s in ("arf", "teacher")
    ]
    if all(flagged):
        arf_rate, teacher_rate = (wording.percent(rate["value"]) for rate in flagged)
        found = f"The detectors flag {arf_rate} of the student's summaries and {teacher_rate} of its teacher's"
        title = title or f"{found}."
        sentences.append(f"{found}. They guided the corrections, so this is no evidence that the student is better.")
    sentences.append(
        "These calls have no gold facts, so error-free summaries could not be counted. How to write gold facts, and "
        "what else can be measured, is in docs/format.md."
    )
    return Headline(title or "Nothing in these calls says how good a summary is.", tuple(sentences), tone)


def _few(metric: Mapping[str, Any]) -> list[str]:
    """A warning if a metric was measured on too few calls to show anything."""
    n = metric.get("n", _FEW)
    return [] if n >= _FEW else [f"This was a trial: {n} held-out calls are too few to show anything."]


def _verdict(report: Mapping[str, Any], against: Difference) -> tuple[str, str]:
    recall = compare(report, RECALL, "arf", "teacher")
    if against.sure and against.value < 0:
        return "The student makes more mistakes than its teacher.", "bad"
    if not against.sure:
        return "The results do not show that the student makes fewer mistakes than its teacher.", "open"
    if recall is not None and recall.sure and recall.value < 0:
        return "The student makes fewer mistakes than its teacher, but leaves more out.", "open"
    return "The student makes fewer mistakes than its teacher.", "good"


def _rates(arf: Mapping[str, Any], teacher: Mapping[str, Any], against: Difference) -> str:
    n = arf.get("n")
    where = f"On {n} held-out calls" if n else "On the held-out calls"
    tail = "" if against.sure else " The interval includes zero: the difference may be chance."
    return (
        f"{where}, {wording.percent(arf['value'])} of the ARF student's summaries are free of errors, and "
        f"{wording.percent(teacher['value'])} of the teacher's: a difference of {_span(against)}.{tail}"
    )


def _beside(report: Mapping[str, Any]) -> list[str]:
    out = []
    recall = compare(report, RECALL, "arf", "teacher")
    if recall is not None:
        out.append(f"Key facts covered, student minus teacher: {_span(recall)}.")
    for other, name in (
        ("distilled", "Plain distillation on the same calls"),
        ("repair", "The correction rules alone"),
    ):
        theirs, against = _metric(report, other, PRIMARY), compare(report, PRIMARY, "arf", other)
        if theirs is not None and against is not None:
            out.append(f"{name}: {wording.percent(theirs['value'])} error-free; {_standing(against)}.")
    return out


def _standing(against: Difference) -> str:
    if not against.sure:
        return f"the student is neither surely better nor surely worse: {_span(against)}"
    return f"the student is {'better' if against.value > 0 else 'worse'}: {_span(against)}"


def _span(d: Difference) -> str:
    low, high = (wording.points(end).split()[0] for end in (d.low, d.high))
    return f"{wording.points(d.value)} (95\u00a0% interval {low} to {high})"


def _metric(report: Mapping[str, Any], system: str, name: str) -> Mapping[str, Any] | None:
    found = report.get("systems", {}).get(system, {}).get("metrics", {}).get(name)
    return found if found is not None and found.get("value") is not None else None
