from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.calls.text import words
from arf.tasks.customer_service.phrases.prose import write
from arf.tasks.customer_service.tagging.slots import Act, ActKind, Reason, ReasonKind, Resolution, Slots
from arf.v1 import transcript_pb2 as t

_DAMAGED = Reason(ReasonKind.DAMAGED_ITEM, order_id="48213")
_STATUSES = [
    t.FACT_STATUS_DONE,
    t.FACT_STATUS_PROMISED,
    t.FACT_STATUS_PENDING,
    t.FACT_STATUS_CONDITIONAL,
    t.FACT_STATUS_REFUSED,
]


def _agent(kind: ActKind, status: t.FactStatus, **known: str) -> Act:
    return Act(kind, t.ROLE_AGENT, status, **known)  # type: ignore[arg-type]


def test_done_and_promised_share_a_sentence_when_the_agent_does_both() -> None:
    slots = Slots(
        _DAMAGED,
        acts=(
            _agent(ActKind.REFUND, t.FACT_STATUS_DONE, amount="35.20 USD"),
            _agent(ActKind.REPLACEMENT, t.FACT_STATUS_PROMISED, deadline="2026-03-14"),
        ),
    )
    assert write(slots) == (
        "The customer contacted support because order 48213 arrived damaged. "
        "The agent refunded $35.20 and promised to send a replacement by 14 March."
    )


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (
            _agent(ActKind.REFUND, t.FACT_STATUS_CONDITIONAL, amount="20.00 USD", condition="the item is returned"),
            "The agent promised to refund $20.00 if the item is returned.",
        ),
        (
            _agent(ActKind.REFUND, t.FACT_STATUS_REFUSED, cause="the return window has passed"),
            "The agent refused a refund because the return window has passed.",
        ),
        (
            _agent(ActKind.REFUND, t.FACT_STATUS_PENDING, amount="20.00 USD", deadline="P3D"),
            "The agent said that a refund of $20.00 was in progress and due within 3 days.",
        ),
        (
            Act(ActKind.ESCALATION, t.ROLE_BOT, t.FACT_STATUS_DONE, team="billing", transfer=True),
            "The support bot transferred the customer to the billing team.",
        ),
        (
            Act(ActKind.ESCALATION, t.ROLE_AGENT, t.FACT_STATUS_DONE, team="billing"),
            "The agent passed the case to the billing team.",
        ),
        (
            _agent(ActKind.TECHNICIAN_VISIT, t.FACT_STATUS_PROMISED, deadline="2026-03-14", time="14:30"),
            "The agent promised to send a technician on 14 March at 2:30 pm.",
        ),
    ],
)
def test_act_is_told_by_status_when_it_settles_the_call(act: Act, told: str) -> None:
    text = write(Slots(_DAMAGED, acts=(act,)))
    assert text is not None
    assert text.endswith(told)


def test_customer_step_has_its_own_sentence_when_the_customer_promised_it() -> None:
    slots = Slots(
        _DAMAGED,
        acts=(
            _agent(ActKind.REPLACEMENT, t.FACT_STATUS_PROMISED),
            Act(ActKind.SEND_DOCUMENTS, t.ROLE_CUSTOMER, t.FACT_STATUS_PROMISED, deadline="2026-05-03"),
        ),
    )
    text = write(slots)
    assert text is not None
    assert text.endswith("The customer promised to send the documents by 3 May.")


def test_conditions_stay_apart_when_one_promise_has_none() -> None:
    acts = (
        _agent(ActKind.REPLACEMENT, t.FACT_STATUS_PROMISED),
        _agent(ActKind.REFUND, t.FACT_STATUS_CONDITIONAL, condition="the item is returned"),
    )
    text = write(Slots(_DAMAGED, acts=acts))
    assert text is not None
    assert "send a replacement. The agent promised to issue a refund if" in text


def test_each_issue_has_its_outcome_when_there_are_two() -> None:
    slots = Slots(
        _DAMAGED,
        (Reason(ReasonKind.LOCKED_ACCOUNT, issue=1),),
        (
            _agent(ActKind.REFUND, t.FACT_STATUS_DONE, amount="5.00 USD"),
            Act(ActKind.PASSWORD_RESET, t.ROLE_AGENT, t.FACT_STATUS_DONE, issue=1),
        ),
    )
    assert write(slots) == (
        "The customer contacted support because order 48213 arrived damaged. The agent refunded $5.00. "
        "The customer also contacted support because they were locked out of their account. "
        "The agent reset the password."
    )


def test_issue_is_unresolved_when_nothing_settled_it() -> None:
    text = write(Slots(_DAMAGED, resolution=Resolution.UNRESOLVED))
    assert text is not None
    assert text.endswith("The issue was not resolved.")


_REFUND = _agent(ActKind.REFUND, t.FACT_STATUS_DONE, amount="5.00 USD")


@pytest.mark.parametrize(
    "slots",
    [
        Slots(None, acts=(_REFUND,)),
        Slots(_DAMAGED),
        Slots(_DAMAGED, acts=(Act(ActKind.REFUND, t.ROLE_CUSTOMER, t.FACT_STATUS_REQUESTED),)),
        Slots(_DAMAGED, acts=(_agent(ActKind.REFUND, t.FACT_STATUS_CONDITIONAL),)),
        Slots(_DAMAGED, acts=(_REFUND,), unread_turn_ids=("3",)),
    ],
    ids=["no reason", "no outcome", "only a request", "unknown condition", "unread statement"],
)
def test_nothing_is_written_when_the_call_is_not_established(slots: Slots) -> None:
    assert write(slots) is None


_ACTS = st.builds(
    Act,
    kind=st.sampled_from(ActKind),
    actor=st.sampled_from([t.ROLE_AGENT, t.ROLE_BOT]),
    status=st.sampled_from(_STATUSES),
    amount=st.sampled_from([None, "35.20 USD"]),
    deadline=st.sampled_from([None, "2026-03-14", "P3D"]),
    condition=st.just("the item is returned"),
)


@given(st.sampled_from([k for k in ReasonKind if k is not ReasonKind.OTHER]), st.lists(_ACTS, min_size=1, max_size=5))
def test_prose_is_whole_sentences_within_bounds_when_any_slots_are_told(kind: ReasonKind, acts: list[Act]) -> None:
    text = write(Slots(Reason(kind, order_id="48213"), acts=tuple(acts)))
    if text is not None:
        assert 12 <= len(words(text)) <= 60
        assert re.fullmatch(r"(?:[A-Z][^.]*(?:\.\d\d[^.]*)*\. ?)+", text)
        assert "  " not in text
        assert "None" not in text
