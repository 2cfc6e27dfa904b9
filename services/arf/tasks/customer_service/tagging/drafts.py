"""Acts being built, and the values of clauses that belong to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from arf.tasks.customer_service.cues import status as cues
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.mentions import Mention
from arf.tasks.customer_service.tagging.slots import Act, ActKind
from arf.tasks.customer_service.tagging.values import Value
from arf.v1.transcript_pb2 import FactStatus, Role

TAKES_MONEY = frozenset({ActKind.REFUND, ActKind.GOODWILL_CREDIT, ActKind.BILL_CORRECTION})
WHEN = ("date", "duration", "time")


@dataclass
class Draft:
    """An act being built."""

    kind: ActKind
    actor: Role
    status: FactStatus
    values: dict[str, str] = field(default_factory=dict)
    transfer: bool = False
    issue: int = 0
    turn_ids: list[str] = field(default_factory=list)
    turn: int = 0
    """The turn that states it last."""
    whole: bool = True

    def freeze(self) -> Act:
        """The act in its current state."""
        known = {name: self.values.get(name) for name in ("amount", "deadline", "time", "condition", "cause", "team")}
        return Act(
            self.kind,
            self.actor,
            self.status,
            **known,
            transfer=self.transfer,
            issue=self.issue,
            whole=self.whole,
            turn_ids=tuple(self.turn_ids),
        )


def standing(clause: Clause) -> list[Value]:
    """The values of a clause without those that it takes back itself ("twenty, no sorry, thirty")."""
    kept: list[Value] = []
    for value in clause.values:
        earlier = next((k for k in reversed(kept) if k.kind == value.kind), None)
        if earlier is not None and cues.CORRECTION.search(clause.text[earlier.end : value.start]):
            kept.remove(earlier)
        kept.append(value)
    return kept


def completed(canonical: str, corrected: str) -> str:
    """Completes a value: the month from the date that it corrects, the default currency."""
    if canonical.startswith("---") and "W" not in canonical and corrected[:4].isdigit():
        return corrected[:8] + canonical[3:]
    return f"{canonical} USD" if canonical.replace(".", "").isdigit() and "." in canonical else canonical


def owner(value: Value, stated: list[tuple[Mention, Draft]]) -> Draft | None:
    """The act that a value belongs to: the closest preceding one that takes such values, else the next."""
    if value.kind == "money":
        takers = [s for s in stated if s[1].kind in TAKES_MONEY]
    elif value.kind in WHEN:
        takers = stated
    else:
        return None
    before = [s for s in takers if s[0].start <= value.start]
    return before[-1][1] if before else takers[0][1] if takers else None


def bare_amounts(clause: Clause) -> list[Value]:
    """Amounts spoken without a currency, "forty six twenty", if a clause has no other amount."""
    if any(v.kind == "money" for v in clause.values):
        return []
    pairs = zip(clause.values, clause.values[1:], strict=False)
    return [
        Value("money", f"{a.canonical}.{b.canonical}", a.text, a.start, a.end)
        for a, b in pairs
        if a.kind == b.kind == "number" and (a.start, a.end) == (b.start, b.end) and len(b.canonical) == 2
    ]


def slot_of(value: Value) -> str:
    return {"money": "amount", "time": "time"}.get(value.kind, "deadline")
