from __future__ import annotations

from arf.tasks.customer_service.phrases.prose import write
from arf.tasks.customer_service.tagging.tagger import tag
from arf.tasks.customer_service.writer.repair import VERSION, repair
from arf.v1.finding_pb2 import ErrorType, Finding

from ..calls import call

_CALL = call(
    ("customer", "Order 48213 arrived damaged."),
    ("agent", "I've refunded $35.20 and we'll send a replacement by 14 March."),
)
_REASON = "The customer reported that order 48213 arrived damaged."
_REFUND = "The agent refunded $35.20 straight away."
_REPLACEMENT = "The agent promised to send a replacement by 14 March."


def _finding(summary: str, words: str, kind: ErrorType, sentence: int) -> Finding:
    start = summary.index(words)
    return Finding(type=kind, sentence=sentence, start=start, end=start + len(words))


def test_value_is_put_right_when_one_detail_is_wrong() -> None:
    summary = f"{_REASON} The agent refunded $53.20 straight away. {_REPLACEMENT}"
    finding = _finding(summary, "$53.20", ErrorType.ERROR_TYPE_WRONG_DETAIL, 1)
    assert repair(_CALL, summary, [finding]) == f"{_REASON} {_REFUND} {_REPLACEMENT}"


def test_actor_is_put_right_when_the_act_is_given_to_the_wrong_party() -> None:
    summary = f"{_REASON} {_REFUND} The customer promised to send a replacement by 14 March."
    finding = _finding(summary, "The customer promised", ErrorType.ERROR_TYPE_ROLE_MISATTRIBUTION, 2)
    assert repair(_CALL, summary, [finding]) == f"{_REASON} {_REFUND} {_REPLACEMENT}"


def test_clause_goes_when_it_is_made_up() -> None:
    summary = f"{_REASON} {_REFUND} {_REPLACEMENT} The manager called to apologise in person."
    finding = _finding(summary, "The manager called", ErrorType.ERROR_TYPE_FABRICATION, 3)
    assert repair(_CALL, summary, [finding]) == f"{_REASON} {_REFUND} {_REPLACEMENT}"


def test_outcome_is_added_when_the_flagged_sentence_held_it() -> None:
    summary = f"{_REASON} {_REFUND} The agent has already sent a replacement."
    finding = _finding(summary, "The agent has", ErrorType.ERROR_TYPE_STATUS_SHIFT, 2)
    assert repair(_CALL, summary, [finding]) == f"{_REASON} {_REFUND} {_REPLACEMENT}"


def test_summary_is_written_anew_when_most_of_it_is_flagged() -> None:
    summary = "It went fine. Everybody was happy."
    findings = [
        _finding(summary, "It went fine", ErrorType.ERROR_TYPE_FABRICATION, 0),
        _finding(summary, "Everybody", ErrorType.ERROR_TYPE_FABRICATION, 1),
    ]
    assert repair(_CALL, summary, findings) == write(tag(_CALL))


def test_summary_is_written_anew_when_the_whole_is_flagged() -> None:
    omission = Finding(type=ErrorType.ERROR_TYPE_OMISSION, sentence=-1)
    assert repair(_CALL, f"{_REASON} {_REFUND}", [omission]) == write(tag(_CALL))


def test_nothing_is_proposed_when_nothing_is_flagged() -> None:
    assert repair(_CALL, f"{_REASON} {_REFUND}", []) is None


def test_nothing_is_proposed_when_the_call_says_too_little() -> None:
    silent = call(("customer", "Hello?"), ("agent", "Hello."))
    assert repair(silent, "It went fine.", [Finding(type=ErrorType.ERROR_TYPE_FABRICATION, sentence=0)]) is None


def test_version_names_the_rules_when_recorded() -> None:
    name, _, version = VERSION.partition("@")
    assert name == "customer_service_repair"
    assert version.isdigit()
