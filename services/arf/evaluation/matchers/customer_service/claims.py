"""Splits a summary into claims: clauses with their actor, acts, reasons, status, polarity and values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from arf.calls.text import normalise, sentences
from arf.evaluation.matchers.customer_service import cues
from arf.evaluation.matchers.customer_service.lexicon import Mention, mentions
from arf.evaluation.matchers.customer_service.values import Value, find_values
from arf.v1.transcript_pb2 import FactStatus, Role

_VERB = (
    r"(?:will|would|has|had|have|was|were|is|are|can|could|did|promis\w+|asked|refus\w+|declin\w+|agreed|"
    r"offered|sent|gave|told|said|got|made|took|"
    r"put|paid|also|then|therefore|[a-z]+ed|reset|send|give|call|refund|replace|cancel|transfer|update|change|"
    r"block|move|repair|correct|"
    r"look|investigate|provide|issue|restart|pass|credit|arrange|escalate|email|ship|reschedule|wants?|asks?|"
    r"claims?|claimed)"
)
_PARTY = (
    r"(?:the |a |an )?(?:\w+ )?(?:customer|caller|client|agent|representative|bot|company|team|advisor|"
    r"assistant|support|they|she|he|it|this|that)\b"
)
_BREAK = re.compile(
    rf";\s*|,?\s+(?:and|but)\s+(?:then\s+)?(?={_VERB}\b|{_PARTY}\s)|,\s+(?=(?:which|who|so|while|then|but|"
    rf"whereas|although|because|since)\b)|"
    rf"\s+(?=because\b|while the\b|although\b|whereas\b|but\b|after which\b)|,\s+(?={_PARTY}\s+{_VERB}\b)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:contact\w*|call(?:ed|ing|s)?(?=$| (?:support|in|about|because|to|the (?:company|support|agent|bot)|"
    r"customer|regarding|due))|reach\w* out|(?:got|get|getting) in touch|"
    r"wrote|messaged|emailed|report\w*|complain\w*|inquir\w*|enquir\w*|mention\w*|stat(?:ed|es)|said|says|"
    r"explain\w*|asked about|concern\w*|claim(?:ed|s)|"
    r"further issue|second issue|another issue|in addition|reason for|contact reason|issue was|problem was)\b",
    re.IGNORECASE,
)
_COMMUNICATED = re.compile(
    r"\b(?:said|says|told|explained|informed|stated|confirmed|mentioned|noted|advised)\b", re.IGNORECASE
)
_CAUSE = re.compile(r"^(?:because|as|since|due to|given that)\b", re.IGNORECASE)
# Clauses that add to what the clause before them named.
_REFERS_BACK = re.compile(
    r"^(?:and |but |so )?(?:which|it|this|that|the request|their request|not|still|only|with|within|by|after|"
    r"on|is|was|were|are)\b|"
    r"\b(?:refus|declin|agree|promis|den|reject|approv|accept)\w*(?: to do (?:so|this|that)| it| this| that|"
    r" the request| to)?$",
    re.IGNORECASE,
)
_OPENS_WITH_CONDITION = re.compile(
    r"(?:and |but )?(?:only )?(?:if|once|provided|unless|as long as|assuming)\b", re.IGNORECASE
)
_OF_A_TEAM = re.compile(r"s?[\s-]+(?:team|department)\b", re.IGNORECASE)
# Verbs whose form does not show their tense; coordinated, they take the tense of the first verb.
_SAME_IN_PAST = re.compile(r"(?:reset|put|set|let)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"(?P<no>(?:(?:not|never|n't)(?: been| yet| be| fully)*|without being|could not|cannot|unable to|"
    r"remain\w*|left|is still|was still|still|no)\s+(?:\w+ )?)?"
    r"\b(?:(?P<yes>(?:re)?solv\w*|fix(?:ed|es)?(?= the (?:issue|problem)| it\b)|sorted(?: out)?|settled|"
    r"(?:works?|working|worked|running) again|cleared up|resolution|solution)|"
    r"(?P<open>unresolved|unsolved|(?<=remains )open|(?<=remained )open|unsettled|outstanding))\b",
    re.IGNORECASE,
)  # fmt: skip
_WISHED = re.compile(
    r"\b(?:want\w*|wish\w*|ask\w*|request\w*|need\w*|try|trying|tried|hop\w+|will|would|help(?:ing)?|"
    r"to (?:re)?solve|if|once|promis\w+|seek\w*)\b",
    re.IGNORECASE,
)

# What customers call about because they could not do it themselves is their request; nobody refused it.
_HINDERED = re.compile(
    r"\b(?:they|she|he|customer|caller) (?:\w+ )?(?:unable to|not able to|(?:could|can)(?: not|n't)|cannot|"
    r"(?:having|had|have) (?:trouble|difficult\w+|problems?))(?! (?:get|receive|obtain)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """A clause of a summary.

    `actor` is UNSPECIFIED where it is open. `statuses` holds what the words allow, empty where they tell nothing.
    `result` is True for "resolved", False for "unresolved". `cause` marks a clause that gives the ground of another.
    `condition` is what it makes the acts depend on.
    Places within `text` are code points.
    """

    text: str
    actor: Role
    acts: tuple[Mention, ...]
    reasons: tuple[Mention, ...]
    statuses: frozenset[FactStatus]
    negated: bool
    values: tuple[Value, ...]
    result: bool | None
    contact: bool
    cause: bool
    condition: str


def split_claims(summary: str) -> list[Claim]:
    """The claims of a summary in order."""
    found: list[Claim] = []
    speaker = Role.ROLE_UNSPECIFIED
    for sentence in sentences(summary):
        previous: Claim | None = None
        for text in _clauses(sentence.text):
            claim = _claim(text, previous, speaker)
            if claim.actor != Role.ROLE_UNSPECIFIED:
                speaker = claim.actor
            found.append(claim)
            previous = claim
    return found


def _clauses(sentence: str) -> list[str]:
    pieces, start = [], 0
    for match in _BREAK.finditer(normalise(sentence)):
        pieces.append(sentence[start : match.start()])
        start = match.end()
    pieces.append(sentence[start:])
    for n in range(len(pieces) - 2, -1, -1):
        if _OPENS_WITH_CONDITION.match(pieces[n]):
            pieces[n : n + 2] = [f"{pieces[n]}, {pieces[n + 1]}"]
    return [piece.strip(" ,;.") for piece in pieces if piece.strip(" ,;.!?")]


def _claim(text: str, previous: Claim | None, speaker: Role) -> Claim:
    plain = normalise(text)
    cause = _CAUSE.match(plain) is not None
    contact = (_CONTACT.search(plain) is not None or (cause and previous is not None and previous.contact)) and not (
        previous is not None and cause and previous.acts
    )
    actor = _actor(plain, previous, speaker)
    if cause and contact and cues.actor_of(plain) is None:
        actor = Role.ROLE_CUSTOMER if previous is None else previous.actor
    reasons = tuple(m for m in mentions(plain, "reason") if not _OF_A_TEAM.match(plain[m.end :]))
    condition = cues.condition_of(plain)
    apart = (Mention(frozenset(), *condition),) if condition else ()
    hidden = _mask(plain, (*reasons, *apart))
    acts = tuple(
        m
        for m in mentions(_mask(plain, apart), "act")
        if not _inside(m, reasons) and not _OF_A_TEAM.match(plain[m.end :])
    )
    statuses = cues.statuses_of(hidden if reasons and not acts else plain)
    company = actor in (Role.ROLE_AGENT, Role.ROLE_BOT)
    contact = contact and not company
    hindered = contact and bool(acts) and _HINDERED.search(plain) is not None
    if hindered:
        statuses = frozenset({FactStatus.FACT_STATUS_REQUESTED})
    wished = contact or (FactStatus.FACT_STATUS_REQUESTED in statuses and not company)
    wishes = tuple(mentions(plain, "wish")) if wished else ()
    if previous is not None and previous.statuses and _SAME_IN_PAST.match(plain):
        statuses = previous.statuses
    if previous is not None and not statuses and not cause:
        statuses = previous.statuses
    if FactStatus.FACT_STATUS_REQUESTED in statuses and company:
        statuses |= {FactStatus.FACT_STATUS_PENDING}  # what the company asks of its own people is in progress
    if previous is not None and not acts and not (cause or reasons) and _REFERS_BACK.search(plain):
        acts = tuple(replace(m, start=0, end=0) for m in previous.acts)
    if (
        statuses == frozenset({FactStatus.FACT_STATUS_DONE})
        and _COMMUNICATED.search(plain)
        and not cues.statuses_of(_COMMUNICATED.sub(" ", plain))
    ):
        statuses = frozenset()
    return Claim(
        text=text,
        actor=actor,
        acts=acts,
        reasons=_merged(reasons, wishes),
        statuses=statuses,
        negated=cues.is_negated(hidden) and not hindered,
        values=tuple(find_values(text)),
        result=_result(plain),
        contact=contact,
        cause=cause,
        condition=plain[slice(*condition)] if condition else "",
    )


def _actor(text: str, previous: Claim | None, speaker: Role) -> Role:
    named = cues.actor_of(text)
    if named is not None:
        return named
    if previous is not None and not cues.has_pronoun_subject(text):
        return previous.actor
    # A pronoun may refer to either party, so it is not compared with gold.
    return (
        Role.ROLE_CUSTOMER
        if cues.has_pronoun_subject(text) and speaker == Role.ROLE_CUSTOMER
        else Role.ROLE_UNSPECIFIED
    )


def _mask(text: str, spans: tuple[Mention, ...]) -> str:
    for span in spans:
        text = text[: span.start] + "~" * (span.end - span.start) + text[span.end :]
    return text


def _inside(mention: Mention, spans: tuple[Mention, ...]) -> bool:
    return any(span.start <= mention.start and mention.end <= span.end for span in spans)


def _merged(reasons: tuple[Mention, ...], wishes: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Both in order; of nested matches, which read the same words twice, the longer one."""
    kept = [r for r in reasons if not _inside(r, wishes)] + [w for w in wishes if not _inside(w, reasons)]
    return tuple(sorted(kept, key=lambda m: m.start))


def _result(text: str) -> bool | None:
    match = _RESULT.search(text)
    if match is None or (match["yes"] and _WISHED.search(text) and not match["no"]):
        return None
    return match["open"] is None and match["no"] is None
