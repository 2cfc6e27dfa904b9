"""Cues for who acts in a clause, and for the status of the act."""

from __future__ import annotations

import re

from arf.v1.transcript_pb2 import FactStatus, Role

_S = FactStatus
Statuses = frozenset[FactStatus]

_CUSTOMER = r"(?:customer|caller|client|user|buyer|shopper|subscriber|cardholder)"
_COMPANY = (
    r"(?:(?:customer[ -]|support |service )?(?:agent|representative|rep|advis[eo]r|operator|team|staff)|"
    r"company|(?:help|service) desk|support|"
    r"customer (?:service|support|care)|(?:\w+ )?(?:team|department)|technician|engineer|retailer)"
)
_BOT = r"(?:(?:chat|voice)?bot|(?:virtual|automated|digital|ai) (?:assistant|agent|system)|assistant)"
_THIRD = (
    r"(?:(?:customer|caller)'s )?(?:partner|wife|husband|mother|father|son|daughter|neighbou?r|flatmate|housemate|"
    r"colleague|friend|roommate|sister|brother|third party|relative)"
)
_SUBJECT = re.compile(
    rf"^(?:(?:and|but|so|then|also|while|that|who|which|after|afterwards?|later|finally|in response|however|if [^,]*|"
    rf"because|when|before|since|once [^,]*|as|eventually|instead|therefore|in the end),?\s+)*"
    rf"(?:the |a |an |their |his |her )?(?:(?P<third>{_THIRD})|(?P<customer>{_CUSTOMER})(?!'s| (?:service|"
    rf"support|care))|(?P<bot>{_BOT})|"
    rf"(?P<company>{_COMPANY}))\b(?!'s)",
    re.IGNORECASE,
)
_BY = re.compile(rf"\bby (?:the |a |an )?(?:(?P<customer>{_CUSTOMER})|(?P<bot>{_BOT})|(?P<company>{_COMPANY}))\b", re.I)
# The grammatical subject that something is done to, or for, is not the actor.
_RECIPIENT = re.compile(
    rf"\b{_CUSTOMER} (?:(?:was|is|were|has been|had been|will be|would be|is being|was being|"
    rf"is to be)\s+(?:also |then )?"
    r"(?:told|informed|promised|offered|given|sent|refunded|refused|denied|issued|granted|transferred|"
    r"credited|advised|"
    r"assured|reimbursed|provided|compensated|passed|connected|escalated|referred|put|called|contacted|asked|handed|"
    r"rebooked|instructed|reminded|notified|rescheduled|moved)|received|got(?! in touch)|will (?:receive|get|"
    r"have)|would (?:receive|get)|"
    r"is (?:getting|receiving|due|waiting|awaiting)|receives|gets)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"^(?:(?:and|but|so|then|because|that|also|since|as)\s+)*(?:they|she|he)\b", re.IGNORECASE)
_NEW_SUBJECT = re.compile(
    r"^(?:(?:and|but|so|then|while|that|because|when|since|as)\s+)*(?:an?|the|no|this|that|it|its|their|his|"
    r"her|\S+'s)\b"
    r"(?:\s+\S+){0,5}?\s+(?:was|were|is|are|will|would|has|had|have|could|can|did|does|remains?|arrived|came)\b",
    re.IGNORECASE,
)


def actor_of(clause: str) -> Role | None:
    """The actor of the clause as written; UNSPECIFIED if it is passive; None if it names nobody."""
    by = _BY.search(clause)
    if by is not None:
        return _role(by)
    if _RECIPIENT.search(clause):
        return Role.ROLE_UNSPECIFIED
    subject = _SUBJECT.match(clause)
    if subject is not None:
        return _role(subject)
    return Role.ROLE_UNSPECIFIED if _NEW_SUBJECT.match(clause) else None


def has_pronoun_subject(clause: str) -> bool:
    """Whether a personal pronoun is the subject of the clause."""
    return _PRONOUN.match(clause) is not None


def _role(match: re.Match[str]) -> Role:
    groups = match.groupdict()
    if groups["customer"]:
        return Role.ROLE_CUSTOMER
    if groups["bot"]:
        return Role.ROLE_BOT
    return Role.ROLE_AGENT if groups["company"] else Role.ROLE_THIRD_PARTY


_REFUSED = (
    r"refus\w+|declin\w+|den(?:ied|ies|y|ying)|reject\w+|turn\w* down|not (?:eligible|possible|entitled|covered)|"
    r"(?:could|can|would|will|may|might|shall)(?: not|n't)(?: be able to| be)?|cannot|unable to|"
    r"(?:is|was|were|are)(?: not|n't) (?:able|allowed|willing|permitted)(?: to)?|(?:did|does)(?: not|n't) agree"
)
_CONDITIONAL = (
    r"if|once|provided(?: that)?(?! (?:the|a|an|with)\b(?! \w+ (?:is|was|are|can)))|providing|as long as|"
    r"so long as|unless|"
    r"subject to|conditional\w*|on (?:the )?condition|contingent|depend\w+|after the customer|assuming"
)
_PENDING = (
    r"pending|awaiting|await\w*|under (?:review|investigation)|still (?:open|waiting|under|in|being)|"
    r"waiting for|yet to be|in the queue|"
    r"not (?:yet )?(?:been )?(?:confirmed|final|decided|completed|released|approved)|nothing (?:is|"
    r"was) (?:confirmed|final|decided)|"
    r"on order|back ?order|begun|began|started|in progress|ongoing|under ?way|unconfirmed"
)
_UNDER_WAY = (
    r"being (?:\w+ed|looked|put|set|sent|made)|in process|processing|on (?:its|the) way|"
    r"(?:is|are|was|were) (?:still |currently |now )?(?!going\b)(?:\w+ing)(?! to\b)"
)
_REQUESTED = (
    r"(?:request(?:s|ed|ing)?)(?! (?:was|is|for \w+ was))|ask(?:s|ed|ing)?|want(?:s|ed|ing)?|wish(?:es|ed|"
    r"ing)?|would like|demand\w*|"
    r"(?:to|in order to) request|seek\w*|sought|hop(?:es?|ed|ing) (?:to|for)|need(?:s|ed)? to|need(?:s|ed)?|"
    r"looking (?:to|for)|tried to|trying to|insist\w*|prefer\w*|"
    r"(?:customer|their|his|her)(?:'s)? request"
)
_ADVISED = (
    r"(?:advis|instruct|told|guid|encourag|invit|suggest|recommend|"
    r"prompt)\w* (?:that )?(?:the )?(?:\w+ )?(?:customer|caller|user|them|him|her)? ?to\b"
)
_PROMISED = (
    r"will|promis\w+|agree[sd]?(?: to)?|going to|offer\w*|would|commit\w*|pledg\w*|guarantee\w* to|plan\w* to|"
    r"is to|are to|"
    r"shall|assur\w*|undert(?:ook|ake)|intend\w*|to be (?=\w+(?:ed|t|n)\b)|due to (?=be|receive|get)|expect\w*"
)
_BOOKED = (
    r"schedul\w*|book(?:ed|s)?|arrang\w*|set up|organi[sz]ed|lined up|initiat\w*|submitted|fil(?:ed|es)|"
    r"approv\w*|authori[sz]ed|ordered"
)
_DONE = (
    r"(?:has|have|had)(?: \w+)? (?:been )?\w+(?:ed|t|n|ne|de|ut)\b|(?:was|were|is|been|got) (?:\w+ly |"
    r"already |now )?(?:\w+ed|sent|given|reset|put|set|paid|frozen|"
    r"shut|made|done|withdrawn|rung|taken|brought)|refunded|reimbursed|paid|issued|processed|cancell?ed|"
    r"terminated|voided|replaced|exchanged|"
    r"sent|shipped|dispatched|emailed|mailed|forwarded|provided|gave|granted|applied|awarded|added|credited|"
    r"compensated|"
    r"updated|changed|corrected|amended|adjusted|reduced|lowered|revised|redirected|unlocked|restored|renewed|"
    r"transferred|escalated|passed|handed|referred|routed|connected|raised|opened|created|logged|"
    r"rescheduled|rebooked|moved|shifted|postponed|switched|pushed|blocked|froze|frozen|locked|deactivated|"
    r"disabled|suspended|"
    r"stopped|repaired|fixed|mended|serviced|restarted|rebooted|unplugged|turned|powered|uploaded|submitted|"
    r"supplied|shared|"
    r"investigated|looked|traced|checked|examined|completed|made|took|confirmed that|called|rang|phoned|telephoned|"
    r"received|performed|carried out|visited|put|returned|ended|closed|reversed|resolved|successfully|reset|set|let|"
    r"(?:brought|pulled|called) up (?:the|their|his|her) (?:\w+ )?(?:file|record|account|detail|profile)s?"
)
_NEGATED = re.compile(
    r"\b(?:did|was|were|is|are|has|have|had|does|do|will|would|could|can)(?: not|n't)\b|\bcannot\b|\bnever\b|"
    r"\bwithout\b|"
    r"\bno (?:further )?(?=\w+)(?!longer)|\bnot (?:yet )?(?=\w+(?:ed|t)\b)",
    re.IGNORECASE,
)


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE)


