"""The gold matcher: compares each claim of a summary with the call's gold facts, and finds what is missing."""

from __future__ import annotations

from dataclasses import replace

from arf.evaluation.matchers.customer_service.acts import candidates, judge_absent, judge_act, judge_wish
from arf.evaluation.matchers.customer_service.claims import Claim, split_claims
from arf.evaluation.matchers.customer_service.details import judge_value
from arf.evaluation.matchers.customer_service.form import MAX_COPIED_WORDS, form_error
from arf.evaluation.matchers.customer_service.lexicon import Mention
from arf.evaluation.matchers.customer_service.reasons import gold_reason, judge_reason, judge_result, refused_wish
from arf.evaluation.matchers.customer_service.result import GoldIndex, Judgement
from arf.evaluation.matchers.customer_service.values import Value
from arf.evaluation.matchers.customer_service.wording import judge_wording
from arf.evaluation.matching import NO_ERROR, MatchResult
from arf.evaluation.words import copied_run
from arf.kit.errors import InvalidRecord
from arf.v1.evaluation_pb2 import ClaimVerdict
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call, FactStatus, GoldFact

# A claim with the right status and a wrong party or condition is closer to a fact than one with a wrong status.
_DISTANCE = {NO_ERROR: 0, ErrorType.ERROR_TYPE_ROLE_MISATTRIBUTION: 1, ErrorType.ERROR_TYPE_WRONG_DETAIL: 1}


def match(call: Call, summary: str) -> MatchResult:
    """The verdicts on a summary of the call. Raises InvalidRecord if the call has no gold facts."""
    if not call.gold.facts:
        raise InvalidRecord("gold.facts", f"call {call.id} has none")
    gold = GoldIndex.of(call)
    verdicts: list[ClaimVerdict] = []
    covered: set[str] = set()
    issue = ""
    for claim in split_claims(summary):
        told = gold_reason(claim, gold)
        issue = told.issue_id if told is not None else issue
        for judgement in _judge(claim, gold, issue):
            verdicts.append(_verdict(claim.text, judgement))
            covered |= judgement.covers
    verdicts += _omissions(gold, covered)
    run = copied_run(summary, call)
    if run > MAX_COPIED_WORDS:
        verdicts.append(_verdict("", Judgement(ErrorType.ERROR_TYPE_REDUNDANCY, f"{run} words in a row are copied")))
    if wrong := form_error(summary):
        verdicts.append(_verdict("", Judgement(ErrorType.ERROR_TYPE_FORMAT, wrong)))
    return MatchResult(
        verdicts=tuple(verdicts),
        key_facts=frozenset(f.fact_id for f in call.gold.facts if f.key and not f.superseded_by),
        covered=frozenset(covered),
    )


def _judge(claim: Claim, gold: GoldIndex, issue: str) -> list[Judgement]:
    judgements: list[Judgement] = []
    acts: list[GoldFact] = []
    ground = claim.cause and not claim.contact
    for mention in () if ground else claim.acts:
        judgement, fact = _best_act(claim, mention, gold, issue)
        if fact is not None:
            acts.append(fact)
            if judgement.covers:
                judgement = replace(judgement, covers=judgement.covers | refused_wish(claim, fact, gold))
        judgements.append(judgement)
    for mention in () if ground else claim.reasons:
        found = judge_reason(claim, mention, gold)
        if found is not None:
            judgements.append(found)
    result = judge_result(claim, gold)
    if result is not None:
        judgements.append(result)
    reason = gold_reason(claim, gold)
    judgements += [_best_value(claim, value, acts, reason, gold) for value in claim.values]
    wording = judge_wording(claim, gold)
    return [*judgements, wording] if wording is not None else judgements


def _best_act(claim: Claim, mention: Mention, gold: GoldIndex, issue: str) -> tuple[Judgement, GoldFact | None]:
    """The most favourable reading: of the gold acts that may be meant, the one that fits the claim and its values.

    Among equally good ones, that of the issue the summary mentioned last.
    """
    facts = candidates(claim, mention, gold)
    if not facts:
        return judge_absent(claim, mention, gold), None
    readings = [(judge_act(claim, fact, gold), fact) for fact in facts]

    def cost(reading: tuple[Judgement, GoldFact]) -> tuple[int, int, bool, bool, bool]:
        judgement, fact = reading
        values = [judge_value(claim, v, fact, None, gold) for v in claim.values]
        wrong = sum(v.error != NO_ERROR for v in values)
        return (
            _DISTANCE.get(judgement.error, 2),
            wrong,
            not judgement.covers,
            fact.issue_id != issue,
            fact.slot == "request",
        )

    judgement, fact = min(readings, key=cost)
    asked = claim.contact and claim.statuses == {FactStatus.FACT_STATUS_REQUESTED}
    if judgement.error != NO_ERROR and asked and gold_reason(claim, gold) is not None:
        judgement = judge_wish(claim, mention, gold) or judgement
    return judgement, fact


def _best_value(
    claim: Claim, value: Value, acts: list[GoldFact], reason: GoldFact | None, gold: GoldIndex
) -> Judgement:
    """A value belongs to whichever act or reason of its clause it fits."""
    readings = [judge_value(claim, value, act, None, gold) for act in acts]
    if reason is not None or not acts:
        readings.append(judge_value(claim, value, None, reason, gold))
    return min(readings, key=lambda j: (j.error != NO_ERROR, not j.covers))


def _omissions(gold: GoldIndex, covered: set[str]) -> list[ClaimVerdict]:
    needed = [*gold.reasons, *(f for f in gold.outcomes() if f.key)]
    return [
        _verdict("", Judgement(ErrorType.ERROR_TYPE_OMISSION, f"the {f.slot} {f.value} is missing", (f.fact_id,)))
        for f in needed
        if f.fact_id not in covered and not f.superseded_by
    ]


def _verdict(claim: str, judgement: Judgement) -> ClaimVerdict:
    return ClaimVerdict(
        claim=claim, error=judgement.error, fact_ids=judgement.fact_ids, explanation=judgement.explanation
    )
