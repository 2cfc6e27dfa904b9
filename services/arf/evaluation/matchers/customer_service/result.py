"""The judgement on a statement, and an index of a call's gold facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from arf.evaluation.matchers.customer_service.text_match import Vocabulary
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call, GoldFact, Role

ACT_SLOTS = frozenset({"request", "action", "outcome", "next_step"})
COMPANY = frozenset({Role.ROLE_AGENT, Role.ROLE_BOT})
RESULTS = frozenset({"resolved", "unresolved"})


@dataclass(frozen=True)
class Judgement:
    """The judgement on one statement of a claim: an error or none, the facts compared, those covered, and why."""

    error: ErrorType
    explanation: str
    fact_ids: tuple[str, ...] = ()
    covers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GoldIndex:
    """A call's gold facts by use."""

    call: Call
    reasons: tuple[GoldFact, ...]
    acts: tuple[GoldFact, ...]
    values: tuple[GoldFact, ...]
    vocabulary: Vocabulary
    parties: frozenset[Role]
    turns: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, call: Call) -> GoldIndex:
        """Builds the index of a call."""
        facts = list(call.gold.facts)
        acts = tuple(f for f in facts if f.slot in ACT_SLOTS and f.value not in RESULTS)
        spoken = [turn.text for turn in call.turns]
        named = [f.value for f in facts if f.slot not in ACT_SLOTS and f.slot != "reason"]
        return cls(
            call=call,
            reasons=tuple(f for f in facts if f.slot == "reason"),
            acts=acts,
            values=tuple(f for f in facts if f.slot not in ACT_SLOTS and f.slot != "reason"),
            vocabulary=Vocabulary([*spoken, *named]),
            parties=frozenset(turn.role for turn in call.turns),
            turns={turn.turn_id: turn.text for turn in call.turns},
        )

    def owned(self, fact: GoldFact, slots: Iterable[str] = ()) -> list[GoldFact]:
        """The current parameters of an act, of these slots only if any are named."""
        wanted = frozenset(slots)
        return [
            v
            for v in self.values
            if v.fact_id.startswith(f"{fact.fact_id}.") and not v.superseded_by and (not wanted or v.slot in wanted)
        ]

    def outcomes(self) -> list[GoldFact]:
        """The facts that settle the issues: acts or plain results."""
        return [f for f in self.call.gold.facts if f.slot == "outcome" and not f.superseded_by]

    def same_party(self, a: Role, b: Role) -> bool:
        """Whether two parties are the same: a bot counts as an agent unless the call has both."""
        return a == b or ({a, b} <= COMPANY and not self.parties >= COMPANY)
