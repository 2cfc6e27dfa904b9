"""The first sentence tells a bad result as plainly as a good one."""

from __future__ import annotations

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


def test_headline_claims_nothing_when_there_is_no_gold() -> None:
    said = headline({"systems": {"teacher": {"metrics": {}}}, "comparisons": []})

    assert said.tone == "open"
    assert "not compared" in said.title


def test_compare_turns_a_difference_round_when_it_is_held_the_other_way() -> None:
    turned = {"comparisons": [{"metric": "m", "a": "x", "b": "y", "difference": 0.2, "low": 0.1, "high": 0.4}]}
    found = compare(turned, "m", "y", "x")

    assert found is not None
    assert (found.value, found.low, found.high) == (-0.2, -0.4, -0.1)
