"""The gold summary: plain third-person prose about the reason, what was settled and what follows."""

from __future__ import annotations

from random import Random

from arf.corpus.generator.banks import sections
from arf.corpus.generator.channels import plain
from arf.corpus.generator.issues import SLOT
from arf.corpus.generator.reasons import REASONS
from arf.corpus.generator.render import Rendered
from arf.corpus.generator.script import Act, Issue, Scenario
from arf.corpus.generator.world import IMPLIED_REQUESTS
from arf.v1.transcript_pb2 import Role

_ACTORS = {Role.ROLE_AGENT: "agent", Role.ROLE_BOT: "bot", Role.ROLE_CUSTOMER: "customer"}


def summarise(scenario: Scenario, rendered: Rendered, rng: Random) -> str:
    """A correct and complete summary of the call."""
    spoken = {id(m.value) for m in rendered.mentions}
    said: list[str] = []
    for number, issue in enumerate(scenario.issues):
        clause = _fill(rng.choice(_reasons(issue, spoken)), issue)
        lead = rng.choice(sections("summary")["lead.also" if number else "lead"])
        said.append(_capital(lead.replace("{clause}", clause)))
        said.extend(_settled(issue, len(scenario.issues) == 1, rng))
    return " ".join(said)


def _reasons(issue: Issue, spoken: set[int]) -> list[str]:
    """The ways to word the reason that use only what was said."""
    bank = sections("summary")[f"reason.{issue.reason}"]
    known = {slot for slot, value in issue.values.items() if id(value) in spoken}
    return [phrase for phrase in bank if set(SLOT.findall(phrase)) <= known]


def _settled(issue: Issue, alone: bool, rng: Random) -> list[str]:
    bank = sections("summary")
    said = []
    acts = {act.kind for act in issue.acts}
    if issue.request and alone and issue.reason not in IMPLIED_REQUESTS and (issue.request not in acts):
        noun = rng.choice(bank[f"noun.{issue.request}"])
        said.append(rng.choice(bank["asked"]).replace("{noun}", noun))
    said += [_act(issue, act, rng) for act in issue.acts]
    if issue.result:
        said.append(rng.choice(bank[issue.result]))
    return said


def _act(issue: Issue, act: Act, rng: Random) -> str:
    bank = sections("summary")
    key = f"act.{act.kind}"
    if act.transfer:
        key = "say.escalation"
    elif f"bare.{act.kind}" in bank and not act.values.keys() & {"amount", "date"}:
        key = f"bare.{act.kind}"
    verbs, _, rest = rng.choice(bank[key]).partition(" ")
    do, past = verbs.split("/")
    text = rng.choice(bank[f"frame.{act.status}"])
    text = text.replace("{actor}", _ACTORS[act.actor])
    if "{noun}" in text:
        noun = rng.choice(bank[f"noun.{act.kind}"])
        text = text.replace("{noun}", noun + (" of {amount}" if "amount" in act.values else ""))
    text = text.replace("{do}", f"{do} {rest}").replace("{past}", f"{past} {rest}")
    by = _by(act)
    text = text.replace("{by}", by).replace("{due}", f", with an answer due{by}" if by else "")
    return _fill(text, issue, act)


def _by(act: Act) -> str:
    if "deadline" not in act.values:
        return ""
    deadline = act.values["deadline"]
    return f" {'within' if deadline.canonical.startswith('P') else 'by'} {plain(deadline)}"


def _when(act: Act) -> str:
    day = f"{'to' if act.kind == 'reschedule' else 'on'} {plain(act.values['date'])}" if "date" in act.values else ""
    return day + (f" at {plain(act.values['time'])}" if "time" in act.values else "")


def _fill(text: str, issue: Issue, act: Act | None = None) -> str:
    """The text with values in plain form; an act's own values take precedence over its issue's."""
    thing = _thing(issue)
    words = {"thing": thing, "item": thing, "when": _when(act) if act else ""}
    if "product" in issue.values:
        words["item"] = issue.values["product"].canonical.split()[-1]
    words |= {slot: plain(value) for slot, value in issue.values.items()}
    words |= {slot: plain(value) for slot, value in act.values.items()} if act else {}
    return SLOT.sub(lambda match: words[match.group(1)], text)


def _thing(issue: Issue) -> str:
    about = REASONS[issue.reason]
    return issue.values["product"].canonical.split()[-1] if about.thing == "contract" else about.thing


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
