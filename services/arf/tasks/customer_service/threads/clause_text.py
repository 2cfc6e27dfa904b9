"""Trims a clause before rewording, and checks the result."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.tokens import is_shouted, read
from arf.tasks.customer_service.threads.verbs import is_verb

_MAX_WORDS = 25
_MIN_WORDS = 3
_LEAD = re.compile(
    r"^(?:(?:(?:hi|hey|hello|yo)(?: there)?|ok|okay|so|well|and|but|also|yes|yeah|no|nope|ah|oh|sure|guys|folks|team"
    r"|seriously|wow|fyi|again|good (?:morning|afternoon|evening|day)|please|kindly|apparently|basically|honestly"
    r"|really|sorry|great|fine|help|then|now|unfortunately|sadly|thanks|thank you|to be honest|for some reason"
    r"|just to let you know|just to (?:say|add|clarify))\b[\s,.:!-]*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?<![\s,])(?:[\s,]+(?:please|thanks|thank you|help|though|tho|too|lol|guys|cheers|ok|okay|right|either"
    r"|and|but|so|or|why|now|anyway|etc|again|again now|i guess|fix it|fix this|asap|for me)){1,9}$",
    re.IGNORECASE,
)
_DANGLING = word_set(
    "a an the my your their to of for with by in on at that because if when which who is was were has had will would "
    "could did and or but as than from into very so not your company's it's theirs"
)
_PERSON = re.compile(r"\b(?:i|i'm|me|my|mine|myself|we|us|our|ours|you|your|yours|u|ur)\b", re.IGNORECASE)
# A remark tacked on without a verb: "..., same problem".
_REMARK = re.compile(r",\s*(?!and\b|or\b)(?:\w+\s?){1,3}$")
_NOT_US = re.compile(r"(?<![A-Za-z])US(?![A-Za-z])")


def clause_words(text: str) -> list[str] | None:
    """The words of a clause without introduction and trailing parts; None if it cannot be reworded."""
    bare = _TAIL.sub("", _LEAD.sub("", text.strip()).strip(" .,!?;:-")).strip(" .,!?;:-")
    if is_shouted(bare) or "#" in bare or "@" in bare or _NOT_US.search(bare) or set('"()[]') & set(bare):
        return None
    words = read(bare)
    return words if words and _MIN_WORDS - 1 <= len(words) <= _MAX_WORDS + 2 else None


def finished(told: list[str], rest: list[str] | None, ends_in_verb: bool = False) -> str | None:
    """The clause in one piece; None where something of it is unsafe, cut off, too short or too long.

    Some end in their verb: "where their parcel was".
    """
    if rest is None:
        return None
    text = " ".join([*told, *rest]).replace(" ,", ",").strip(" ,")
    if "," in text and " and " not in text.rpartition(",")[2]:
        text = _REMARK.sub("", text)
    head, _, tail = text.rpartition(" but ")
    if head and not any(is_verb(w.lower().strip(",")) for w in tail.split()):
        text = head.rstrip(",")
    words = text.split()
    if text.count("the company") > 2 or "had being" in text:
        return None
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or (_is_cut_off(words) and not ends_in_verb) or _PERSON.search(text):
        return None
    return text


def _is_cut_off(words: list[str]) -> bool:
    last, before = words[-1].lower().strip(","), words[-2].lower()
    return last in _DANGLING and not (last in ("on", "in") and before in ("was", "were"))
