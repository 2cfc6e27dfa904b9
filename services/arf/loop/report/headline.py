"""The report's first sentences: the main result in plain words, whether good or bad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arf.loop.report import wording

PRIMARY = "error_free_rate"
RECALL = "key_fact_recall"


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
        return Headline(
            "The student was not compared with its teacher on error-free summaries.",
            ("These calls carry no gold facts, so the primary metric does not apply; the tables show what does.",),
            "open",
        )
    title, tone = _verdict(report, against)
    return Headline(title, (_rates(arf, teacher, against), *_beside(report)), tone)


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
