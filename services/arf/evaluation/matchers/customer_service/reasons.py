"""Compares a claim's contact reasons and results with gold."""

from __future__ import annotations

import re

from arf.calls.text import normalise
from arf.evaluation.matchers.customer_service.claims import Claim
from arf.evaluation.matchers.customer_service.lexicon import Mention, mentions
from arf.evaluation.matchers.customer_service.result import COMPANY, GoldIndex, Judgement
from arf.evaluation.matching import NO_ERROR
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import FactStatus, GoldFact, Role

# Words that naturally accompany a contact reason without stating one.
_COMPATIBLE: dict[str, frozenset[str]] = {
    "warranty_claim": frozenset({"product_fault", "damaged_item"}),
    "double_charge": frozenset({"wrong_amount"}),
    "internet_outage": frozenset({"product_fault"}),
    "refund_status": frozenset({"late_delivery"}),
}
_DENIED = re.compile(r"\b(?:not|never|no|n't|without)\s+(?:\w+\s+)?$", re.IGNORECASE)


def gold_reason(claim: Claim, gold: GoldIndex) -> GoldFact | None:
    """The gold reason that the claim names, or None."""
    named = {name for mention in claim.reasons for name in mention.names}
    return next((f for f in gold.reasons if f.value in named), None)


def judge_reason(claim: Claim, mention: Mention, gold: GoldIndex) -> Judgement | None:
    """The judgement on words that name a contact reason; None if they refer to something else."""
    name = " or ".join(sorted(mention.names))
    facts = [f for f in gold.reasons if f.value in mention.names]
    ids = tuple(f.fact_id for f in facts)
    if facts:
        if _DENIED.search(claim.text[: mention.start]):
            return Judgement(ErrorType.ERROR_TYPE_CONTRADICTION, f"{name} is denied", ids)
        return Judgement(NO_ERROR, f"{name} is a reason for the contact", ids, frozenset(ids))
    told = claim.actor not in COMPANY and (claim.contact or (claim.actor == Role.ROLE_CUSTOMER and not claim.acts))
    if not told or any(mention.names & _COMPATIBLE.get(f.value, frozenset()) for f in gold.reasons):
        return None
    beside = gold_reason(claim, gold) is not None
    if beside and not gold.vocabulary.missing(claim.text[mention.start : mention.end]):
        return None
    return Judgement(ErrorType.ERROR_TYPE_FABRICATION, f"{name} is not why the customer made contact")


def refused_wish(claim: Claim, act: GoldFact, gold: GoldIndex) -> frozenset[str]:
    """The reasons of an act's issue that the claim states by naming the wish that was refused."""
    if act.status != FactStatus.FACT_STATUS_REFUSED or claim.actor not in COMPANY:
        return frozenset()
    named = {name for mention in mentions(normalise(claim.text), "wish") for name in mention.names}
    return frozenset(f.fact_id for f in gold.reasons if f.issue_id == act.issue_id and f.value in named)


def judge_result(claim: Claim, gold: GoldIndex) -> Judgement | None:
    """The judgement on `resolved` and `unresolved`; None if the claim says neither."""
    outcomes = gold.outcomes()
    if claim.result is None:
        return None
    if not outcomes:
        made_up = Judgement(ErrorType.ERROR_TYPE_FABRICATION, "the call has no outcome")
        return made_up if claim.result else None
    ids = tuple(f.fact_id for f in outcomes)
    exact = [f for f in outcomes if f.value == ("resolved" if claim.result else "unresolved")]
    if exact:
        return Judgement(NO_ERROR, f"the issue is {exact[0].value}", ids, frozenset(f.fact_id for f in exact))
    settled = [
        f
        for f in outcomes
        if f.value == "resolved" or (f.status == FactStatus.FACT_STATUS_DONE and f.value != "escalation")
    ]
    if claim.result:
        if settled:
            return Judgement(NO_ERROR, "the issue was settled", ids)
        unresolved = any(f.value == "unresolved" or f.status == FactStatus.FACT_STATUS_REFUSED for f in outcomes)
        kind = ErrorType.ERROR_TYPE_CONTRADICTION if unresolved else ErrorType.ERROR_TYPE_STATUS_SHIFT
        return Judgement(kind, "the issue was not resolved by the end of the call", ids)
    if len(settled) == len(outcomes):
        return Judgement(ErrorType.ERROR_TYPE_CONTRADICTION, "the issue was settled in the call", ids)
    return Judgement(NO_ERROR, "the issue was not settled in the call", ids)
