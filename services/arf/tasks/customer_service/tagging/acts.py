"""Tracks the acts of a call: the last statement about an act wins, and corrected values replace the wrong ones."""

from __future__ import annotations

from collections.abc import Sequence

from arf.tasks.customer_service.cues import status as cues
from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.tagging import conditions, status
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.drafts import (
    TAKES_MONEY,
    WHEN,
    Draft,
    bare_amounts,
    completed,
    owner,
    slot_of,
    standing,
)
from arf.tasks.customer_service.tagging.mentions import Mention, main_mentions, mentions, named, states_act
from arf.tasks.customer_service.tagging.offers import Replies
from arf.tasks.customer_service.tagging.slots import Act, ActKind
from arf.tasks.customer_service.tagging.understood import SMALL_TALK, unaccounted
from arf.tasks.customer_service.tagging.values import Value
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import FactStatus, Role

_COMPANY = (t.ROLE_AGENT, t.ROLE_BOT)
_AHEAD = (t.FACT_STATUS_PROMISED, t.FACT_STATUS_CONDITIONAL)
# A customer gets one of them for the same thing.
_REMEDIES = frozenset({ActKind.REFUND, ActKind.REPLACEMENT, ActKind.REPAIR})
# "It should be with you by ..." continues the act before it.
_GOES_ON = cue(
    r"(?:by|within|in|on|before|at|around|no later than|until|up to|takes?|expect|arrives?|be with you|be there)",
)
_LAPSED = cue(
    r"(?:ago|policy|window|placed|delivered on|bought|purchased|charged|was due|were due|order date|warranty|"
    r"ordered|since|past|over)"
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
        self._unclear = -1
        """The last turn in which the company says what may mean anything."""
        self._replies = Replies(clauses)
        self._named = frozenset(w for c in clauses if c.role == t.ROLE_CUSTOMER for w in c.text.split())
        self._harmless = self._named | SMALL_TALK
        self._explicit = {c.turn for c in clauses if c.role in _COMPANY and states_act(c)}
        for clause, following in zip(clauses, [*clauses[1:], None], strict=False):
            self._feed(clause, following)

    def acts(self) -> tuple[Act, ...]:
        """The acts at the end of the call, by issue, then in the order of their first mention."""
        for draft in self._drafts.values():
            draft.whole = draft.whole and not self._may_be_off(draft)
        return tuple(d.freeze() for d in sorted(self._drafts.values(), key=lambda d: d.issue))

    def _may_be_off(self, draft: Draft) -> bool:
        """Whether a later turn of the company may take a promise back: by what is not understood, or another remedy."""
        if draft.status not in _AHEAD or draft.actor not in _COMPANY:
            return False
        others = (d for d in self._drafts.values() if d.issue == draft.issue and d.kind in _REMEDIES and d is not draft)
        return self._unclear > draft.turn or (
            draft.kind in _REMEDIES and any(d.turn > draft.turn and d.actor in _COMPANY for d in others)
        )

    def _feed(self, clause: Clause, following: Clause | None) -> None:
        if clause.role in _COMPANY:
            goes_on = following is not None and following.turn == clause.turn and not mentions(following.text)
            self._company(clause, following.text if following and goes_on else "")
        elif clause.role == t.ROLE_CUSTOMER:
            self._customer(clause)
        self._clause_before = clause

    def _company(self, clause: Clause, tail: str) -> None:
        stated: list[tuple[Mention, Draft]] = []
        offered = False
        for mention in main_mentions(clause.text):
            if status.asked_of_customer(clause.text, mention.start, mention.end, mention.kind):
                self._asked = self._put(mention.kind, t.ROLE_CUSTOMER, t.FACT_STATUS_REQUESTED, clause)
                stated.append((mention, self._asked))
                continue
            found = status.company_status(clause.text, mention.start, mention.end, mention.kind, tail)
            if found is None:
                continue
            if self._replies.leaves(clause, mention, found):
                offered = True
                continue
            stated.append((mention, self._put(mention.kind, clause.role, found, clause)))
        if stated:
            self._last = stated[-1][1]
            self._details(clause, stated)
            self._weigh(clause, stated)
        elif not offered and not self._refers_back(clause) and not self._correct(clause) and not self._go_on(clause):
            self._notice(clause)
            if not clause.text.rstrip().endswith("?") and unaccounted(clause, named(clause.text), self._harmless):
                self._unclear = clause.turn

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
                if value.kind in WHEN:
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
        draft.actor, draft.status, draft.turn = actor, found, clause.turn
        if clause.turn_id not in draft.turn_ids:
            draft.turn_ids.append(clause.turn_id)
        return draft

    def _details(self, clause: Clause, stated: list[tuple[Mention, Draft]]) -> None:
        for value in (*standing(clause), *bare_amounts(clause)):
            taker = owner(value, stated)
            if taker is not None:
                self._place(taker, value, clause.turn)
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

    def _weigh(self, clause: Clause, stated: list[tuple[Mention, Draft]]) -> None:
        """Marks acts that a clause says more of than is understood."""
        forms = named(clause.text)
        # Why something was refused may stay untold; what it depends on may not.
        if any("condition" in d.values or d.status == t.FACT_STATUS_REFUSED for _, d in stated):
            forms.append(conditions.subordinate(clause.text))
        whole = not unaccounted(clause, forms, self._named)
        for _, draft in stated:
            draft.whole = whole

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
            if value.kind in WHEN and _GOES_ON.search(clause.text) and not _LAPSED.search(clause.text):
                if slot_of(value) not in last.values:
                    self._place(last, value, clause.turn)
            elif value.kind == "money" and last.kind in TAKES_MONEY and "amount" not in last.values:
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
        name = slot_of(value)
        draft.values[name] = completed(value.canonical, "")
        self._placed[value.kind] = (draft, name, turn)

    @staticmethod
    def _set(draft: Draft, name: str, text: str | None) -> None:
        if text is not None:
            draft.values[name] = text
