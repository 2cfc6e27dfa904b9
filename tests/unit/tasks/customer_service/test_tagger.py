from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.tasks.customer_service.tagging.slots import Act, ActKind, ReasonKind, Resolution, Slots
from arf.tasks.customer_service.tagging.tagger import tag
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call

from .calls import call


def _act(slots: Slots, kind: ActKind) -> Act:
    return next(a for a in slots.acts if a.kind is kind)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("My parcel still hasn't arrived.", ReasonKind.LATE_DELIVERY),
        ("The vase arrived broken.", ReasonKind.DAMAGED_ITEM),
        ("One cup is missing from my order.", ReasonKind.MISSING_ITEM),
        ("You sent me the wrong colour.", ReasonKind.WRONG_ITEM),
        ("I was charged twice for my order.", ReasonKind.DOUBLE_CHARGE),
        ("I was charged $45.00 instead of $35.00.", ReasonKind.WRONG_AMOUNT),
        ("Where is my refund?", ReasonKind.REFUND_STATUS),
        ("I want to cancel my membership.", ReasonKind.CANCEL_SUBSCRIPTION),
        ("Please cancel my order.", ReasonKind.CANCEL_ORDER),
        ("I need to change my delivery address.", ReasonKind.CHANGE_ADDRESS),
        ("I'm locked out of my account.", ReasonKind.LOCKED_ACCOUNT),
        ("My broadband is down again.", ReasonKind.INTERNET_OUTAGE),
        ("My kettle has stopped working.", ReasonKind.PRODUCT_FAULT),
    ],
)
def test_reason_is_known_when_its_cues_are_said(said: str, kind: ReasonKind) -> None:
    reason = tag(call(("customer", said), ("agent", "I've refunded $5.00."))).reason
    assert reason is not None
    assert reason.kind is kind


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("I've refunded $35.20 to your card.", t.FACT_STATUS_DONE),
        ("We'll refund $35.20 by 14 March.", t.FACT_STATUS_PROMISED),
        ("Your refund is still being processed.", t.FACT_STATUS_PENDING),
        ("Once you return the item, I'll refund $35.20.", t.FACT_STATUS_CONDITIONAL),
        ("I'm afraid we can't refund that because the return window has passed.", t.FACT_STATUS_REFUSED),
        ("ive refunded thirty five twenty", t.FACT_STATUS_DONE),
        ("i'm not able to give you a refund", t.FACT_STATUS_REFUSED),
    ],
)
def test_status_follows_the_cue_when_the_agent_states_an_act(said: str, status: t.FactStatus) -> None:
    act = _act(tag(call(("customer", "My parcel hasn't arrived."), ("agent", said))), ActKind.REFUND)
    assert (act.actor, act.status) == (t.ROLE_AGENT, status)


def test_offer_is_no_promise_when_the_agent_only_asks() -> None:
    slots = tag(call(("customer", "The vase arrived broken."), ("agent", "Would you like a refund?")))
    assert slots.acts == ()


def test_last_statement_wins_when_an_act_is_told_twice() -> None:
    slots = tag(
        call(
            ("customer", "The vase arrived broken. Can I get a refund?"),
            ("agent", "I'm afraid we can't give you a refund."),
            ("customer", "That is not fair."),
            ("agent", "Okay, I've now refunded $20.00."),
        )
    )
    act = _act(slots, ActKind.REFUND)
    assert (act.status, act.amount, act.cause) == (t.FACT_STATUS_DONE, "20.00 USD", None)


def test_corrected_value_replaces_the_wrong_one_when_the_speaker_takes_it_back() -> None:
    slots = tag(
        call(
            ("customer", "order four eight two one three no sorry four eight two one four arrived damaged"),
            ("agent", "we'll send a replacement by the fourteenth of march no sorry the fifteenth of march"),
        )
    )
    assert slots.reason is not None
    assert slots.reason.order_id == "48214"
    assert _act(slots, ActKind.REPLACEMENT).deadline == "2026-03-15"


