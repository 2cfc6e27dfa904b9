"""Hits and near misses of the gold matcher on hand-made calls."""

from __future__ import annotations

import pytest

from arf.evaluation.matchers.customer_service.match import match
from arf.evaluation.words import copied_run
from arf.kit.errors import InvalidRecord
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import FactStatus
from tests.unit.evaluation.calls import DAMAGED, call, damaged_toaster, refused_refund, two_issues, unresolved
from tests.unit.evaluation.corruption import VAGUE

_LEAD = "The customer contacted support because the toaster from order 48213 arrived damaged. "
_LAMP = "The customer contacted support because they were charged twice for order A771. "


def _errors(found: frozenset[ErrorType]) -> set[str]:
    return {ErrorType.Name(e).removeprefix("ERROR_TYPE_") for e in found}


@pytest.mark.parametrize(
    "summary",
    [
        DAMAGED,
        "The customer reported that their toaster arrived broken and asked for a refund. The agent issued a "
        "refund of $35.20 "
        "and promised a callback by March 14.",
        "A customer's toaster arrived damaged. A refund of $35.20 was issued, and the customer will be "
        "called back by 14 "
        "March.",
        "The customer received a broken toaster in order 48213. They were refunded $35.20 by the agent, who "
        "will also call "
        "them back by the 14th of March.",
        "The customer contacted customer service about a broken toaster from order 48213. The representative "
        "refunded "
        "thirty-five dollars and twenty cents and said that they would call back by March 14th.",
        "The customer's toaster arrived broken, so they asked for their money back. The agent paid $35.20 "
        "back to their card "
        "and will phone them by 14 March.",
        "Customer reached out regarding order 48213, which arrived damaged. Agent has refunded $35.20 and "
        "will follow up "
        "with a call by 14 March.",
    ],
)  # fmt: skip
def test_nothing_is_found_when_a_summary_is_right_in_words_of_its_own(summary: str) -> None:
    result = match(damaged_toaster(), summary)
    assert [v for v in result.verdicts if v.error] == []
    assert result.error_free
    assert result.key_fact_recall == 1


@pytest.mark.parametrize(
    ("summary", "error"),
    [
        ("The customer refunded $35.20 to the agent.", "ROLE_MISATTRIBUTION"),
        ("The agent refunded $35.20 and the customer will call back by 14 March.", "ROLE_MISATTRIBUTION"),
        ("The agent refunded $53.20 to the card.", "WRONG_DETAIL"),
        ("The agent refunded $35.20 and will call back by 15 March.", "WRONG_DETAIL"),
        ("The agent refunded $35.20 for order 48231.", "WRONG_DETAIL"),
        ("The agent refunded $35.20 for the kettle.", "WRONG_DETAIL"),
        ("The agent will refund $35.20 to the card.", "STATUS_SHIFT"),
        ("The agent offered to refund $35.20 to the card.", "STATUS_SHIFT"),
        ("The agent refunded $35.20 and called the customer back.", "STATUS_SHIFT"),
        ("The agent can refund $35.20 if the toaster is returned.", "STATUS_SHIFT"),
        ("The agent refused to refund $35.20 to the card.", "CONTRADICTION"),
        ("The agent did not refund the $35.20 payment.", "CONTRADICTION"),
        ("The agent refunded $35.20, but the issue was not resolved.", "CONTRADICTION"),
        ("The agent refunded $35.20 and sent a replacement.", "FABRICATION"),
        ("The agent refunded $35.20. The courier was eaten by a crocodile.", "FABRICATION"),
        ("The agent refunded $35.20, and the customer was very happy with it.", "UNSUPPORTED_INFERENCE"),
        ("The agent refunded $35.20 on 14 March to the card.", "WRONG_LINK"),
        ("The agent refunded $35.20 for order 55555.", "WRONG_LINK"),
        ("The agent apologised and will call the customer back.", "OMISSION"),
        ("The agent refunded $35.20 and will", "FORMAT"),
    ],
)
def test_the_error_is_named_when_one_statement_is_wrong(summary: str, error: str) -> None:
    result = match(damaged_toaster(), _LEAD + summary)
    assert not result.error_free
    assert error in _errors(result.errors)
    assert all(v.explanation for v in result.verdicts)


@pytest.mark.parametrize(
    ("summary", "errors"),
    [
        (
            "The agent refused a refund because the return window had passed, but will repair the lamp if it is "
            "returned.",
            set(),
        ),
        ("The agent could not refund it. They offered to repair the lamp once the customer sends it back.", set()),
        ("The refund was denied. The lamp will be repaired if the customer returns it.", set()),
        ("The agent will repair the lamp.", {"STATUS_SHIFT", "OMISSION"}),
        ("The agent will repair the lamp if the customer pays a fee.", {"WRONG_DETAIL", "OMISSION"}),
        ("The agent refunded the order. The agent will repair the lamp if it is returned.", {"CONTRADICTION"}),
        ("The customer asked for a refund. The agent will repair the lamp if it is returned.", set()),
        ("The agent asked for a refund. The agent will repair the lamp if it is returned.", {"ROLE_MISATTRIBUTION"}),
    ],
)
def test_refusals_and_conditions_are_told_apart_when_both_occur(summary: str, errors: set[str]) -> None:
    assert _errors(match(refused_refund(), _LAMP + summary).errors) == errors


