"""Compares a claim's acts with gold: whether they happened, who acted, and with what status."""

from __future__ import annotations

import re

from arf.evaluation.matchers.customer_service.claims import Claim
from arf.evaluation.matchers.customer_service.lexicon import IMPLIED, Mention
from arf.evaluation.matchers.customer_service.result import COMPANY, GoldIndex, Judgement
from arf.evaluation.matchers.customer_service.text_match import Vocabulary, content
from arf.evaluation.matching import NO_ERROR
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import FactStatus, GoldFact, Polarity, Role

_REQUESTED = FactStatus.FACT_STATUS_REQUESTED
_REFUSED = FactStatus.FACT_STATUS_REFUSED
_DONE = FactStatus.FACT_STATUS_DONE
_OPEN = frozenset(
    {_REQUESTED, FactStatus.FACT_STATUS_PROMISED, FactStatus.FACT_STATUS_PENDING, FactStatus.FACT_STATUS_CONDITIONAL}
)
# Promising to look into something and looking into it count as the same.
_ONGOING = frozenset({"investigation"})
# A condition worded like the standard phrases of summaries that still carries information.
_SETTLED = re.compile(r"\b(?:(?:re)?solv\w*|settle\w*|fix(?:ed|es)?|sorted|persist\w*|remain\w*|recur\w*)\b", re.I)
_ALIKE = frozenset({FactStatus.FACT_STATUS_PROMISED, FactStatus.FACT_STATUS_PENDING})


def candidates(claim: Claim, mention: Mention, gold: GoldIndex) -> list[GoldFact]:
    """The gold acts that the words may mean; a denial is of an act rather than of the request for it."""
    facts = [f for f in gold.acts if f.value in mention.names]
    if claim.negated or claim.statuses == {_REFUSED}:
        return [f for f in facts if f.status != _REQUESTED] or facts
    return facts


def judge_absent(claim: Claim, mention: Mention, gold: GoldIndex) -> Judgement:
    """The judgement on an act that gold does not contain."""
    wished = judge_wish(claim, mention, gold) if not claim.statuses or _REQUESTED in claim.statuses else None
    name = " or ".join(sorted(mention.names))
    return wished or Judgement(ErrorType.ERROR_TYPE_FABRICATION, f"{name} is nowhere in the call")


def judge_wish(claim: Claim, mention: Mention, gold: GoldIndex) -> Judgement | None:
    """The judgement on an act that is the customer's contact reason; None if no contact reason wishes for it."""
    name = " or ".join(sorted(mention.names))
    for reason in gold.reasons:
        if claim.actor not in COMPANY and IMPLIED.get(reason.value, frozenset()) & mention.names:
            return Judgement(NO_ERROR, f"{name} is what the contact is about", (reason.fact_id,))
    return None


def judge_act(claim: Claim, fact: GoldFact, gold: GoldIndex) -> Judgement:
    """The judgement on the claim, assuming that it means this gold act."""
    ids = (fact.fact_id,)
    told = ", ".join(sorted(FactStatus.Name(s).removeprefix("FACT_STATUS_").lower() for s in claim.statuses))
    truly = FactStatus.Name(fact.status).removeprefix("FACT_STATUS_").lower()
    denied = fact.status == _REFUSED or fact.polarity == Polarity.POLARITY_NEGATED
    if fact.superseded_by:
        return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"{fact.value} was corrected later in the call", ids)
    if claim.negated or claim.statuses == {_REFUSED}:
        if not denied and not (claim.negated and _REFUSED not in claim.statuses and fact.status in _OPEN):
            kind = (
                ErrorType.ERROR_TYPE_STATUS_SHIFT if fact.status == _REQUESTED else ErrorType.ERROR_TYPE_CONTRADICTION
            )
            return Judgement(kind, f"{fact.value} is {truly}, not denied", ids)
    elif claim.statuses and not _fits(claim, fact):
        if denied and _REQUESTED not in claim.statuses:
            return Judgement(ErrorType.ERROR_TYPE_CONTRADICTION, f"{fact.value} was denied, stated as {told}", ids)
        return Judgement(ErrorType.ERROR_TYPE_STATUS_SHIFT, f"{fact.value} is {truly}, stated as {told}", ids)
    if not _acts(claim, fact, gold):
        party = Role.Name(fact.actor).removeprefix("ROLE_").lower()
        return Judgement(ErrorType.ERROR_TYPE_ROLE_MISATTRIBUTION, f"{fact.value} is by the {party}", ids)
    if claim.condition and not _names_condition(claim, fact, gold):
        return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"{fact.value} depends on something else", ids)
    refusal = denied and (claim.negated or _REFUSED in claim.statuses)
    stated = fact.status in claim.statuses or refusal or _alike(claim, fact)
    return Judgement(NO_ERROR, f"{fact.value} is {truly}", ids, frozenset(ids) if stated else frozenset())


def _fits(claim: Claim, fact: GoldFact) -> bool:
    if fact.status in claim.statuses or _alike(claim, fact):
        return True
    if _REQUESTED not in claim.statuses:
        return False
    asked_for_and_refused = fact.status == _REFUSED and claim.actor not in COMPANY
    return asked_for_and_refused or (fact.actor == Role.ROLE_CUSTOMER and claim.actor != Role.ROLE_CUSTOMER)


def _alike(claim: Claim, fact: GoldFact) -> bool:
    return fact.value in _ONGOING and fact.status in _ALIKE and bool(claim.statuses & _ALIKE)


def _acts(claim: Claim, fact: GoldFact, gold: GoldIndex) -> bool:
    """Whether the claim gives the act to the right party; the one who asks for it need not be the one who does it."""
    if Role.ROLE_UNSPECIFIED in (claim.actor, fact.actor):
        return True
    if _REQUESTED in claim.statuses and fact.status != _REQUESTED:
        other = fact.status == _REFUSED or fact.actor == Role.ROLE_CUSTOMER
        return other or gold.same_party(claim.actor, fact.actor)
    return gold.same_party(claim.actor, fact.actor)


def _names_condition(claim: Claim, fact: GoldFact, gold: GoldIndex) -> bool:
    conditions = gold.owned(fact, ("condition",))
    bare = not content(claim.condition)
    if not conditions or (bare and not _SETTLED.search(claim.condition)):
        return True
    said = [text for c in conditions for text in (c.value, *(gold.turns.get(t, "") for t in c.turn_ids))]
    if bare:
        return any(_SETTLED.search(text) for text in said)
    return Vocabulary(said).overlap(claim.condition) >= 0.5