def test_order_named_in_passing_is_left_out_when_another_one_is_meant() -> None:
    slots = tag(
        call(
            ("customer", "My other order 11111 was fine. Order 22222 arrived broken."),
            ("agent", "I've refunded $5.00."),
        )
    )
    assert slots.reason is not None
    assert slots.reason.order_id == "22222"


def test_details_belong_to_their_own_acts_when_two_are_told_together() -> None:
    slots = tag(
        call(
            ("customer", "The vase arrived broken."),
            ("agent", "I've refunded $35.20 and we'll send a replacement by 14 March."),
        )
    )
    refund, replacement = _act(slots, ActKind.REFUND), _act(slots, ActKind.REPLACEMENT)
    assert (refund.amount, refund.deadline) == ("35.20 USD", None)
    assert (replacement.amount, replacement.deadline) == (None, "2026-03-14")


def test_customer_is_the_actor_when_asked_for_documents_and_agreeing() -> None:
    slots = tag(
        call(
            ("customer", "The vase arrived broken."),
            ("agent", "I can refund $20.00 once you send us the receipt. Could you email us the receipt?"),
            ("customer", "Sure, I'll send it by 3 May."),
        )
    )
    act = _act(slots, ActKind.SEND_DOCUMENTS)
    assert (act.actor, act.status, act.deadline) == (t.ROLE_CUSTOMER, t.FACT_STATUS_PROMISED, "2026-05-03")


def test_acts_belong_to_their_issue_when_the_customer_raises_a_second_one() -> None:
    slots = tag(
        call(
            ("customer", "The vase arrived broken."),
            ("agent", "I've refunded $20.00."),
            ("customer", "Thanks. Another thing. I'm locked out of my account."),
            ("agent", "I've reset your password."),
        )
    )
    assert [r.kind for r in slots.reasons] == [ReasonKind.DAMAGED_ITEM, ReasonKind.LOCKED_ACCOUNT]
    assert [(a.kind, a.issue) for a in slots.acts] == [(ActKind.REFUND, 0), (ActKind.PASSWORD_RESET, 1)]


def test_reason_is_told_in_the_third_person_when_no_cue_knows_it() -> None:
    slots = tag(
        call(("customer", "I want to upgrade my seat to first class."), ("agent", "We can call you back by 3 May."))
    )
    assert slots.reason is not None
    assert (slots.reason.kind, slots.reason.text) == (ReasonKind.OTHER, "to upgrade their seat to first class")


def test_reason_is_none_when_the_words_lean_on_something_unsaid() -> None:
    assert tag(call(("customer", "I want to talk to you about that thing you know."))).reason is None


def test_call_is_unresolved_when_the_agent_has_no_solution() -> None:
    slots = tag(
        call(
            ("customer", "My broadband is down."),
            ("agent", "I have no solution for you today, we couldn't resolve it."),
        )
    )
    assert slots.resolution is Resolution.UNRESOLVED


def test_turn_is_unread_when_the_company_states_what_no_cue_knows() -> None:
    slots = tag(call(("customer", "The vase arrived broken."), ("agent", "We'll paint your fence green on Sunday.")))
    assert slots.unread_turn_ids == ("1",)


def test_slots_are_empty_when_the_call_has_no_turns() -> None:
    assert tag(Call(id="c")) == Slots()


def test_gold_is_not_read_when_a_call_carries_it() -> None:
    plain = call(("customer", "The vase arrived broken."), ("agent", "I've refunded $20.00."))
    marked = Call()
    marked.CopyFrom(plain)
    marked.gold.facts.add(fact_id="f1", slot="outcome", value="escalation", key=True)
    assert tag(marked) == tag(plain)


@given(
    st.lists(st.tuples(st.sampled_from(["customer", "agent", "bot", "third_party"]), st.text(max_size=80)), max_size=5)
)
def test_tagging_is_total_and_repeatable_when_turns_hold_any_text(turns: list[tuple[str, str]]) -> None:
    assert tag(call(*turns)) == tag(call(*turns))
