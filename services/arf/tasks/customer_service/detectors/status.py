"""STATUS_SHIFT: requested, promised, pending or conditional reported as done, or the reverse."""

from __future__ import annotations

from arf.tasks.customer_service.detectors.alignment import transcript
from arf.tasks.customer_service.detectors.claims import Claim, claims
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.tagging.slots import Act
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import FactStatus

_WORDS = {
    t.FACT_STATUS_REQUESTED: "only asked for",
    t.FACT_STATUS_PROMISED: "promised but not yet done",
    t.FACT_STATUS_PENDING: "still under way",
    t.FACT_STATUS_CONDITIONAL: "dependent on a condition",
    t.FACT_STATUS_DONE: "done",
}
_FORMS = {
    t.FACT_STATUS_REQUESTED: "was requested",
    t.FACT_STATUS_PROMISED: "will be done",
    t.FACT_STATUS_PENDING: "is being worked on",
    t.FACT_STATUS_CONDITIONAL: "will be done if the condition is met",
    t.FACT_STATUS_DONE: "was done",
}
# Statuses that a summary may claim for each final status of an act; CONTRADICTION handles refusals.
_SHIFTS: dict[FactStatus, frozenset[FactStatus]] = {
    t.FACT_STATUS_DONE: frozenset(
        {t.FACT_STATUS_REQUESTED, t.FACT_STATUS_PROMISED, t.FACT_STATUS_PENDING, t.FACT_STATUS_CONDITIONAL}
    ),
    t.FACT_STATUS_PROMISED: frozenset({t.FACT_STATUS_REQUESTED, t.FACT_STATUS_CONDITIONAL, t.FACT_STATUS_DONE}),
    t.FACT_STATUS_CONDITIONAL: frozenset({t.FACT_STATUS_DONE}),
    t.FACT_STATUS_PENDING: frozenset({t.FACT_STATUS_DONE}),
}


class StatusShift:
    """Compares the status of each act in the summary with its status in the call."""

    id = "status@1"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_STATUS_SHIFT})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        call = transcript(subject.call)
        if not call.has_roles:
            return []
        found = []
        for sentence in subject.sentences:
            for claim in claims(sentence):
                acts = [a for a in call.slots.acts if a.kind == claim.kind]
                shifted = _shifted(claim, acts)
                if shifted is not None:
                    found.append(self._finding(subject, claim, shifted))
        return found

    @staticmethod
    def _finding(subject: Subject, claim: Claim, act: Act) -> Finding:
        name = claim.kind.replace("_", " ")
        assert claim.status is not None
        return finding(
            subject,
            f.ERROR_TYPE_STATUS_SHIFT,
            (claim.start, claim.end),
            act.turn_ids,
            because=f"The {name} is reported as {_WORDS[claim.status]}; in the call it is {_WORDS[act.status]}.",
            fix=f"Say that the {name} {_FORMS[act.status]}.",
            confidence=0.8 if claim.status == t.FACT_STATUS_DONE else 0.6,
        )


def _shifted(claim: Claim, acts: list[Act]) -> Act | None:
    """The act whose status the claim misreports; None if any act of its kind agrees with it."""
    shifts = _SHIFTS.get(claim.status) if claim.status is not None else None
    if shifts is None or not acts or any(a.status not in shifts for a in acts):
        return None
    return acts[-1]
