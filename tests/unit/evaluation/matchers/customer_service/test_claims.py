"""Summaries split into claims."""

from __future__ import annotations

import pytest

from arf.evaluation.matchers.customer_service.claims import Claim, split_claims
from arf.v1.transcript_pb2 import FactStatus, Role


def _acts(claim: Claim) -> list[str]:
    return ["/".join(sorted(m.names)) for m in claim.acts]


def _status(text: str) -> set[str]:
    (claim,) = split_claims(text)
    return {FactStatus.Name(s).removeprefix("FACT_STATUS_") for s in claim.statuses}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The agent refunded $20.", {"DONE"}),
        ("A refund of $20 has been issued.", {"DONE"}),
        ("The agent will refund $20.", {"PROMISED"}),
        ("The agent agreed to refund $20.", {"PROMISED"}),
        ("The refund is still pending.", {"PENDING"}),
        ("The refund is being processed.", {"PENDING", "PROMISED"}),
        ("The agent will refund $20 if the item is returned.", {"CONDITIONAL"}),
        ("Once the item is returned, the agent will refund $20.", {"CONDITIONAL"}),
        ("The customer asked for a refund.", {"REQUESTED"}),
        ("The customer asked if the agent could refund it.", {"REQUESTED"}),
        ("The agent refused a refund.", {"REFUSED"}),
        ("The agent was unable to refund it.", {"REFUSED"}),
        ("The customer had a word about a refund.", set()),
    ],
)
def test_the_status_is_what_the_strongest_cue_says_when_several_stand_in_a_clause(text: str, status: set[str]) -> None:
    assert _status(text) == status


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("The customer cancelled the order.", Role.ROLE_CUSTOMER),
        ("The bot cancelled the order.", Role.ROLE_BOT),
        ("The billing team cancelled the order.", Role.ROLE_AGENT),
        ("The order was cancelled.", Role.ROLE_UNSPECIFIED),
        ("The order was cancelled by the agent.", Role.ROLE_AGENT),
        ("The customer received a refund.", Role.ROLE_UNSPECIFIED),
        ("The customer was promised a refund.", Role.ROLE_UNSPECIFIED),
        ("The desk lamp was replaced.", Role.ROLE_UNSPECIFIED),
        ("The customer's partner cancelled the order.", Role.ROLE_THIRD_PARTY),
    ],
)
def test_the_actor_is_the_one_who_acts_when_the_subject_is_somebody_else(text: str, actor: Role) -> None:
    (claim,) = split_claims(text)
    assert claim.actor == actor


def test_a_second_verb_takes_actor_and_tense_of_the_first_when_it_shows_none() -> None:
    first, second = split_claims("The agent promised to refund $20 and send a replacement by 3 May.")
    assert (_acts(first), _acts(second)) == (["refund"], ["replacement"])
    assert second.actor == Role.ROLE_AGENT
    assert second.statuses == first.statuses == {FactStatus.FACT_STATUS_PROMISED}


def test_two_nouns_share_a_clause_when_joined_by_and() -> None:
    (claim,) = split_claims("The customer asked for a refund and a replacement.")
    assert _acts(claim) == ["refund", "replacement"]


def test_a_relative_clause_speaks_of_the_act_before_it_when_it_has_none() -> None:
    _, second = split_claims("The customer asked for a refund, which the agent refused.")
    assert (_acts(second), second.actor) == (["refund"], Role.ROLE_AGENT)


def test_a_team_is_no_act_when_it_has_the_name_of_one() -> None:
    (claim,) = split_claims("The agent transferred the customer to the refunds team.")
    assert _acts(claim) == ["escalation"]


def test_what_is_not_settled_is_not_denied_when_it_is_pending() -> None:
    assert not any(c.negated for c in split_claims("The refund is in progress but not confirmed."))
    assert [c.negated for c in split_claims("The agent did not refund it.")] == [True]
