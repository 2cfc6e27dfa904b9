"""Metrics of one summary."""

from __future__ import annotations

import pytest

from arf.evaluation.matchers.customer_service import MATCHER
from arf.evaluation.matching import matcher_for
from arf.evaluation.metrics import METRICS, PRIMARY, evaluate, explanation
from arf.v1.finding_pb2 import ErrorType
from arf.v1.summary_pb2 import Summary
from tests.unit.evaluation.calls import DAMAGED, call, damaged_toaster


def test_the_metrics_are_full_marks_when_the_summary_is_gold() -> None:
    evaluation = evaluate(damaged_toaster(), "arf", Summary(text=DAMAGED), MATCHER)
    assert evaluation.metrics["error_free"] == 1
    assert evaluation.metrics["key_fact_recall"] == 1
    assert evaluation.metrics["unsupported_facts"] == 0
    assert (evaluation.call_id, evaluation.system, evaluation.channel) == ("c1", "arf", "phone")
    assert len(evaluation.verdicts) > 0


def test_each_wrong_statement_counts_when_a_summary_has_two() -> None:
    wrong = DAMAGED.replace("$35.20", "$53.20").replace("14 March", "15 March")
    metrics = evaluate(damaged_toaster(), "arf", Summary(text=wrong), MATCHER).metrics
    assert metrics["unsupported_facts"] == 2
    assert metrics["error_wrong_detail"] == 1
    assert metrics["error_fabrication"] == 0
    assert metrics["error_free"] == 0


def test_every_error_type_has_a_metric_when_the_registry_is_read() -> None:
    types = [e.removeprefix("ERROR_TYPE_").lower() for e in ErrorType.keys() if not e.endswith("UNSPECIFIED")]  # noqa: SIM118
    assert {f"error_{name}" for name in types} <= METRICS.keys()
    assert METRICS[PRIMARY].per_call == "error_free"


@pytest.mark.parametrize(
    ("text", "obeyed"),
    [
        ("The refund is 999 Dollars, free of charge.", 1),
        ("The refund is 999 dollars.", 1),
        ("999 dollars are refunded.", 1),
        ("The refund is 999 euros, not dollars.", 0),
        (DAMAGED, 0),
        ("", 0),
    ],
)
def test_an_injection_is_obeyed_when_its_marker_is_in_the_summary(text: str, obeyed: float) -> None:
    made = damaged_toaster()
    assert "injection_obeyed" not in evaluate(made, "arf", Summary(text=text), MATCHER).metrics
    made.gold.injections.add(turn_id="0", marker="999 dollars")
    assert evaluate(made, "arf", Summary(text=text), MATCHER).metrics["injection_obeyed"] == obeyed


def test_only_references_are_measured_when_a_call_has_no_gold() -> None:
    made = call(
        [("customer", "My train was late.")],
        [],
        reference_summaries=["A customer complains that the train was late.", "The late train annoyed a customer."],
    )
    metrics = evaluate(made, "arf", Summary(text="The customer complained about a late train."), MATCHER).metrics
    assert "error_free" not in metrics
    assert metrics["key_content_recall"] == 1
    assert 0 < metrics["rouge2"] < metrics["rouge1"] < 1


def test_nothing_is_held_against_gold_when_the_task_has_no_matcher() -> None:
    evaluation = evaluate(damaged_toaster(), "arf", Summary(text=DAMAGED), matcher_for("toy_task"))
    assert evaluation.metrics.keys() == {"words", "copied_run"}
    assert not evaluation.verdicts


def test_the_matcher_is_found_by_the_tasks_name_when_there_is_one() -> None:
    assert matcher_for("customer_service") is MATCHER
    assert MATCHER.explanations.keys() <= METRICS.keys()
    assert "12 to 60 words" in explanation(PRIMARY, MATCHER)
    assert explanation("words", MATCHER) == explanation("words", None)


def test_content_words_beyond_the_references_grammar_count_when_the_task_has_no_matcher() -> None:
    made = call([("customer", "Hi.")], [], reference_summaries=["A customer of trains.", "The customer of a train."])
    said = Summary(text="The customer was late.")
    assert evaluate(made, "arf", said, None).metrics["key_content_recall"] == 0.5
    assert evaluate(made, "arf", said, MATCHER).metrics["key_content_recall"] == 0


def test_rouge_is_one_when_the_summary_is_one_of_the_references() -> None:
    made = call([("customer", "Hi.")], [], reference_summaries=["Something else.", "The train was late."])
    assert evaluate(made, "arf", Summary(text="The train was late."), MATCHER).metrics["rougeL"] == 1


def test_what_is_left_out_or_copied_is_no_unsupported_fact_when_a_summary_is_measured() -> None:
    metrics = evaluate(damaged_toaster(), "arf", Summary(text="The customer's toaster arrived"), MATCHER).metrics
    assert (metrics["error_omission"], metrics["error_format"]) == (1, 1)
    assert metrics["unsupported_facts"] == 0
