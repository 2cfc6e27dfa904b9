"""Compares a claim's values with gold: whether they were said, still hold, and belong where the claim puts them."""

from __future__ import annotations

import re

from arf.calls.text import words
from arf.evaluation.matchers.customer_service.claims import Claim
from arf.evaluation.matchers.customer_service.result import GoldIndex, Judgement
from arf.evaluation.matchers.customer_service.value_readers import compact
from arf.evaluation.matchers.customer_service.values import Value, agrees, find_values
from arf.evaluation.matching import NO_ERROR
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import FactStatus, GoldFact

_SLOTS: dict[str, frozenset[str]] = {
    "money": frozenset({"amount"}),
    "date": frozenset({"date", "deadline"}),
    "duration": frozenset({"deadline"}),
    "time": frozenset({"time", "deadline"}),
    "phone": frozenset({"phone"}),
    "email": frozenset({"email"}),
    "id": frozenset({"order_id", "account_id", "ticket_id", "product", "phone"}),
}
_LINKED = frozenset({"money", "date", "duration", "time"})
_IDS = frozenset({"order_id", "account_id", "ticket_id"})
_FORMERLY = re.compile(
    r"\b(?:(?:originally|initially|first|previously|formerly|old|instead of|rather than|"
    r"not)\W+(?:\w+\W+){0,3}|from\s+)$",
    re.IGNORECASE,
)
_RATHER = re.compile(
    r"\b(?:instead of|rather than|should (?:have been|be)|agreed|expected|normally|"
    r"usual)\W+(?:\w+\W+)?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^\s*(?:charge|payment|bill|invoice|order|purchase|debit|product|item)|^\S*\s+(?:charge|payment|bill|invoice)\b",
    re.I,
)
_DUE = re.compile(r"\b(?:by|on|to|within|before|until|for|at|in|of|from)(?: the| up to)?\s*$", re.IGNORECASE)


def judge_value(
    claim: Claim, value: Value, act: GoldFact | None, reason: GoldFact | None, gold: GoldIndex
) -> Judgement:
    """The judgement on a value that the claim gives for an act, for a contact reason, or for neither."""
    meant = [f for f in gold.values if (value.kind not in _SLOTS or f.slot in _SLOTS[value.kind]) and _is(value, f)]
    standing = [f for f in meant if not f.superseded_by]
    ids = tuple(f.fact_id for f in meant)
    if not meant:
        if value.kind in ("number", "percent") and _spoken(value, gold):
            return Judgement(NO_ERROR, f"{value.text} is in the call")
        return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"{value.text} is not in the call")
    if not standing:
        if _FORMERLY.search(claim.text[: value.start]):
            return Judgement(NO_ERROR, f"{value.text} is stated as superseded", ids)
        return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"{value.text} was corrected later in the call", ids)
    if act is not None:
        return _of_act(claim, value, act, standing, gold)
    wrong = _of_other_issue(value, reason.issue_id if reason else "", standing, gold)
    if wrong is not None:
        return wrong
    if reason is not None and value.kind in _LINKED and _belongs_to_act(claim, value, reason, standing):
        return Judgement(ErrorType.ERROR_TYPE_WRONG_LINK, f"{value.text} belongs to {_owners(standing)}", ids)
    return Judgement(NO_ERROR, f"{value.text} is in the call", ids)


def _belongs_to_act(claim: Claim, value: Value, reason: GoldFact, standing: list[GoldFact]) -> bool:
    """Whether a value given for the contact reason is a parameter of what was done about it."""
    owned = ["." in f.fact_id for f in standing]
    if value.kind != "money":
        return all(owned)
    # A wrongly billed amount is not what the bill was corrected to.
    return reason.value == "wrong_amount" and any(owned) and _RATHER.search(claim.text[: value.start]) is None


def _of_act(claim: Claim, value: Value, act: GoldFact, standing: list[GoldFact], gold: GoldIndex) -> Judgement:
    ids = tuple(f.fact_id for f in standing)
    own = [f for f in gold.owned(act) if f in standing]
    if own:
        return Judgement(NO_ERROR, f"{value.text} is right", ids, frozenset(f.fact_id for f in own))
    wrong = _of_other_issue(value, act.issue_id, standing, gold)
    if wrong is not None or value.kind not in _LINKED:
        return wrong or Judgement(NO_ERROR, f"{value.text} is in the call", ids)
    if _beside_the_act(claim, value, act):
        return Judgement(NO_ERROR, f"{value.text} is in the call", ids)
    elsewhere = any("." in f.fact_id for f in standing) or not gold.owned(act, _SLOTS[value.kind])
    kind = ErrorType.ERROR_TYPE_WRONG_LINK if elsewhere else ErrorType.ERROR_TYPE_WRONG_DETAIL
    return Judgement(kind, f"{value.text} is not of this {act.value}", ids)


def _beside_the_act(claim: Claim, value: Value, act: GoldFact) -> bool:
    """Whether the value describes the act's object rather than the act: `refused to refund the $40 charge`."""
    if value.kind != "money":
        return _DUE.search(claim.text[: value.start]) is None
    not_granted = act.status in (FactStatus.FACT_STATUS_REFUSED, FactStatus.FACT_STATUS_REQUESTED)
    return not_granted or _ASIDE.search(claim.text[value.end :]) is not None


def _of_other_issue(value: Value, issue: str, standing: list[GoldFact], gold: GoldIndex) -> Judgement | None:
    ids = tuple(f.fact_id for f in standing)
    if issue and all(f.issue_id != issue for f in standing):
        return Judgement(ErrorType.ERROR_TYPE_WRONG_LINK, f"{value.text} belongs to another issue", ids)
    if value.kind == "id" and all(f.slot in _IDS for f in standing):
        # The gold summary shows which of several numbers the call is about.
        mains = {compact(v.canonical) for v in find_values(gold.call.gold.summary) if v.kind == "id"}
        rivals = [f for f in gold.values if f.slot in {s.slot for s in standing} and compact(f.value) in mains]
        if rivals and not any(compact(f.value) in mains for f in standing):
            return Judgement(ErrorType.ERROR_TYPE_WRONG_LINK, f"{value.text} is not what the call is about", ids)
    return None


def _is(value: Value, fact: GoldFact) -> bool:
    if fact.slot in ("product", "name", "team", "condition"):
        return value.text.lower() in words(fact.value) or compact(value.text) == compact(fact.value)
    return agrees(value, fact.value)


def _spoken(value: Value, gold: GoldIndex) -> bool:
    return any(
        v.canonical == value.canonical or value.text.lower() in words(text)
        for text in gold.turns.values()
        for v in find_values(text)
    ) or value.canonical in ("1", "2")


def _owners(facts: list[GoldFact]) -> str:
    return ", ".join(sorted({f.fact_id.partition(".")[0] for f in facts}))
