from __future__ import annotations

import itertools

import pytest

from arf.tasks.customer_service.detectors import omission
from arf.tasks.customer_service.detectors.alignment import Transcript
from arf.tasks.customer_service.detectors.coverage import has_reason, told_acts
from arf.tasks.customer_service.detectors.omission import Omission, beyond_the_wish, needed_acts
from arf.tasks.customer_service.phrases.prose import reason_sentence, write
from arf.tasks.customer_service.tagging.slots import Act, ActKind, Reason, ReasonKind, Resolution, Slots
from arf.tasks.detection import Subject
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import Severity
from arf.v1.transcript_pb2 import Call, FactStatus
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found

DETECTOR = Omission()
CALL = call_of(
    "customer: Hi, my order 48213 arrived damaged.",
    "agent: I'm sorry about that. I've refunded $35.20 to your card.",
    "agent: I'll also send you a replacement by 14 March.",
    "customer: Great.",
)
FULL = (
    "The customer contacted support because order 48213 arrived damaged. "
    "The agent refunded $35.20 and promised to send a replacement by 14 March."
)


def _missing(call: Call, summary: str) -> list[str]:
    return [f.explanation for f in found(DETECTOR, call, summary)]


def test_nothing_is_missing_when_the_summary_tells_all() -> None:
    assert _missing(CALL, FULL) == []


def test_nothing_is_missing_when_other_words_tell_it() -> None:
    told = (
        "A customer's order came broken. They were reimbursed 35.20 dollars; "
        "a new item will be shipped by the 14th of March."
    )
    assert _missing(CALL, told) == []


@pytest.mark.parametrize(
    ("summary", "slot"),
    [
        (FULL.replace("because order 48213 arrived damaged", "about an order"), "reason"),
        (FULL.replace("refunded $35.20", "helped"), "action"),
        (FULL.replace(" and promised to send a replacement by 14 March", ""), "outcome"),
        (FULL.replace(" by 14 March", ""), "deadline"),
        (FULL.replace("refunded $35.20", "issued a refund"), "amount"),
    ],
)
def test_the_slot_is_named_when_it_is_missing(summary: str, slot: str) -> None:
    (finding,) = found(DETECTOR, CALL, summary)
    assert finding.explanation.startswith(f"The {slot} is missing")
    assert (finding.sentence, finding.start, finding.end) == (-1, 0, 0)
    assert finding.turn_ids
    assert (finding.severity == Severity.SEVERITY_CRITICAL) == (slot == "outcome")


def test_the_fix_is_a_sentence_of_our_prose_when_an_act_is_missing() -> None:
    (finding,) = found(DETECTOR, CALL, FULL.replace("refunded $35.20", "helped"))
    assert finding.suggested_fix == "Add: The agent refunded $35.20."


def test_both_acts_are_seen_when_words_of_one_and_the_other_look_like_a_third() -> None:
    sentence = "The agent applied a goodwill credit of $5.00 and promised to call the customer back by 16 November."
    assert [m.kind for m in told_acts(sentence)] == [ActKind.GOODWILL_CREDIT, ActKind.CALLBACK]
    assert [sentence[m.start : m.end].strip() for m in told_acts(sentence)][1].startswith("call the")


def test_an_act_is_seen_when_its_words_stand_on_both_sides_of_a_cut() -> None:
    assert [m.kind for m in told_acts("The customer turned the router off and on.")] == [ActKind.RESTART_DEVICE]


def test_nothing_is_missing_when_the_call_establishes_nothing() -> None:
    assert _missing(call_of("customer: hello", "agent: hello"), "They exchanged words.") == []


