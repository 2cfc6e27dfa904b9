"""The clauses around an act: its condition, the cause of a refusal, and the team that takes over."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues import status as cues
from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.phrases import third_person

_CONDITION = re.compile(
    r"\b(?:once|if|as soon as|as long as|so long as|provided(?: that)?|providing(?: that)?|"
    r"on (?:the )?condition(?: that)?|"
    r"only (?:when|after|if|once)|when|after|assuming(?: that)?)\s+(?P<clause>[^.;!?]+)"
)
_NEGATIVE = re.compile(r"\b(?:until|unless)\s+(?P<clause>[^.;!?]+)")
_MAIN_CLAUSE = re.compile(
    r"(?:,|(?<!\s))\s+(?:then\s+)?(?:i'?ll|we'?ll|i will|we will|i can|we can|you'?ll|you will|the refund|"
    r"the replacement|then|and)\b|,\s"
    r"|(?<!\s)\s+(?:by|within|on)\s+(?:the\s+)?\d"
)
_STOP = re.compile(r",\s.*")
_CAUSE = re.compile(
    r"\b(?:because|since|as(?! (?:soon|long|well|a|much|far|you (?:asked|can|know|see|want)))|seeing(?: that)?|"
    r"due to the fact that|"
    r"given that)\s+(?P<clause>[^.;!?]+)"
)
_REASON_SIGNS = cue(
    r"(?:policy|window|warranty|outside|past|expired|passed|shipped|dispatched|opened|used|final sale|"
    r"non-?refundable|already|days|terms|"
    r"contract|longer than|more than|late|after)"
)
_NOT_TEAMS = frozenset(
    {"support", "customer", "whole", "same", "other", "entire", "relevant", "appropriate", "best", "great"}
)
_TEAM_TAIL = re.compile(r"^(?:the|our|my|a|an|this|that|you|your|it|over|on|through|to|with|and|for|by)\s+")


def condition(text: str) -> str | None:
    """A clause's condition in the third person without its conjunction; None if it has no safe rewording."""
    match = _CONDITION.search(text)
    if match is None:
        return None
    clause = match["clause"]
    main = _MAIN_CLAUSE.search(clause)
    if main:
        clause = clause[: main.start()]
    return third_person.of_company(clause)


def cause(text: str, stated_alone: bool = False) -> str | None:
    """Why something was refused, in the third person; a separate clause counts if it sounds like a rule."""
    match = _CAUSE.search(text)
    if match:
        return third_person.of_company(_STOP.sub("", match["clause"]))
    if stated_alone and _REASON_SIGNS.search(text):
        return third_person.of_company(text)
    return None


def team(text: str) -> str | None:
    """The team that takes over, without the word "team"."""
    for match in cues.TEAM.finditer(text):
        name = " ".join(match["team"].split())
        while (short := _TEAM_TAIL.sub("", name)) != name:
            name = short
        if name not in _NOT_TEAMS:
            return name
    return None


def subordinate(text: str) -> tuple[int, int]:
    """The half-open part of a clause that states only a condition or cause; empty if there is none."""
    for pattern in (_CONDITION, _CAUSE, _NEGATIVE):
        if match := pattern.search(text):
            main = _MAIN_CLAUSE.search(match["clause"])
            return match.start(), match.start("clause") + (main.start() if main else len(match["clause"]))
    return 0, 0