@pytest.mark.parametrize(
    ("outcome", "errors"),
    [
        ("The issue was not resolved.", set()),
        ("The problem remained unresolved.", set()),
        ("The bot could not solve the problem.", set()),
        ("The bot resolved the issue.", {"CONTRADICTION", "OMISSION"}),
        ("The bot will solve the issue.", {"OMISSION"}),
    ],
)
def test_an_open_end_is_covered_when_the_summary_says_so(outcome: str, errors: set[str]) -> None:
    summary = f"The customer contacted support because their internet had been down since 3 May. {outcome}"
    assert _errors(match(unresolved(), summary).errors) == errors


def test_values_of_two_issues_are_kept_apart_when_the_act_is_the_same() -> None:
    lead = "The customer contacted support because the tent was missing from order 15147. "
    other = " In addition, order 22934 had been charged twice. "
    right = f"{lead}The agent promised to refund $459.20 by 9 December.{other}The agent refunded $89.20."
    swapped = f"{lead}The agent promised to refund $89.20 by 9 December.{other}The agent refunded $459.20."
    crossed = right.replace("15147", "22934", 1)
    assert match(two_issues(), right).error_free
    assert "WRONG_LINK" in _errors(match(two_issues(), swapped).errors)
    assert "WRONG_LINK" in _errors(match(two_issues(), crossed).errors)
    assert _errors(match(two_issues(), f"{lead}The agent promised to refund $459.20 by 9 December.").errors) == {
        "OMISSION"
    }


def test_a_corrected_value_passes_when_it_is_told_as_the_former_one() -> None:
    told = "The customer first gave order 48231 and then corrected it. "
    assert match(damaged_toaster(), _LEAD + told + "The agent refunded $35.20.").error_free


@pytest.mark.parametrize("summary", VAGUE)
def test_reason_and_outcome_stay_uncovered_when_the_words_are_vague(summary: str) -> None:
    for made in (damaged_toaster(), refused_refund(), unresolved()):
        result = match(made, summary)
        assert "OMISSION" in _errors(result.errors)
        assert result.key_fact_recall == 0


def test_copying_is_an_error_when_more_than_twelve_words_run_on() -> None:
    made = damaged_toaster()
    copied = "The customer said that " + made.turns[2].text.lower().replace("i'm sorry. ", "")
    assert "REDUNDANCY" in _errors(match(made, copied).errors)
    assert copied_run(DAMAGED, made) <= 12


def test_an_agent_passes_for_the_bot_when_the_call_has_only_one_of_them() -> None:
    made = damaged_toaster()
    assert match(made, DAMAGED.replace("The agent", "The bot")).error_free
    made.turns.add(turn_id="9", speaker="bot", role="ROLE_BOT", text="Welcome.")
    assert "ROLE_MISATTRIBUTION" in _errors(match(made, DAMAGED.replace("The agent", "The bot")).errors)


def test_a_call_is_refused_when_it_has_no_gold() -> None:
    with pytest.raises(InvalidRecord, match="c1"):
        match(call([("customer", "Hello.")], []), DAMAGED)


def test_each_issue_has_its_own_outcome_when_both_end_alike() -> None:
    made = two_issues()
    for settled in (f for f in made.gold.facts if f.slot == "outcome"):
        settled.status = FactStatus.FACT_STATUS_REFUSED
    first = "The customer contacted support because the tent was missing from order 15147. The agent refused a refund."
    both = f"{first} In addition, order 22934 had been charged twice. The agent refused a refund."
    assert match(made, both).error_free
    assert _errors(match(made, first).errors) == {"OMISSION"}


def test_a_product_is_no_team_when_its_name_has_a_word_of_one() -> None:
    made = damaged_toaster()
    made.turns[0].text = made.turns[0].text.replace("toaster", "desk lamp")
    assert match(made, DAMAGED.replace("order 48213 arrived damaged", "they received a damaged desk lamp")).error_free


def test_a_fact_that_was_taken_back_is_no_key_fact_when_recall_is_counted() -> None:
    made = damaged_toaster()
    made.gold.facts.add(fact_id="f3.was", issue_id="i1", slot="amount", value="53.20 USD", key=True)
    assert match(made, DAMAGED).key_fact_recall < 1
    made.gold.facts[-1].superseded_by = "f3.amount"
    assert match(made, DAMAGED).key_fact_recall == 1


def test_a_reason_that_was_taken_back_need_not_be_told_when_it_is_missing() -> None:
    made = damaged_toaster()
    made.gold.facts.add(fact_id="f0", issue_id="i1", slot="reason", value="late_delivery", key=True)
    assert ErrorType.ERROR_TYPE_OMISSION in match(made, DAMAGED).errors
    made.gold.facts[-1].superseded_by = "f1"
    assert match(made, DAMAGED).error_free


@pytest.mark.parametrize(("words", "wrong"), [(12, False), (13, True)])
def test_copying_is_an_error_when_more_than_twelve_words_in_a_row_are(words: int, wrong: bool) -> None:
    spoken = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
    ]
    made = damaged_toaster()
    made.turns[0].text += " " + " ".join(spoken)
    errors = match(made, f"{DAMAGED} They said {' '.join(spoken[:words])}.").errors
    assert (ErrorType.ERROR_TYPE_REDUNDANCY in errors) == wrong


def test_an_outcome_is_missing_when_only_the_first_issues_is_told() -> None:
    told = (
        "The customer contacted support because the tent was missing from order 15147 and because order 22934 was "
        "charged twice. The agent promised to refund $459.20 by 9 December."
    )
    missing = [v for v in match(two_issues(), told).verdicts if v.error == ErrorType.ERROR_TYPE_OMISSION]
    assert [list(v.fact_ids) for v in missing] == [["f4"]]