def _found_in(slots: Slots, summary: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    known = Transcript(Call(id="c1"))
    vars(known)["slots"] = slots
    monkeypatch.setattr(omission, "transcript", lambda call: known)
    return [f.explanation for f in DETECTOR.detect(Subject(Call(id="c1"), summary))]


STATUSES = (
    t.FACT_STATUS_DONE,
    t.FACT_STATUS_PROMISED,
    t.FACT_STATUS_PENDING,
    t.FACT_STATUS_REFUSED,
    t.FACT_STATUS_CONDITIONAL,
)


@pytest.mark.parametrize(("kind", "status"), list(itertools.product(ActKind, STATUSES)))
def test_nothing_is_missing_when_our_own_prose_tells_an_act(
    kind: ActKind, status: FactStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    condition = "the item is returned" if status == t.FACT_STATUS_CONDITIONAL else None
    money = kind in (ActKind.REFUND, ActKind.GOODWILL_CREDIT, ActKind.BILL_CORRECTION)
    amount = "20.00 USD" if money else None
    due = status in (t.FACT_STATUS_PROMISED, t.FACT_STATUS_PENDING)
    act = Act(kind, t.ROLE_AGENT, status, amount=amount, deadline="P3D" if due else None, condition=condition)
    slots = Slots(reason=Reason(ReasonKind.DAMAGED_ITEM, order_id="48213"), acts=(act,))
    summary = write(slots)
    assert summary is not None
    assert _found_in(slots, summary, monkeypatch) == []
    without = summary.split(". ")[0] + "."
    assert any("outcome" in e for e in _found_in(slots, without, monkeypatch))


@pytest.mark.parametrize("kind", [k for k in ReasonKind if k is not ReasonKind.OTHER])
def test_a_reason_is_told_when_our_own_prose_tells_it(kind: ReasonKind) -> None:
    reason = Reason(kind, product="blender")
    assert has_reason(reason, reason_sentence(reason).lower(), [])
    assert not has_reason(reason, "they spoke about the weather for a while.", [])


def test_a_reason_without_a_kind_is_told_when_its_words_are() -> None:
    reason = Reason(ReasonKind.OTHER, text="because the gift card code was already redeemed")
    assert has_reason(reason, "the customer's gift card had been redeemed before.", [])
    assert not has_reason(reason, "the customer wanted a refund.", [])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("My lamp came smashed", "the lamp was faulty from the start"),
        ("My lamp came smashed", "the lamp was in pieces"),
        ("My lamp has not come yet", "the lamp got lost on its way"),
        ("My lamp stopped working", "the lamp gave no light"),
    ],
)
def test_a_reason_is_told_when_other_words_say_what_is_wrong_with_the_thing(said: str, told: str) -> None:
    call = call_of(f"customer: {said}, order LP20931.", "agent: I've refunded the $40.", "customer: Thanks.")
    rest = "The agent refunded $40."
    assert _missing(call, f"The customer contacted support because {told}. {rest}") == []
    for untold in ("about a lamp", "because they were charged twice for the lamp", "because of an issue"):
        assert _missing(call, f"The customer contacted support {untold}. {rest}") != []


def test_a_resolution_of_a_thread_in_public_may_be_left_out() -> None:
    thread = call_of(
        "customer: @shop the app shows no orders",
        "agent: @12 Is it well now?",
        "customer: @shop it's all fixed, thanks",
    )
    assert _missing(thread, "The customer contacted support because the app showed no orders.") == []


@pytest.mark.parametrize("resolution", Resolution)
def test_the_resolution_is_missing_when_no_act_and_no_word_tells_it(
    resolution: Resolution, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = Reason(ReasonKind.INTERNET_OUTAGE)
    slots = Slots(reason=reason, resolution=resolution)
    summary = write(slots)
    assert summary is not None
    assert _found_in(slots, summary, monkeypatch) == []
    assert len(_found_in(slots, reason_sentence(reason), monkeypatch)) == 1
    visit = Act(ActKind.TECHNICIAN_VISIT, t.ROLE_AGENT, t.FACT_STATUS_PROMISED)
    settled = Slots(reason=reason, resolution=resolution, acts=(visit,))
    told = f"{reason_sentence(reason)} The agent promised to send a technician."
    assert _found_in(settled, told, monkeypatch) == []


def test_an_answered_request_need_not_be_told_when_the_company_acted() -> None:
    asked = Act(ActKind.REFUND, t.ROLE_CUSTOMER, t.FACT_STATUS_REQUESTED)
    answer = Act(ActKind.GOODWILL_CREDIT, t.ROLE_AGENT, t.FACT_STATUS_DONE)
    assert needed_acts(Slots(acts=(asked, answer))) == [answer]
    assert needed_acts(Slots(acts=(asked,))) == [asked]


def test_the_outcome_of_each_issue_is_needed_when_there_are_many_acts() -> None:
    first = Act(ActKind.REFUND, t.ROLE_AGENT, t.FACT_STATUS_DONE, issue=0)
    kinds = (ActKind.CALLBACK, ActKind.REPAIR, ActKind.REPLACEMENT, ActKind.ESCALATION, ActKind.RETURN_LABEL)
    later = tuple(Act(k, t.ROLE_AGENT, t.FACT_STATUS_DONE, issue=1) for k in kinds)
    assert needed_acts(Slots(acts=(first, *later))) == [first, *later[-4:]]


def test_wish_is_no_outcome_when_the_company_is_not_told() -> None:
    assert beyond_the_wish("The customer contacted support because they wanted to cancel the plan.") == ""
    assert "promised" in beyond_the_wish("The customer called to cancel the plan and the agent promised to cancel it.")
    assert beyond_the_wish("The agent cancelled the plan.") == "The agent cancelled the plan."


def test_a_lacking_act_is_no_omission_on_a_thread_but_a_lacking_reason_is(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = Reason(ReasonKind.OTHER, text="because the gift card code was already redeemed")
    act = Act(ActKind.REFUND, t.ROLE_AGENT, t.FACT_STATUS_DONE)
    told = "The gift card code had been redeemed before."
    call, thread = (Slots(reason=reason, acts=(act,), from_thread=where) for where in (False, True))

    assert len(_found_in(call, told, monkeypatch)) == 1
    assert _found_in(thread, told, monkeypatch) == []
    # One word of five is not the reason, on a thread as anywhere.
    assert len(_found_in(thread, "The customer had a question about a gift.", monkeypatch)) == 1
