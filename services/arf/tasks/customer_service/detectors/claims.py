"""The claims of a summary about acts: which act, by whom, with what status, in the third person and past tense."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arf.calls.text import Sentence, normalise
from arf.tasks.customer_service.tagging.mentions import mentions
from arf.tasks.customer_service.tagging.slots import ActKind
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import FactStatus, Role

_SUBJECT = re.compile(
    r"\b(?:(?P<customer>customer|caller|client|user|buyer|subscriber|he|she)"
    r"|(?P<bot>bot|chatbot|virtual assistant)"
    r"|(?P<agent>agent|representative|rep|advisor|adviser|company|support|technician|operator))\b(?!'s)",
)
_OBJECT = re.compile(r"\b(?:the )?(?:customer|caller|client|user)\b(?!'s)")
_CLAUSE = re.compile(r"[;,]\s*(?:and|but|so|while|which|who)?\s*|(?<!\s)\s+(?:and|but|while|then|because|since|as)\s+")
# A finite verb after "and" is a statement of its own: "promised to send one and refunded the other".
_FINITE = re.compile(
    r"(?<!\w)(?:(?:has|have|had|also|already|then|will|would|did not) )*(?:\w+ed|sent|gave|made|put|paid|took)\b|will\b"
)
_REQUESTED = re.compile(
    r"\b(?<!the )(?:request(?:s|ed|ing)?|ask(?:s|ed|ing)?|want(?:s|ed)?|would like|sought|seek(?:s|ing)?|demand\w*"
    r"|enquir\w*|inquir\w*|wish(?:es|ed)?|need(?:s|ed)?|hop(?:es|ed|ing)|look(?:ing|ed) for|tr(?:ied|ying) to|about)\b"
)
_REFUSED = re.compile(
    r"\b(?:refus\w+|declin\w+|denied|rejected|turned down|could not|couldn't|cannot|can't|unable|would not|wouldn't"
    r"|will not|won't|not (?:be )?(?:able|eligible|possible|entitled|available|offered|issued|given|granted|approved)"
    r"|ineligible|no (?=refund|replacement|credit))"
)
_NOT_DONE = re.compile(r"\b(?:not|never|n't|without)\b")
_PENDING = re.compile(
    r"\b(?:is|are|was|were) (?:still |currently |now )?being\b|\b(?:under|pending|in progress|under way|underway"
    r"|awaiting|ongoing|waiting|started|opened|raised|still|is looking|is (?:still )?(?:investigating|checking))\b"
)
_PROMISED = re.compile(
    r"\b(?:will|promis\w+|agreed|agrees|going to|plan(?:s|ned)?|commit\w*|scheduled|arranged|booked|set up|due|to be"
    r"|assured|undertook|shall|would|said)\b"
)
_OFFERED = re.compile(
    r"\b(?:offer\w*|suggest\w*|recommend\w*|advis\w*|propos\w*|option|explain\w*|mention\w*|could|can|may|might)\b"
)
_CONDITION = re.compile(
    r"\b(?:if|once|provided|providing|as soon as|as long as|unless|until|subject to|when|on condition|after|only)\b"
)
_DONE = re.compile(
    r"\b(?:\w+ed|sent|gave|given|put|made|did|done|has|have|had|was|were|been|reset|paid|got|took|issued|received)\b"
)
_RECEIVED = re.compile(
    r"\b(?:receiv\w+|got|was (?:given|offered|sent|promised|refunded|told|informed|asked|transferred|advised)|to get)\b"
)


@dataclass(frozen=True)
class Claim:
    """One act as stated in a summary sentence; `actor` and `status` are None if not stated. `start` and `end` are
    positions in the summary.
    """

    kind: ActKind
    actor: Role | None
    status: FactStatus | None
    start: int
    end: int
    asked_by: Role | None = None


def claims(sentence: Sentence) -> list[Claim]:
    """The acts that a sentence claims, in order."""
    text = normalise(sentence.text).lower()
    # The lexicon of acts is made of what parties say to each other: "call you back".
    spoken = _OBJECT.sub(lambda m: "you".ljust(len(m.group())), text)
    return [
        _claim(sentence, text, mention.kind, mention.start, mention.end)
        for mention in mentions(spoken)
        if not _is_background(text, mention.start)
    ]


def _claim(sentence: Sentence, text: str, kind: ActKind, start: int, end: int) -> Claim:
    subject = None
    for found in _SUBJECT.finditer(text, 0, start + 1):
        # In "asked the agent to" the doer is the object of another's verb.
        subject = found
    cut = max((m.end() for m in _CLAUSE.finditer(text, 0, start)), default=0)
    left = min(cut, start) if subject is None or subject.start() < cut - 60 else min(subject.start(), start)
    if cut > left and (_FINITE.match(text[cut:]) or (text[cut:start].strip() == "" and _FINITE.match(text[start:end]))):
        left = cut
    window = text[left:end]
    status = _status(window, text[end:], text)
    actor = _role(subject)
    asker = None
    before_subject = text[: subject.start()] if subject else ""
    if subject is not None and re.search(
        r"\b(?:ask|request|want|told|tell|inform|advis|remind|urg)\w*\s+(?:that\s+)?(?:the\s+)?$", before_subject
    ):
        first = next(iter(_SUBJECT.finditer(before_subject)), None)
        asker = _role(first)
        if re.match(r"\w+\s+to\b", text[subject.start() :]):
            status = t.FACT_STATUS_REQUESTED
    if actor is not None and _RECEIVED.search(window):
        actor = None
    return Claim(kind, actor, status, sentence.start + start, sentence.start + end, asker)


def _status(window: str, after: str, sentence: str) -> FactStatus | None:
    near = after[:40]
    if _REQUESTED.search(window):
        return t.FACT_STATUS_REQUESTED
    if _REFUSED.search(window) or re.match(
        r"\s+(?:was|were|is|had been) (?:refused|declined|denied|not|rejected)\b", near
    ):
        return t.FACT_STATUS_REFUSED
    if _NOT_DONE.search(window) or _OFFERED.search(window):
        return None
    if _PROMISED.search(window) or re.match(
        r"\s+(?:will|would|is to|was (?:promised|scheduled|arranged|booked|agreed))\b", near
    ):
        return t.FACT_STATUS_CONDITIONAL if _CONDITION.search(sentence) else t.FACT_STATUS_PROMISED
    if _PENDING.search(window) or re.match(
        r"\s+(?:is|was|remains?) (?:still )?(?:pending|in progress|open|being)\b", near
    ):
        return t.FACT_STATUS_PENDING
    done = _DONE.search(window) or re.match(
        r"\s+(?:was|were|has been|had been) (?:issued|sent|processed|completed|done|made|given)\b", near
    )
    return t.FACT_STATUS_DONE if done else None


def _role(subject: re.Match[str] | None) -> Role | None:
    if subject is None:
        return None
    if subject["customer"]:
        return t.ROLE_CUSTOMER
    return t.ROLE_BOT if subject["bot"] else t.ROLE_AGENT


def _is_background(text: str, start: int) -> bool:
    """Whether an act is only part of the contact reason, a condition or a cause, and not a claim itself."""
    before = text[:start]
    return bool(
        re.search(
            r"\b(?:because|since|if|once|unless|until|after|when|provided|as soon as|contacted|called|reached out)\b"
            r"[^,;]*$",
            before,
        )
    )
