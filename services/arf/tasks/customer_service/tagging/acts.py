"""Tracks the acts of a call: the last statement about an act wins, and corrected values replace the wrong ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from arf.tasks.customer_service.cues import status as cues
from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.tagging import conditions, status
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.mentions import Mention, main_mentions, mentions, states_act
from arf.tasks.customer_service.tagging.slots import Act, ActKind
from arf.tasks.customer_service.tagging.values import Value
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import FactStatus, Role

_TAKES_MONEY = frozenset({ActKind.REFUND, ActKind.GOODWILL_CREDIT, ActKind.BILL_CORRECTION})
_WHEN = ("date", "duration", "time")
_COMPANY = (t.ROLE_AGENT, t.ROLE_BOT)
# "It should be with you by ..." continues the act before it.
_GOES_ON = cue(
    r"(?:by|within|in|on|before|at|around|no later than|until|up to|takes?|expect|arrives?|be with you|be there)",
)
_LAPSED = cue(
    r"(?:ago|policy|window|placed|delivered on|bought|purchased|charged|was due|were due|order date|warranty|"
    r"ordered|since|past|over)"
)


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
            turn_ids=tuple(self.turn_ids),
        )


class ActTracker:
    """The acts of one call."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._drafts: dict[tuple[int, ActKind, bool], Draft] = {}
        self._last: Draft | None = None
        self._requested: Draft | None = None
        self._asked: Draft | None = None
        # Where the last value of each kind was put, so that a correction can find it.
        self._placed: dict[str, tuple[Draft, str, int]] = {}
        self._clause_before: Clause | None = None
        self.unread: list[str] = []
        self._explicit = {c.turn for c in clauses if c.role in _COMPANY and states_act(c)}
        for clause, following in zip(clauses, [*clauses[1:], None], strict=False):
            self._feed(clause, following)

    def acts(self) -> tuple[Act, ...]:
        """The acts at the end of the call, by issue, then in the order of their first mention."""
        return tuple(d.freeze() for d in sorted(self._drafts.values(), key=lambda d: d.issue))

    def _feed(self, clause: Clause, following: Clause | None) -> None:
        if clause.role in _COMPANY:
            goes_on = following is not None and following.turn == clause.turn and not mentions(following.text)
            self._company(clause, following.text if following and goes_on else "")
        elif clause.role == t.ROLE_CUSTOMER:
            self._customer(clause)
        self._clause_before = clause

    def _company(self, clause: Clause, tail: str) -> None:
        stated: list[tuple[Mention, Draft]] = []
        for mention in main_mentions(clause.text):
            if status.asked_of_customer(clause.text, mention.start, mention.end, mention.kind):
                self._asked = self._put(mention.kind, t.ROLE_CUSTOMER, t.FACT_STATUS_REQUESTED, clause)
                stated.append((mention, self._asked))
                continue
            found = status.company_status(clause.text, mention.start, mention.end, mention.kind, tail)
            if found is not None:
                stated.append((mention, self._put(mention.kind, clause.role, found, clause)))
        if stated:
            self._last = stated[-1][1]
            self._details(clause, stated)
        elif not self._refers_back(clause) and not self._correct(clause) and not self._go_on(clause):
            self._notice(clause)

    def _customer(self, clause: Clause) -> None:
        for mention in mentions(clause.text):
            found = status.customer_status(clause.text, mention.start, mention.end, mention.kind)
            if found == t.FACT_STATUS_REQUESTED:
                key = (clause.issue, mention.kind, False)
                if key not in self._drafts:
                    self._put(mention.kind, t.ROLE_CUSTOMER, found, clause)
                self._requested = self._drafts[key]
            elif found is not None:
                self._asked = self._put(mention.kind, t.ROLE_CUSTOMER, found, clause)
        self._agree(clause)
        self._correct(clause)

    def _agree(self, clause: Clause) -> None:
        """Applies a yes to what the customer was asked to do, and by when."""
        asked = self._asked
        if asked is None:
            return
        if asked.status == t.FACT_STATUS_REQUESTED:
            if asked.kind is ActKind.RESTART_DEVICE and cues.RESOLVED.search(clause.text):
                asked.status = t.FACT_STATUS_DONE
            elif cues.CUSTOMER_FUTURE.search(clause.text) or (
                cues.AGREE.search(clause.text) and asked.kind is not ActKind.RESTART_DEVICE
            ):
                asked.status = t.FACT_STATUS_PROMISED
        if asked.status == t.FACT_STATUS_PROMISED:
            for value in standing(clause):
                if value.kind in _WHEN:
                    self._place(asked, value, clause.turn)
            if clause.turn_id not in asked.turn_ids:
                asked.turn_ids.append(clause.turn_id)

    def _put(self, kind: ActKind, actor: Role, found: FactStatus, clause: Clause) -> Draft:
        own = kind in status.CUSTOMER_ACTS and actor == t.ROLE_CUSTOMER
        key = (clause.issue, kind, own)
        draft = self._drafts.get(key)
        if draft is None:
            draft = self._drafts[key] = Draft(kind, actor, found, issue=clause.issue)
        if draft.status == t.FACT_STATUS_REFUSED and found != draft.status:
            draft.values.pop("cause", None)
        if draft.status == t.FACT_STATUS_CONDITIONAL and found == t.FACT_STATUS_DONE:
            draft.values.pop("condition", None)
        draft.actor, draft.status = actor, found
        if clause.turn_id not in draft.turn_ids:
            draft.turn_ids.append(clause.turn_id)
        return draft

    def _details(self, clause: Clause, stated: list[tuple[Mention, Draft]]) -> None:
        for value in (*standing(clause), *_bare_amounts(clause)):
            owner = _owner(value, stated)
            if owner is not None:
                self._place(owner, value, clause.turn)
        last = stated[-1][1]
        for mention, draft in stated:
            if draft.kind is ActKind.ESCALATION:
                self._set(
                    draft, "team", conditions.team(clause.text[mention.start :]) or conditions.team(clause.sentence)
                )
                draft.transfer = bool(cues.TRANSFER.search(clause.text))
        if last.status in (t.FACT_STATUS_CONDITIONAL, t.FACT_STATUS_PROMISED):
            self._set(last, "condition", conditions.condition(clause.text))
        if last.status == t.FACT_STATUS_REFUSED:
            self._set(last, "cause", conditions.cause(clause.text) or self._cause_before(clause))

    def _cause_before(self, clause: Clause) -> str | None:
        before = self._clause_before
        if before is None or before.turn_id != clause.turn_id or mentions(before.text):
            return None
        return conditions.cause(before.text, stated_alone=True)

    def _refers_back(self, clause: Clause) -> bool:
        """Applies "that's done", "I'll do that" or "we can't do that" to the act that was named last."""
        draft = self._requested or self._last
        if draft is None or clause.turn in self._explicit or clause.text.rstrip().endswith("?"):
            return False
        for pattern, found in (
            (cues.SAME_REFUSED, t.FACT_STATUS_REFUSED),
            (cues.SAME_DONE, t.FACT_STATUS_DONE),
            (cues.SAME_PROMISED, t.FACT_STATUS_PROMISED),
        ):
            if pattern.search(clause.text):
                if found == t.FACT_STATUS_PROMISED and cues.CONDITION.search(clause.text):
                    found = t.FACT_STATUS_CONDITIONAL
                draft = self._put(draft.kind, clause.role, found, clause)
                self._last, self._requested = draft, None
                self._details(clause, [(Mention(draft.kind, 0, 0), draft)])
                return True
        return False

    def _correct(self, clause: Clause) -> bool:
        """Replaces the wrong value by the corrected one."""
        if not clause.values or not cues.CORRECTION.search(clause.text[: clause.values[-1].start]):
            return False
        done = False
        for value in clause.values:
            if value.kind in self._placed:
                draft, name, turn = self._placed[value.kind]
                if draft.issue != clause.issue or clause.turn - turn > 1:
                    continue
                draft.values[name] = completed(value.canonical, draft.values[name])
                done = True
        return done

    def _go_on(self, clause: Clause) -> bool:
        """Applies what a clause adds to the act before it: a deadline, an amount, a condition, a cause."""
        last = self._last
        if last is None or clause.text.rstrip().endswith("?"):
            return False
        before = dict(last.values)
        if last.status == t.FACT_STATUS_REFUSED:
            if "cause" not in last.values and clause.turn_id == last.turn_ids[-1]:
                self._set(last, "cause", conditions.cause(clause.text, stated_alone=True))
            return last.values != before
        if last.status == t.FACT_STATUS_CONDITIONAL and "condition" not in last.values:
            self._set(last, "condition", conditions.condition(clause.text))
        for value in standing(clause):
            if value.kind in _WHEN and _GOES_ON.search(clause.text) and not _LAPSED.search(clause.text):
                if _slot(value) not in last.values:
                    self._place(last, value, clause.turn)
            elif value.kind == "money" and last.kind in _TAKES_MONEY and "amount" not in last.values:
                self._place(last, value, clause.turn)
        return last.values != before

    def _notice(self, clause: Clause) -> None:
        """Records a company statement that was not understood."""
        said = clause.text.strip()
        if said.endswith("?") or len(said.split()) < 4 or mentions(said):
            return
        if cues.STATEMENT.search(said) and not cues.CHATTER.search(said) and not cues.UNRESOLVED.search(said):
            self.unread.append(clause.turn_id)

    def _place(self, draft: Draft, value: Value, turn: int) -> None:
        name = _slot(value)
        draft.values[name] = completed(value.canonical, "")
        self._placed[value.kind] = (draft, name, turn)

    @staticmethod
    def _set(draft: Draft, name: str, text: str | None) -> None:
        if text is not None:
            draft.values[name] = text


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


def _owner(value: Value, stated: list[tuple[Mention, Draft]]) -> Draft | None:
    """The act that a value belongs to: the closest preceding one that takes such values, else the next."""
    if value.kind == "money":
        takers = [s for s in stated if s[1].kind in _TAKES_MONEY]
    elif value.kind in _WHEN:
        takers = stated
    else:
        return None
    before = [s for s in takers if s[0].start <= value.start]
    return before[-1][1] if before else takers[0][1] if takers else None


def _bare_amounts(clause: Clause) -> list[Value]:
    """Amounts spoken without a currency, "forty six twenty", if a clause has no other amount."""
    if any(v.kind == "money" for v in clause.values):
        return []
    pairs = zip(clause.values, clause.values[1:], strict=False)
    return [
        Value("money", f"{a.canonical}.{b.canonical}", a.text, a.start, a.end)
        for a, b in pairs
        if a.kind == b.kind == "number" and (a.start, a.end) == (b.start, b.end) and len(b.canonical) == 2
    ]


def _slot(value: Value) -> str:
    return {"money": "amount", "time": "time"}.get(value.kind, "deadline")
