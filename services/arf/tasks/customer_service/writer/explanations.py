"""Rewords an agent's explanations in the third person: a few plain patterns, all others are rejected."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.tokens import is_shouted, read
from arf.tasks.customer_service.threads.verbs import auxiliary, is_base, past

_MOST_WORDS, _LEAST_WORDS = 18, 4
_LEAD = re.compile(
    r"^(?:(?:hi|hey|hello|hi there|hey there|ok|okay|yes|no|unfortunately|sadly|currently|please note(?: that)?"
    r"|however|but|and|so"
    r"|also|as (?:previously )?(?:stated|advised|mentioned)|(?:i'm|we're|i am|we are) afraid(?: but| that)?"
    r"|thanks|got it|great|sure|right now|at the moment|at this time|for now)\b[\s,.:!-]*)+",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"(?<!\s)\s+LINK\b.*$|(?:,|(?<!\s))\s+(?:but|so|because|and (?:we|i|you|this|it|they)"
    r"|as (?:we|i|you|this|the|it))\s.*$|(?<!\s)\s+-\s.*$"
)
_DENIED = re.compile(
    r"^(?:we|i)(?:'re| are|'m| am)? (?:not able to|unable to|cannot|can't|do not|don't|won't|will not|no longer"
    r"|aren't|are not)\b",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"^you (?:can|could|may|should|must|will need to|need to|have to|will be able to|cannot|can't|won't|will not"
    r"|will)\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"^(?:(?:the|our|your|all|there) ?(?:[\w'-]+ ){0,5}?)(?:is|are|was|were|has|have|will|isn't|aren't|does|do"
    r"|doesn't|don't)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\b(?:help|assist|hear|sorry|welcome|happy|glad|right here|touch|dm|dms|pm|touch base|experience|frustrat\w*"
    r"|disappoint\w*"
    r"|inconvenience|impression|appreciate\w*|understand\w*|feel|worries|question|questions|know if|concern|concerns"
    r"|good news"
    r"|let us|let me|reach|here to|follow us|following us|not ideal|not (?:the|what|how|good|cool)|certainly"
    r"|definitely|look into"
    r"|priority|love|here|below|above|afraid|fed back|feedback|passed|made aware|this case|way|looks like|means"
    r"|if you|cont|following|odd|strange|great|forgotten|tweet|message|messages|reply)\b",
    re.IGNORECASE,
)
_OWN = {
    "your": "the customer's",
    "our": "the company's",
    "us": "the company",
    "me": "the agent",
}
_INFINITIVE_AFTER = word_set("to not would could should might will can must did")
_BROKEN = re.compile(r"\b(?:would|could|should|might)(?: not)? (?!need\b)\w+ed\b")
_UNFIT = re.compile(r"\b(?:i|my|mine|yours|we|you|ours)\b", re.IGNORECASE)
_DANGLING = word_set(
    "a an the to of for with by in on at that if when which is was were had would could did and or as from into"
)


def explanation(sentence: str, names: frozenset[str] = frozenset()) -> str | None:
    """ "said that the customer could ...", "said that the company could not ..."; None where it is not that plain.

    `names` are those of the customer and of agents; a sentence may end with one without its being part of it.
    """
    bare = _LEAD.sub("", sentence.strip()).strip()
    if bare.endswith("?"):
        return None
    bare = _CUT.sub("", bare).strip(" .,!;:-")
    while bare.split() and bare.split()[-1] in names:
        bare = bare.rpartition(" ")[0].strip(" ,")
    if not bare or _EMPTY.search(bare) or is_shouted(bare) or set('"#@()') & set(bare):
        return None
    if not (_DENIED.match(bare) or _ALLOWED.match(bare) or _STATE.match(bare)):
        return None
    words = read(bare)
    if words is None or not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
        return None
    if "," in words[-3:] and "and" not in words[-3:]:
        # A list without its end.
        return None
    told = _told(words)
    if told is None or _BROKEN.search(told) or _UNFIT.search(told) or told.split()[-1].strip(",").lower() in _DANGLING:
        return None
    return f"said that {told}"


def _told(words: list[str]) -> str | None:
    """The clause with its persons named, and its verbs in the past tense."""
    told: list[str] = []
    index = 0
    while index < len(words):
        word, lower = words[index], words[index].lower()
        if lower in ("you", "we", "i"):
            subject = {"you": "the customer", "we": "the company", "i": "they"}[lower]
            verb = words[index + 1].lower() if index + 1 < len(words) else ""
            if index and not _is_clause_start(words[index - 1].lower()):
                told.append(subject)
                index += 1
                continue
            past_verb = past(verb, plural=True)
            if past_verb is None:
                return None
            told += [subject, *(past_verb if lower == "i" else _singular(past_verb)).split()]
            index += 2
            continue
        told.append(_word(word, lower, words[index - 1].lower() if index else "", index == 0, "the customer" in told))
        index += 1
    return " ".join(told).replace(" ,", ",")


def _is_clause_start(before: str) -> bool:
    return before in (
        "that",
        "if",
        "when",
        "once",
        "until",
        "as",
        "because",
        "what",
        "how",
        "where",
        "and",
        "or",
        ",",
        "which",
    ) or is_base(before)


def _singular(verb: str) -> str:
    return {"were": "was"}.get(verb, verb)


def _word(word: str, lower: str, before: str, first: bool, customer_named: bool) -> str:
    if lower == "your" and customer_named:
        return "their"
    if lower in _OWN:
        return _OWN[lower]
    if lower in ("is", "are", "has", "does", "can", "cannot", "will") or (
        lower in ("have", "do") and before not in _INFINITIVE_AFTER
    ):
        return auxiliary(lower) or word
    return word.lower() if first else word
