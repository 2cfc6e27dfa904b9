"""ROLE_MISATTRIBUTION: the right act or words given to the wrong party."""

from __future__ import annotations

from arf.tasks.customer_service.detectors.alignment import Transcript, transcript
from arf.tasks.customer_service.detectors.claims import Claim, claims
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.tagging.slots import Act
from arf.tasks.customer_service.tagging.status import CUSTOMER_ACTS
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import ErrorType, Finding

_NAMES = {t.ROLE_CUSTOMER: "the customer", t.ROLE_AGENT: "the agent", t.ROLE_BOT: "the bot"}
_COMPANY = (t.ROLE_AGENT, t.ROLE_BOT)
_SETTLED = (t.FACT_STATUS_DONE, t.FACT_STATUS_PROMISED, t.FACT_STATUS_REFUSED, t.FACT_STATUS_CONDITIONAL)


class RoleMisattribution:
    """Compares who acts in a summary sentence with who does in the call, where the call states roles."""

    id = "role@4"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_ROLE_MISATTRIBUTION})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        call = transcript(subject.call)
        if not call.has_roles:
            return []
        every = [c for sentence in subject.sentences for c in claims(sentence)]
        return [found for c in every if (found := self._by_role(subject, call, c)) is not None]

    def _by_role(self, subject: Subject, call: Transcript, claim: Claim) -> Finding | None:
        acts = [a for a in call.slots.acts if a.kind == claim.kind]
        if claim.actor is None or claim.asked_by is not None or not acts:
            return None
        wrong = _wrong_party(claim, acts)
        if wrong is None:
            return None
        evidence = [turn for a in acts for turn in a.turn_ids]
        return finding(
            subject,
            f.ERROR_TYPE_ROLE_MISATTRIBUTION,
            (claim.start, claim.end),
            evidence,
            because=f"The {claim.kind.replace('_', ' ')} is given to {_NAMES[claim.actor]}; it is {_NAMES[wrong]}'s.",
            fix=f"Say that it was {_NAMES[wrong]}.",
            confidence=0.8,
        )


def _wrong_party(claim: Claim, acts: list[Act]) -> t.Role | None:
    """The right party of an act, if the claim names another."""
    actors = {a.actor for a in acts if a.status != t.FACT_STATUS_REQUESTED}
    if claim.kind in CUSTOMER_ACTS:
        if claim.actor in _COMPANY and claim.status in _SETTLED and actors == {t.ROLE_CUSTOMER}:
            return t.ROLE_CUSTOMER
        return None
    if claim.actor == t.ROLE_CUSTOMER and claim.status in _SETTLED and actors and t.ROLE_CUSTOMER not in actors:
        return min(actors)
    if claim.actor in _COMPANY and claim.status == t.FACT_STATUS_REQUESTED:
        return t.ROLE_CUSTOMER if all(a.actor == t.ROLE_CUSTOMER for a in acts) else None
    return None