_SOFTENED = re.compile(
    r"\b(?:asked|asks|asking|wondered|inquired|enquired|know|checked|see) (?:the \w+ )?if\b", re.IGNORECASE
)
_UNREAL = re.compile(
    r"\b(?:as|when|once) (?:requested|promised|agreed)\b|\bthe (?:requested|promised|agreed)\b", re.IGNORECASE
)
_ORDER: tuple[tuple[re.Pattern[str], Statuses], ...] = (
    (_cue(_REFUSED), frozenset({_S.FACT_STATUS_REFUSED})),
    (_cue(_ADVISED), frozenset({_S.FACT_STATUS_REQUESTED, _S.FACT_STATUS_PROMISED})),
    (_cue(_REQUESTED), frozenset({_S.FACT_STATUS_REQUESTED})),
    (_cue(_PENDING), frozenset({_S.FACT_STATUS_PENDING})),
    (_cue(_UNDER_WAY), frozenset({_S.FACT_STATUS_PROMISED, _S.FACT_STATUS_PENDING})),
    (_cue(_PROMISED), frozenset({_S.FACT_STATUS_PROMISED})),
    (_cue(_BOOKED), frozenset({_S.FACT_STATUS_DONE, _S.FACT_STATUS_PROMISED, _S.FACT_STATUS_PENDING})),
    (_cue(_DONE), frozenset({_S.FACT_STATUS_DONE})),
)
_CONDITION = re.compile(
    rf"^(?:only )?(?:{_CONDITIONAL})\b(?P<first>[^,]*),|\b(?:(?:but )?only )?(?:{_CONDITIONAL})\b(?P<last>.*)$",
    re.IGNORECASE,
)


def statuses_of(clause: str) -> Statuses:
    """The statuses that the clause's words allow; empty if they do not say.

    The strongest cue wins: `will refund if it is returned` is conditional, `asked for a refund` is not a promise.
    """
    plain = _UNREAL.sub(" ", _SOFTENED.sub(" asked ", clause))
    if condition_of(clause) is not None:
        return frozenset({_S.FACT_STATUS_CONDITIONAL})
    return next((statuses for pattern, statuses in _ORDER if pattern.search(plain)), frozenset())


def condition_of(clause: str) -> tuple[int, int] | None:
    """The position of the clause's condition, including its conjunction; None if it has none."""
    softened = _SOFTENED.sub(lambda match: "~" * len(match.group()), clause)
    match = _CONDITION.search(softened)
    return match.span() if match is not None and re.search(r"\w", match["first"] or match["last"] or "") else None


def is_negated(clause: str) -> bool:
    """Whether the clause denies something; saying that something is not settled yet is no denial."""
    return _NEGATED.search(_cue(_PENDING).sub(" ", clause)) is not None
