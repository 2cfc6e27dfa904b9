"""Turns features into a scenario: who says what in which order, before it is worded for the channel."""

from __future__ import annotations

from random import Random

from arf.corpus.generator.banks import Chooser
from arf.corpus.generator.features import Features
from arf.corpus.generator.issues import Author
from arf.corpus.generator.reasons import REASONS
from arf.corpus.generator.script import Act, Issue, Line, Said, Scenario
from arf.corpus.generator.values import Draw, Value
from arf.corpus.generator.world import DIALOGUES
from arf.v1.transcript_pb2 import Role

_USER = Role.ROLE_CUSTOMER
_CORRECTABLE = frozenset({"order_id", "account_id", "amount", "date", "time", "deadline"})
_IN_A_HURRY = 0.35
_RESTARTABLE = frozenset({"internet_outage"})


def plan(features: Features, rng: Random) -> Scenario:
    """The lines of one call in order."""
    return _Planner(features, rng).scenario()


class _Planner:
    def __init__(self, features: Features, rng: Random) -> None:
        self.features = features
        self.rng = rng
        company = Role.ROLE_BOT if features.channel == "bot_chat" else Role.ROLE_AGENT
        self.draw = Draw(rng)
        self.author = Author(rng, Chooser(rng, features.split), self.draw, company, features.channel not in DIALOGUES)
        self.company = company
        self.lines: list[Line] = []
        # Two issues leave no room for small talk.
        self.talkative = 1.0 if len(features.reasons) == 1 else _IN_A_HURRY

    def scenario(self) -> Scenario:
        issues = [self.author.issue(f"i{n}", *reason) for n, reason in enumerate(self.features.reasons, 1)]
        if self.features.channel in DIALOGUES:
            self._dialogue(issues)
        else:
            self._letters(issues)
        special = set()
        if self.features.distractor:
            self._distract(issues[0])
            special.add("distractor")
        if self.features.injection:
            self._inject(issues[0])
            special.add("injection")
        if self.features.third_party:
            self._third_party(issues[0])
            special.add("third_party")
        if self.features.correction and self._correct():
            special.add("correction")
        return Scenario(
            self.features.channel, self.features.split, self.company, issues, self.lines, frozenset(special)
        )

    def _dialogue(self, issues: list[Issue]) -> None:
        first = issues[0]
        greeting = {"phone": "greet.phone", "bot_chat": "greet.bot"}.get(self.features.channel, "greet.chat")
        if self.features.channel == "phone" or self._happens(0.75):
            self._say(self.company, greeting, first)
        if self._happens(0.6):
            self._say(_USER, "hello.phone" if self.features.channel == "phone" else "hello.chat", first)
        self._state(first, len(issues) > 1 or self._happens(0.5))
        for number, issue in enumerate(issues):
            if number:
                self._say(_USER, "also", issue)
                self._state(issue, True)
            self._settle(issue, ack=self._happens(0.3) and not number)
            self._ask_back(issue)
            self._react(issue)
        if self._happens(0.7) and issues[-1].result != "unresolved":
            self._say(self.company, "close", first)

    def _letters(self, issues: list[Issue]) -> None:
        first = issues[0]
        self._say(_USER, "hello.form", first)
        for number, issue in enumerate(issues):
            if number:
                self._say(_USER, "also", issue)
            self._state(issue, True)
        if self._happens(0.6):
            self._say(_USER, "sign", first, name=self.author.name())
        self._say(self.company, "reply.form", first)
        if self._happens(0.4):
            self._say(self.company, "ack.form", first)
        for number, issue in enumerate(issues):
            if number:
                self._say(self.company, "then", issue)
            self._settle(issue, ack=False, letter=True)
        if self.lines[-1].role == self.company:
            self._say(self.company, "close.form", first)
            self._ask_back(issues[-1])
            self._react(issues[-1])
        if self._happens(0.25):
            self._say(self.company, "close", first)

    def _state(self, issue: Issue, with_ref: bool) -> None:
        """The customer describes the issue, and gives its number unprompted or when asked."""
        self.lines.append(self.author.opening(issue))
        if issue.reason in _RESTARTABLE and not issue.result and self._happens(0.3):
            self._say(_USER, "did.restart_device", issue, Said("restarted"))
        if with_ref:
            self._say(_USER, "state.ref", issue)
        self._maybe_request(issue)
        if not with_ref:
            if self._happens(0.6):
                self._say(self.company, "ack", issue)
            self._say(self.company, "ask.ref", issue)
            named = self._happens(0.25)
            if named:
                self._say(self.company, "ask.name", issue)
            self._give_ref(issue)
            if named:
                self._say(_USER, "give.name", issue, name=self.author.name())
            elif self._happens(0.1):
                self._say(_USER, "smalltalk", issue)

    def _give_ref(self, issue: Issue) -> None:
        """The customer gives the number, sometimes first a wrong one that the company cannot find."""
        if not (self.features.correction and self._happens(0.4)):
            self._say(_USER, "give.ref", issue)
            return
        ref = issue.values["ref"]
        ref.wrong = self.draw.mistaken(ref)
        self._say(_USER, "give.ref", issue, ref=ref.wrong)
        self._say(self.company, "notfound", issue, old=ref.wrong)
        self._say(_USER, "fix.ref", issue)

    def _maybe_request(self, issue: Issue) -> None:
        if issue.request or not self._happens(0.6):
            return
        wanted = [a.kind for a in issue.acts if a.actor == self.company and self.author.choose.has(f"ask.{a.kind}")]
        if wanted:
            self.lines.append(self.author.request(issue, wanted[0]))

    def _settle(self, issue: Issue, ack: bool, letter: bool = False) -> None:
        """The company's acts in order, and the customer's own."""
        if ack or (not letter and self._happens(0.3)):
            self._say(self.company, "ack" if ack else "hold", issue)
        if issue.result == "unresolved":
            self._say(self.company, "unresolved", issue, Said("result"))
        for act in issue.acts:
            if act.actor == self.company:
                self.lines.append(self.author.act(issue, act))
                continue
            self._say(self.company, self._asking_for(issue, act), issue, Said("act", act))
            if letter and act.kind == "send_documents":
                self._say(self.company, "close.form", issue)
            if act.kind == "restart_device":
                self._say(_USER, "fixed.restart_device", issue, Said("act", act), Said("result"))
            else:
                text = self.author.choose.pick("will.send_documents").replace("{by}", self.author.deadline(act))
                values = {**issue.values, **act.values}
                self.lines.append(self.author.compose(_USER, text, issue, values, (Said("act", act),)))

    def _ask_back(self, issue: Issue) -> None:
        """Sometimes the customer asks a question that changes nothing."""
        if self.lines[-1].role == _USER or issue.result or issue.acts[-1].transfer or not self._happens(0.4):
            return
        refused = issue.acts[-1].status == "REFUSED"
        question, answer = self.author.choose.pick("question.refused" if refused else "question").split("|")
        self.lines.append(self.author.compose(_USER, question, issue, {}))
        self.lines.append(self.author.compose(self.company, answer, issue, {}))

    @staticmethod
    def _asking_for(issue: Issue, act: Act) -> str:
        """The section of phrases by which the company asks the customer to act."""
        if act.kind != "send_documents":
            return f"please.{act.kind}"
        receipt = any(other.condition == "documents_sent" for other in issue.acts)
        return f"please.send_documents.{'receipt' if receipt else 'photos'}"

    def _react(self, issue: Issue) -> None:
        if self.lines[-1].role == _USER:
            return
        if issue.result == "unresolved":
            self._say(_USER, "unresolved.customer", issue, Said("result"))
            return
        settled = next(act for act in reversed(issue.acts) if act.slot in ("outcome", "action"))
        moods = {"DONE": "happy", "PROMISED": "happy", "REFUSED": "unhappy"}
        self._say(_USER, "wonder" if settled.kind == "escalation" else moods.get(settled.status, "wonder"), issue)

    def _happens(self, share: float) -> bool:
        return self.rng.random() < share * self.talkative

    def _say(self, role: Role, key: str, issue: Issue, *says: Said, **values: Value) -> None:
        self.lines.append(self.author.line(role, key, issue, *says, **values))

    def _distract(self, issue: Issue) -> None:
        """The customer mentions an irrelevant value of a relevant kind."""
        spoken = [v for line in self.lines for v in line.values.values()]
        kinds = []
        if any(v.slot == "amount" for v in spoken):
            kinds += ["amount", "amount"]
        if REASONS[issue.reason].ref == "order_id":
            kinds.append("order")
        if any(v.slot in ("date", "deadline") for v in spoken):
            kinds.append("date")
        kind = self.rng.choice(kinds or ["date"])
        if kind == "amount":
            like = next(v.canonical for v in spoken if v.slot == "amount") if self._happens(0.6) else ""
            value = self.draw.amount(like=like)
        else:
            value = self.draw.past() if kind == "date" else self.draw.ref("order_id")
        place = 1 + next(n for n, line in enumerate(self.lines) if any(s.what == "reason" for s in line.says))
        while place < len(self.lines) and self.lines[place].role == _USER and not self._is_farewell(place):
            place += 1
        self.lines.insert(place, self.author.line(_USER, f"distract.{kind}", issue, x=value))

    def _inject(self, issue: Issue) -> None:
        marker = self.author.choose.pick("word.marker")
        line = self.author.line(_USER, "inject", issue, marker=Value("", marker, marker))
        line.marker = marker
        places = [n + 1 for n, other in enumerate(self.lines) if other.role == _USER and not self._is_farewell(n)]
        self.lines.insert(self.rng.choice(places[1:] or places), line)

    def _third_party(self, issue: Issue) -> None:
        place = next(
            n for n, line in enumerate(self.lines) if any(s.what == "act" or s.what == "result" for s in line.says)
        )
        while place and self.lines[place - 1].role == self.company:
            place -= 1
        self.lines.insert(place, self.author.line(Role.ROLE_THIRD_PARTY, "third", issue))

    def _is_farewell(self, place: int) -> bool:
        return "name" in self.lines[place].values

    def _correct(self) -> bool:
        """A speaker makes a slip and corrects it: sets `wrong` of one value; False if there is nothing to correct."""
        if any(v.wrong is not None for line in self.lines for v in line.values.values()):
            return True
        letter = self.features.channel not in DIALOGUES
        candidates = [
            v
            for line in self.lines
            for slot, v in line.values.items()
            if v.slot in _CORRECTABLE and slot not in ("x", "other_amount") and not (letter and line.role != _USER)
        ]
        if not candidates:
            return False
        value = self.rng.choice(candidates)
        value.wrong = self.draw.mistaken(value)
        return True
