"""The first sentence tells a bad result as plainly as a good one."""

from __future__ import annotations

from typing import Any

import pytest

from arf.loop.report.headline import compare, headline
from tests.helpers.reports import report


def test_headline_claims_fewer_mistakes_when_the_interval_excludes_zero() -> None:
    said = headline(report())

    assert said.tone == "good"
    assert said.title == "The student makes fewer mistakes than its teacher."
    assert "52\u00a0% of the ARF student's summaries" in said.sentences[0]
    assert "+46 points (95\u00a0% interval +37 to +55)" in said.sentences[0]


def test_headline_says_nothing_is_shown_when_the_interval_includes_zero() -> None:
    said = headline(report({"arf": 0.1}))

    assert said.tone == "open"
    assert "do not show" in said.title
    assert "may be chance" in said.sentences[0]


def test_headline_says_so_when_the_student_is_worse() -> None:
    said = headline(report({"teacher": 0.7, "arf": 0.4}))

    assert said.tone == "bad"
    assert said.title == "The student makes more mistakes than its teacher."


def test_headline_says_the_student_leaves_more_out_when_recall_falls() -> None:
    worse = report()
    recall = next(c for c in worse["comparisons"] if c["metric"] == "key_fact_recall")
    recall.update(difference=-0.2, low=-0.3, high=-0.1)

    said = headline(worse)

    assert said.tone == "open"
    assert "leaves more out" in said.title


def test_headline_ranks_the_student_below_the_rules_when_they_are_better() -> None:
    said = headline(report({"repair": 0.9}))
    assert any("correction rules" in s and "the student is worse: −38 points" in s for s in said.sentences)


def _without_gold(metric: str, difference: float, n: int = 90) -> dict[str, Any]:
    """A report whose only metric is this one, by which the student is better by the difference."""
    made = report()
    values = {"teacher": 0.4, "arf": 0.4 + difference}
    made["systems"] = {s: {"metrics": {metric: {"value": v, "n": n}}} for s, v in values.items()}
    ends = {"difference": difference, "low": difference - 0.05, "high": difference + 0.05}
    made["comparisons"] = [{"metric": metric, "a": "arf", "b": "teacher", **ends}]
    return made


@pytest.mark.parametrize(
    ("metric", "difference", "title", "tone"),
    [
        ("key_content_recall", 0.2, "hold more of what the references say", "good"),
        ("rougeL", -0.2, "further from the references", "bad"),
        ("judge_rating", 0.2, "The judge thinks better of the student", "good"),
        ("judge_rating", 0.01, "do not show whether", "open"),
    ],
)
def test_headline_is_what_was_measured_when_there_is_no_gold(
    metric: str, difference: float, title: str, tone: str
) -> None:
    said = headline(_without_gold(metric, difference))

    assert (title in said.title, said.tone) == (True, tone)
    assert "for the student and" in said.sentences[0]
    assert any("no evidence" in sentence for sentence in said.sentences)
    assert "gold facts" in said.sentences[-1]


def test_headline_is_what_the_detectors_say_when_nothing_else_was_measured() -> None:
    bare = report()
    bare["systems"], bare["comparisons"] = {"teacher": {"metrics": {}}}, []
    said = headline(bare)

    assert said.tone == "open"
    assert said.title == "The detectors flag 20\u00a0% of the student's summaries and 90\u00a0% of its teacher's."
    assert "no evidence" in said.sentences[0]


def test_headline_says_that_few_calls_show_nothing() -> None:
    few = report()
    for system in few["systems"].values():
        system["metrics"]["error_free_rate"]["n"] = 8
    assert "8 held-out calls are too few" in headline(few).sentences[0]
    assert "8 held-out calls are too few" in headline(_without_gold("rougeL", 0.2, n=8)).sentences[0]
    assert not any("too few" in sentence for sentence in headline(report()).sentences)


def test_compare_turns_a_difference_round_when_it_is_held_the_other_way() -> None:
    turned = {"comparisons": [{"metric": "m", "a": "x", "b": "y", "difference": 0.2, "low": 0.1, "high": 0.4}]}
    found = compare(turned, "m", "y", "x")

    assert found is not None
    assert (found.value, found.low, found.high) == (-0.2, -0.4, -0.1)
