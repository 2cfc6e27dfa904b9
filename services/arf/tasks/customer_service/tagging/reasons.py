"""The contact reasons: a known reason by its cues, or the customer's own words if they can be reworded safely."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arf.tasks.customer_service.cues.reasons import REASONS
from arf.tasks.customer_service.phrases import third_person
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.slots import Reason, ReasonKind
from arf.v1 import transcript_pb2 as t

# The reason comes early: later complaints are about what the company did meanwhile.
_OPENING_TURNS = 3
_SAME_PLACE = 40
_LEAD = re.compile(
    r"^\W*(?:(?:and|so|but|well|okay|ok|yes|yeah|hi|hello|hey|there|good (?:morning|afternoon|evening)|right|"
    r"basically|look|subject:?|message:?|issue:?|"
    r"dear (?:team|support|sir|madam)|thanks|thank you)[\s,.:!-]+)+"
)
_PURPOSE = re.compile(
    r"\b(?:i|we)(?:'d| would)?(?:'m|'ve| am| have| was| been)*\s+(?:just |really |also )*"
    r"(?:need|want|like|wanted|needed|calling|call|writing|hoping|trying|wish|contacting you|getting in touch|"
    r"ringing|wondering)\s+"
    r"(?:to (?:ask (?:you )?to |see if (?:you|i) can |be able to )?|if (?:i|you) (?:can|could) )(?P<purpose>[a-z]+\b.+)"
)
_ABOUT = re.compile(r"\b(?:about|regarding|concerning)\s+(?P<topic>(?:my|our|a|an|the)\s+.+)")
_PROBLEM = re.compile(
    r"^(?:i|we)(?:'ve| have|'m| am)?(?: just| recently| still| accidentally)* (?!have a|got a|am|need|want|"
    r"just|think|hope|know|see|understand|believe|would|tried|"
    r"understand|appreciate|called|spoke|wrote|emailed)[a-z']+ .+|^(?:my|our)\s+.+"
)
_CHATTER = re.compile(
    r"\b(?:question|help|problem|issue|something|anything|hope|name|number|email|phone|account number|order number)\b"
)
# Words that refer back to something that a summary does not repeat.
_POINTS_BACK = re.compile(r"\b(?:it|this|that|these|those|them|one|there|so)\b")
_NO_PURPOSE = frozenset(
    {
        *("know", "speak", "talk", "ask", "see", "say", "find", "get", "check", "call", "tell", "make", "let", "be"),
        *("report", "complain", "hear", "chat", "start"),
    }
)


def find_reasons(clauses: Sequence[Clause]) -> tuple[Reason, ...]:
    """The reasons of a call, the main one first; empty if none can be worded safely."""
    customer = [c for c in clauses if c.role == t.ROLE_CUSTOMER]
    opening = set(list(dict.fromkeys(c.turn for c in customer))[:_OPENING_TURNS])
    found: dict[ReasonKind, Reason] = {}
    for turn, issue in dict.fromkeys((c.turn, c.issue) for c in customer):
        if any(r.issue == issue for r in found.values()) or (issue == 0 and turn not in opening):
            continue
        said = [c for c in customer if (c.turn, c.issue) == (turn, issue)]
        kind = reason_kind(said[0].whole[said[0].start : said[-1].end])
        if kind is not None and kind not in found:
            found[kind] = Reason(kind, issue=issue, turn_ids=(said[0].turn_id,))
    if found and min(r.issue for r in found.values()) == 0:
        return tuple(found.values())
    other = _own_words([c for c in customer if c.turn in opening and c.issue == 0])
    return () if other is None else (other, *found.values())


def reason_kind(text: str) -> ReasonKind | None:
    """The first known reason that a text states, or None."""
    found = [(m.start(), n, kind) for n, (kind, pattern) in enumerate(REASONS) if (m := pattern.search(text))]
    if not found:
        return None
    first = min(found)
    # A specific cue beats a general one that starts a few words earlier ("still waiting for the refund").
    return min((f for f in found if f[0] - first[0] <= _SAME_PLACE), key=lambda f: f[1])[2]


def _own_words(opening: Sequence[Clause]) -> Reason | None:
    for clause in opening:
        for phrase in _phrases(_LEAD.sub("", clause.text).strip(" ,.;:!-")):
            return Reason(ReasonKind.OTHER, text=phrase, turn_ids=(clause.turn_id,))
    return None


def _phrases(text: str) -> list[str]:
    purpose, about = _PURPOSE.search(text), _ABOUT.search(text)
    found: list[str | None] = []
    if purpose and purpose["purpose"].split()[0] not in _NO_PURPOSE and "?" not in text:
        told = third_person.of_customer(purpose["purpose"])
        found.append(told and f"to {told}")
    if about and not _CHATTER.search(about["topic"]):
        told = third_person.of_customer(about["topic"])
        found.append(told and f"about {told}")
    if not purpose and not about and _PROBLEM.match(text) and not _CHATTER.search(text) and "?" not in text:
        told = third_person.of_customer(text)
        found.append(told and f"because {told}")
    return [f for f in found if f and not _POINTS_BACK.search(f)]
