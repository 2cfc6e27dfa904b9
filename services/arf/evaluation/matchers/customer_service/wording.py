"""Looks up in the call the words of a claim that the lexicon does not cover."""

from __future__ import annotations

import re

from arf.evaluation.matchers.customer_service.claims import Claim
from arf.evaluation.matchers.customer_service.lexicon import explains, wording_of
from arf.evaluation.matchers.customer_service.result import GoldIndex, Judgement
from arf.evaluation.matchers.customer_service.text_match import Vocabulary, content
from arf.evaluation.words import stem
from arf.v1.finding_pb2 import ErrorType


def _stems(listed: str) -> frozenset[str]:
    return frozenset(stem(word) for word in listed.split())


_FEELING = _stems(
    """satisfied happy pleased angry frustrated upset annoyed disappointed unhappy grateful dissatisfied
    worried furious delighted relieved polite rude friendly helpful"""
)
_GENERIC = _stems(
    """parcel package shipment delivery device appliance goods billing payment charge balance bank card
    credit website system process options documents access number reference charged fault faulty record
    approval refund seller term courier answer appointment visit technician subscription bill invoice
    address password internet connection warranty damage damaged replacement cancel repair confirmation
    photo receipt proof money status update correct incorrect wrong new old original full pending
    progress delay delayed return returned arrive receive case label callback specialist colleague"""
)
_MODIFIER = re.compile(r"(?:ly|ed|ing|al|ful|ous|ive|able|ible|ary)$")
_TOKEN = re.compile(r"\w+|\W+")
_TEAM = re.compile(r"\b(?:the|a|their|our)\s+((?:\w+[ -]){0,2}?\w+)\s+(?:team|department)\b", re.IGNORECASE)
_ANY_TEAM = _stems(
    """support service customer relevant appropriate right responsible other specialist specialised
    specialized dedicated internal concerned correct another"""
)

# The purpose of the contact, up to the end of the clause.
_PURPOSE = re.compile(
    r"\b(?:need|want|wish|ask|try|tri|would like|looking|hop|request|in order)(?:ed|ing|ied)? to "
    r"(?P<purpose>.+)",
    re.IGNORECASE,
)
# Routine work of any company, which needs no evidence in the call.
_PROCESS = re.compile(
    r"\b(?:brought|bring\w*|pull\w*|call\w*|look\w*) up (?:the |their |his |her )(?:\w+ )?"
    r"(?:file|record|account|detail|profile|order|information)s?\b|"
    r"\b(?:access|open|retriev|locat|found|check|review)\w* (?:the |their |his |her )(?:customer's )?"
    r"(?:file|record|profile|detail)s?\b",
    re.IGNORECASE,
)
_HANDED_TO = re.compile(
    r"\b(?:connect|transfer|escalat|pass|hand|refer|rout|forward|put)\w* (?:(?:the|this) )?"
    r"(?:them|him|her|it|customer|caller|call|case|issue|matter) "
    r"(?:over |on |through )?(?:to|with) (?:the |an? |another |their )?(?P<whom>(?:\w+[ -]){0,3}?"
    r"(?:bot|chatbot|(?:virtual|automated) assistant|website|courier|bank|manufacturer|hotline))\b",
    re.IGNORECASE,
)


def judge_wording(claim: Claim, gold: GoldIndex) -> Judgement | None:
    """An error if the claim's own words do not occur in the call; None if they do, or are too few to judge.

    Beside an act or a reason one foreign noun is a wrong detail; a clause of mostly foreign words is made up.
    """
    team = _wrong_team(claim, gold)
    if team is not None:
        return team
    purpose = _invented_purpose(claim, gold)
    if purpose is not None:
        return purpose
    rest = _unexplained(claim)
    mine = [w for w in content(rest) if not w[0].isdecimal()]
    missing = [w for w in mine if not gold.vocabulary.has(w) and stem(w) not in _GENERIC]
    if not missing:
        return None
    shown = ", ".join(missing)
    feelings = [w for w in missing if stem(w) in _FEELING]
    if feelings and len(feelings) == len(missing):
        return Judgement(ErrorType.ERROR_TYPE_UNSUPPORTED_INFERENCE, f"nobody said: {shown}")
    nouns = [w for w in missing if not _MODIFIER.search(w)]
    explained = bool(claim.acts or claim.reasons or claim.result is not None)
    if explained:
        if len(nouns) >= 3:
            return Judgement(ErrorType.ERROR_TYPE_FABRICATION, f"not in the call: {shown}")
        return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"not in the call: {shown}") if nouns else None
    if len(missing) >= 2 or 2 * len(missing) >= len(mine):
        return Judgement(ErrorType.ERROR_TYPE_FABRICATION, f"not in the call: {shown}")
    return None


def _unexplained(claim: Claim) -> str:
    """The claim without its values and without the words that name acts and reasons."""
    text = _PROCESS.sub(lambda done: " " * len(done.group()), claim.text)
    for value in claim.values:
        text = text[: value.start] + " " * (value.end - value.start) + text[value.end :]
    for span in (*claim.acts, *claim.reasons):
        foreign = [
            word if not explains(word.lower()) else " " * len(word)
            for word in _TOKEN.findall(text[span.start : span.end])
        ]
        text = text[: span.start] + "".join(foreign) + text[span.end :]
    return text


def _invented_purpose(claim: Claim, gold: GoldIndex) -> Judgement | None:
    """An error if the stated purpose of the contact occurs neither in the call nor in its reasons.

    Stricter than for other clauses: such a purpose depends on a generic noun (`a payment`).
    """
    told = _PURPOSE.search(claim.text) if claim.contact and not (claim.acts or claim.reasons) else None
    if told is None:
        return None
    meant = frozenset(stem(word) for reason in gold.reasons for word in wording_of(reason.value))
    mine = [w for w in content(told["purpose"]) if not w[0].isdecimal()]
    foreign = [w for w in mine if not gold.vocabulary.has(w) and stem(w) not in meant]
    if not foreign or 2 * len(foreign) < len(mine):
        return None
    return Judgement(ErrorType.ERROR_TYPE_FABRICATION, f"nobody wanted: {', '.join(foreign)}")


def _wrong_team(claim: Claim, gold: GoldIndex) -> Judgement | None:
    known = [f for f in gold.values if f.slot == "team"]
    handed = _HANDED_TO.search(claim.text)
    if handed is not None and known and not Vocabulary(f.value for f in known).has(handed["whom"].split()[-1]):
        ids = tuple(f.fact_id for f in known)
        return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"{handed['whom']} is no team of the call", ids)
    named = _TEAM.search(claim.text)
    if named is None or not known:
        return None
    said = {stem(w) for w in re.findall(r"\w+", named[1].lower())} - _ANY_TEAM
    theirs = {stem(w) for f in known for w in re.findall(r"\w+", f.value.lower())}
    if not said or said & theirs:
        return None
    return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"{named[0]} is another team", tuple(f.fact_id for f in known))
