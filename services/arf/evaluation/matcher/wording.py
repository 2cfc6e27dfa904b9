"""The words of a claim that no lexicon explains, looked up in the call."""

from __future__ import annotations

import re

from arf.evaluation.matcher.claims import Claim
from arf.evaluation.matcher.lexicon import explains
from arf.evaluation.matcher.result import GoldIndex, Judgement
from arf.evaluation.matcher.text_match import content, stem
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
    progress delay delayed return returned arrive receive case label callback"""
)
_MODIFIER = re.compile(r"(?:ly|ed|ing|al|ful|ous|ive|able|ible|ary)$")
_TOKEN = re.compile(r"\w+|\W+")
_TEAM = re.compile(r"\b(?:the|a|their|our)\s+((?:\w+[ -]){0,2}?\w+)\s+(?:team|department)\b", re.IGNORECASE)
_ANY_TEAM = _stems(
    """support service customer relevant appropriate right responsible other specialist specialised
    specialized dedicated internal concerned correct another"""
)


def judge_wording(claim: Claim, gold: GoldIndex) -> Judgement | None:
    """An error if the claim's own words are not the call's; None if they are, or are too few to tell.

    Beside an act or a reason one foreign noun is a wrong detail; a clause of mostly foreign words is made up.
    """
    team = _wrong_team(claim, gold)
    if team is not None:
        return team
    rest = _unexplained(claim)
    mine = [w for w in content(rest) if not w[0].isdigit()]
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
    """The claim less its values, and less the words by which it names acts and reasons."""
    text = claim.text
    for value in claim.values:
        text = text[: value.start] + " " * (value.end - value.start) + text[value.end :]
    for span in (*claim.acts, *claim.reasons):
        foreign = [
            word if not explains(word.lower()) else " " * len(word)
            for word in _TOKEN.findall(text[span.start : span.end])
        ]
        text = text[: span.start] + "".join(foreign) + text[span.end :]
    return text


def _wrong_team(claim: Claim, gold: GoldIndex) -> Judgement | None:
    known = [f for f in gold.values if f.slot == "team"]
    named = _TEAM.search(claim.text)
    if named is None or not known:
        return None
    said = {stem(w) for w in re.findall(r"\w+", named[1].lower())} - _ANY_TEAM
    theirs = {stem(w) for f in known for w in re.findall(r"\w+", f.value.lower())}
    if not said or said & theirs:
        return None
    return Judgement(ErrorType.ERROR_TYPE_WRONG_DETAIL, f"{named[0]} is another team", tuple(f.fact_id for f in known))
