"""Words issues and their acts: a phrase for the status around a verb phrase for the act."""

from __future__ import annotations

import re
from random import Random

from arf.corpus.generator.banks import Chooser
from arf.corpus.generator.reasons import NOTHING, REASONS
from arf.corpus.generator.script import Act, Issue, Line, Said
from arf.corpus.generator.values import Draw, Value
from arf.corpus.generator.world import CONDITIONS, IMPLIED_REQUESTS
from arf.v1.transcript_pb2 import Role

SLOT = re.compile(r"\{(\w+)\}")
_WITH_DEADLINE = 0.8
_IDIOMATIC = 0.45
_PUT_THROUGH = 0.6
# These include a day, which is unknown before they are settled.
_DATED = frozenset({"technician_visit", "reschedule"})


class Author:
    """Writes the lines of one call; values are drawn when a phrase needs them."""

    def __init__(self, rng: Random, choose: Chooser, draw: Draw, company: Role, letter: bool) -> None:
        self.rng = rng
        self.choose = choose
        self.draw = draw
        self.company = company
        self.letter = letter
        self._name: Value | None = None

    def issue(self, issue_id: str, reason: str, ending: str) -> Issue:
        """An issue with its acts; their values are drawn when they are worded."""
        about = REASONS[reason]
        values = {"ref": self.draw.ref(about.ref)}
        if about.product != NOTHING:
            word = self.choose.pick(f"word.{about.product}")
            values["product"] = Value("product", word, word)
        acts, result = self._acts(ending)
        return Issue(issue_id, reason, values, acts, result, IMPLIED_REQUESTS.get(reason, ""))

    def name(self) -> Value:
        """The customer's name, the same throughout the call."""
        if self._name is None:
            word = self.choose.pick("word.name")
            self._name = Value("name", word, word, personal="name")
        return self._name

    def line(self, role: Role, key: str, issue: Issue, *says: Said, **values: Value) -> Line:
        """A phrase of a section as a line, with slots that are not values filled in."""
        return self.compose(role, self.choose.pick(key), issue, {**issue.values, **values}, says)

    def opening(self, issue: Issue) -> Line:
        """The customer describes the issue."""
        text = self.choose.pick(f"open.{issue.reason}")
        if "{amount}" in text:
            issue.values["amount"] = self.draw.amount()
        if "{other_amount}" in text:
            cents = round(float(issue.values["amount"].canonical.split()[0]) * 100)
            lower = self.draw.amount(like=issue.values["amount"].canonical)
            if float(lower.canonical.split()[0]) * 100 > cents:
                issue.values["amount"], lower = lower, issue.values["amount"]
            issue.values["other_amount"] = lower
        if "{date}" in text:
            issue.values["date"] = self._opening_date(issue)
        if "{time}" in text:
            issue.values["time"] = self.draw.time()
        return self.compose(Role.ROLE_CUSTOMER, text, issue, issue.values, self._openings_says(issue))

    def request(self, issue: Issue, kind: str) -> Line:
        """The customer asks for an act."""
        issue.request = kind
        text = self.choose.pick("request").replace("{ask}", self.choose.pick(f"ask.{kind}"))
        return self.compose(Role.ROLE_CUSTOMER, text, issue, issue.values, (Said("request"),))

    def act(self, issue: Issue, act: Act) -> Line:
        """The company says what it does, will do or refuses to do."""
        text = self._wording(act)
        values = {**issue.values, **self._parameters(issue, act, text)}
        return self.compose(self.company, text, issue, values, (Said("act", act),))

    def compose(
        self, role: Role, text: str, issue: Issue, values: dict[str, Value], says: tuple[Said, ...] = ()
    ) -> Line:
        """Makes a line from text: fills in slots that are not values, and leaves value slots open."""
        thing = REASONS[issue.reason].thing
        kind = "account" if REASONS[issue.reason].ref == "account_id" else "order"
        if thing == "contract" and "product" in issue.values:
            thing = issue.values["product"].canonical.split()[-1]
        text = text.replace("{kind}", kind).replace("{thing}", thing)
        if "product" not in values:
            text = text.replace("{item}", thing)
        elif "{item}" in text:
            product = values["product"]
            values = {**values, "item": product}
        used = {slot: values[slot] for slot in SLOT.findall(text)}
        return Line(role, text, used, issue, says)

    def deadline(self, act: Act) -> str:
        """` by {deadline}` or a variant, or nothing; the act then has a deadline."""
        if self.rng.random() > _WITH_DEADLINE:
            return ""
        act.values["deadline"] = self.draw.deadline()
        unit = "duration" if act.values["deadline"].canonical.startswith("P") else "date"
        return " " + self.choose.pick(f"by.{unit}")

    def _acts(self, ending: str) -> tuple[list[Act], str]:
        acts: list[Act] = []
        result, slot = "", "action"
        for word in ending.split():
            if word == ">":
                slot = "next_step"
            elif ":" not in word:
                result = word
            else:
                body, _, actor = word.partition("@")
                kind, status, *condition = body.split(":")
                role = Role.ROLE_CUSTOMER if actor else self.company
                acts.append(Act(kind, status, slot, role, condition="".join(condition)))
        settling = [act for act in acts if act.slot == "action"]
        if settling and not result:
            settling[-1].slot = "outcome"
        return acts, result

    def _openings_says(self, issue: Issue) -> tuple[Said, ...]:
        return (Said("reason"), Said("request")) if issue.request else (Said("reason"),)

    def _opening_date(self, issue: Issue) -> Value:
        ahead = issue.reason in ("reschedule_appointment", "cancel_subscription") or (issue.reason == "change_address")
        return self.draw.future() if ahead else self.draw.past()

    def _wording(self, act: Act) -> str:
        idiom = f"say.{act.kind}.{act.status}"
        if act.kind == "escalation" and act.status == "DONE":
            # A letter cannot transfer anybody.
            act.transfer = not self.letter and self.rng.random() < _PUT_THROUGH
            text = self.choose.pick(idiom if act.transfer else "form.escalation.DONE")
        elif self.choose.has(idiom) and self.rng.random() < _IDIOMATIC:
            text = self.choose.pick(idiom)
        else:
            text = self._framed(act)
        return text.replace("{by}", "" if act.kind in _DATED or "{by}" not in text else self.deadline(act))

    def _framed(self, act: Act) -> str:
        open_ended = act.status not in ("DONE", "PROMISED") and act.kind in _DATED
        bare = (act.status == "REFUSED" or open_ended) and self.choose.has(f"bare.{act.kind}")
        phrase = self.choose.pick(f"{'bare' if bare else 'act'}.{act.kind}")
        verbs, _, rest = phrase.partition(" ")
        do, done, doing = verbs.split("/")
        text = self.choose.pick(f"frame.{act.status}")
        forms = {"{do}": do, "{done}": done, "{doing}": doing, "{Doing}": doing.capitalize()}
        for slot, verb in forms.items():
            text = text.replace(slot, f"{verb} {rest}")
        return text.replace("{because}", self.choose.pick("because")) if "{because}" in text else text

    def _parameters(self, issue: Issue, act: Act, text: str) -> dict[str, Value]:
        for slot in SLOT.findall(text):
            if slot not in act.values and slot not in ("item", "thing", "product"):
                act.values[slot] = self._parameter(issue, act, slot)
        return act.values

    def _parameter(self, issue: Issue, act: Act, slot: str) -> Value:
        if slot == "condition":
            group = "ground" if act.status == "REFUSED" else "condition"
            surface = self.choose.pick(f"{group}.{act.condition}")
            return Value("condition", CONDITIONS[act.condition], surface)
        if slot == "amount":
            return self._amount(issue, act)
        if slot == "date":
            return self.draw.future()
        if slot == "time":
            return self.draw.time()
        if slot == "team":
            word = self.choose.pick(f"word.team.{REASONS[issue.reason].team}")
            return Value("team", word, f"{word} team")
        if slot == "ticket_id":
            return self.draw.ref("ticket_id")
        return self.draw.phone() if slot == "phone" else self.draw.email(self.name().canonical)

    def _amount(self, issue: Issue, act: Act) -> Value:
        if act.kind == "bill_correction" and "other_amount" not in issue.values:
            billed = issue.values["amount"].canonical.split()[0]
            return Value("amount", f"{max(float(billed) - self.rng.choice((2, 5, 7.5, 10)), 1):.2f} USD")
        known = issue.values.get("other_amount" if act.kind == "bill_correction" else "amount")
        if known is not None and act.kind != "goodwill_credit":
            return Value("amount", known.canonical)
        if act.kind == "goodwill_credit":
            return Value("amount", f"{self.rng.choice((5, 7.5, 8, 10, 12, 12.5, 15, 18, 20, 25, 30)):.2f} USD")
        if "amount" in issue.values:
            return self.draw.amount(like=issue.values["amount"].canonical)
        return self.draw.amount()
