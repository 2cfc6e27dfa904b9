"""The gold of a generated call: facts with their turns, personal data, injections, a reference summary."""

from __future__ import annotations

from random import Random

from arf.corpus.generator.render import Mention, Rendered
from arf.corpus.generator.script import Act, Issue, Scenario
from arf.corpus.generator.summary import summarise
from arf.corpus.generator.values import Value
from arf.v1.transcript_pb2 import FactStatus, Gold, GoldFact, Injection, PersonalData, Polarity, Role

_KEY_PARAMETERS = frozenset({"amount", "deadline", "date", "time"})
_STATUS = {
    "DONE": FactStatus.FACT_STATUS_DONE,
    "PROMISED": FactStatus.FACT_STATUS_PROMISED,
    "PENDING": FactStatus.FACT_STATUS_PENDING,
    "CONDITIONAL": FactStatus.FACT_STATUS_CONDITIONAL,
    "REFUSED": FactStatus.FACT_STATUS_REFUSED,
}
_KEY_SLOTS = frozenset({"outcome", "next_step"})


def gold(scenario: Scenario, rendered: Rendered, rng: Random) -> Gold:
    """The complete gold of the call: everything that is said is listed."""
    return Gold(
        facts=_Facts(scenario, rendered).all(),
        summary=summarise(scenario, rendered, rng),
        personal_data=[_personal(m, rendered) for m in rendered.mentions if m.value.personal],
        injections=[
            Injection(turn_id=rendered.turn_of[id(line)], marker=line.marker) for line in scenario.lines if line.marker
        ],
    )


def _personal(mention: Mention, rendered: Rendered) -> PersonalData:
    return PersonalData(
        kind=mention.value.personal,
        value=mention.value.canonical,
        turn_id=mention.turn_id,
        start=mention.start,
        end=mention.end,
    )


class _Facts:
    def __init__(self, scenario: Scenario, rendered: Rendered) -> None:
        self.scenario = scenario
        self.rendered = rendered
        self.facts: list[GoldFact] = []
        self.owned: dict[int, str] = {}

    def all(self) -> list[GoldFact]:
        for issue in self.scenario.issues:
            self._issue(issue)
        self._values()
        return self.facts

    def _issue(self, issue: Issue) -> None:
        customer = Role.ROLE_CUSTOMER
        self._add(issue, "reason", issue.reason, customer, self._turns(issue, "reason"), key=True)
        if turns := self._turns(issue, "request"):
            self._add(issue, "request", issue.request, customer, turns, FactStatus.FACT_STATUS_REQUESTED)
        if turns := self._turns(issue, "restarted"):
            self._add(issue, "action", "restart_device", customer, turns, FactStatus.FACT_STATUS_DONE)
        for act in issue.acts:
            status = _STATUS[act.status]
            turns = self._turns(issue, "act", act)
            stem = self._add(issue, act.slot, act.kind, act.actor, turns, status, key=act.slot in _KEY_SLOTS)
            for slot, value in act.values.items():
                self.owned[id(value)] = f"{stem}.{slot}"
        if issue.result:
            self._add(issue, "outcome", issue.result, Role.ROLE_UNSPECIFIED, self._turns(issue, "result"), key=True)

    def _add(
        self,
        issue: Issue,
        slot: str,
        value: str,
        actor: Role,
        turns: list[str],
        status: FactStatus = FactStatus.FACT_STATUS_UNSPECIFIED,
        key: bool = False,
    ) -> str:
        fact_id = f"f{len(self.facts) + 1}"
        self.facts.append(
            GoldFact(
                fact_id=fact_id,
                issue_id=issue.id,
                slot=slot,
                value=value,
                actor=actor,
                polarity=Polarity.POLARITY_AFFIRMED,
                status=status,
                turn_ids=turns,
                key=key,
            )
        )
        return fact_id

    def _turns(self, issue: Issue, what: str, act: Act | None = None) -> list[str]:
        turns = [
            self.rendered.turn_of[id(line)]
            for line in self.scenario.lines
            if line.issue is issue and any(said.what == what and said.act is act for said in line.says)
        ]
        return list(dict.fromkeys(turns))

    def _values(self) -> None:
        """One fact per value, in the order of first mention."""
        mentions: dict[int, list[Mention]] = {}
        for mention in self.rendered.mentions:
            mentions.setdefault(id(mention.value), []).append(mention)
        spoken = {id(m.value.wrong): m.value for m in self.rendered.mentions if m.value.wrong is not None}
        names = {key: self.owned.get(key, f"v{n}") for n, key in enumerate(mentions, 1)}
        for key, said in mentions.items():
            right = spoken.get(key)
            fact_id = names[key] if right is None else f"{names[id(right)]}.was"
            replaced_by = "" if right is None else names[id(right)]
            self.facts.append(self._value(said, fact_id, replaced_by))

    def _value(self, said: list[Mention], fact_id: str, replaced_by: str) -> GoldFact:
        value: Value = said[0].value
        owner = next((fact for fact in self.facts if fact.fact_id == fact_id.partition(".")[0]), None)
        return GoldFact(
            fact_id=fact_id,
            issue_id=said[0].line.issue.id,
            slot=value.slot,
            value=value.canonical,
            actor=said[0].line.role,
            polarity=Polarity.POLARITY_AFFIRMED,
            turn_ids=list(dict.fromkeys(m.turn_id for m in said)),
            superseded_by=replaced_by,
            key=bool(owner and owner.key and not replaced_by and value.slot in _KEY_PARAMETERS),
        )
