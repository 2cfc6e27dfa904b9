"""Rewords a customer's clause in the third person and past tense: closed patterns, all others are rejected.

"I can't open my account" gives "they could not open their account". The result follows "because".
"""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.clause_text import clause_words, finished
from arf.tasks.customer_service.threads.persons import ADVERBS, PREPOSITIONS, retold
from arf.tasks.customer_service.threads.verbs import auxiliary, is_base, is_verb, past

_DETERMINERS = word_set("my our the your this these those a an some every all both one another")
_NO_SUBJECT = PREPOSITIONS | word_set(
    "i we you it this that there what when where why how who which if please and or but so because as not no yes well "
    "hi hello hey help any anyone however although though unless"
)
# Bare verbs that are also adjectives or participles.
_ADJECTIVES = word_set("set put cut hit open live like reset cost block lost let")
_INDEFINITE = frozenset({"nothing", "everything", "nobody", "someone", "somebody", "no"})
# Verbs of opinion and courtesy: what depends on them is not a contact reason.
_OPINIONS = word_set(
    "think thought hope hoped wish wished know knew understand understood appreciate appreciated guess guessed believe "
    "believed love loved hate hated mean meant agree agreed like liked assume assumed see saw promise look looked "
    "seem seemed will would might may should"
)
# "I'm going to", "I'm used to".
_NO_REASONS = (["going", "to"], ["used", "to"])
_SUBJECTLESS = {
    "trying": "they were trying",
    "having": "they were having",
    "waiting": "they were waiting",
    "getting": "they were getting",
    "experiencing": "they were experiencing",
    "looking": "they were looking",
    "facing": "they were facing",
    "unable": "they were unable",
    "stuck": "they were stuck",
    "been": "they had been",
    "cannot": "they could not",
    "need": "they needed",
    "want": "they wanted",
    "got": "they got",
    "bought": "they bought",
    "ordered": "they ordered",
    "received": "they received",
    "tried": "they tried",
    "booked": "they booked",
    "downloaded": "they downloaded",
    "updated": "they updated",
}
_BECAUSE = re.compile(r"(?<=\w)[\s,]+(?:because|bc|cause)\s.*$", re.IGNORECASE)


def statement(text: str, embedded: bool = False) -> str | None:
    """The clause in the third person and the past, 3 to 25 words; None where that is not safe.

    An `embedded` clause, as after "why", may begin with "it" or "this", which alone would stand for nothing known.
    """
    words = clause_words(_BECAUSE.sub("", text))
    if words is None or "please" in map(str.lower, words):
        return None
    if words[0].lower() in ("it", "this") and not embedded and past(words[1].lower(), plural=False):
        return None
    head = _subject(words)
    if head is None:
        return None
    told, rest = head
    return finished(told, retold(rest))


def _subject(words: list[str]) -> tuple[list[str], list[str]] | None:
    """The reworded subject and verb, and the words after them."""
    lower = [w.lower() for w in words]
    if lower[0] in ("i", "we"):
        return _after_subject(["they"], words[1:], plural=True)
    if lower[0] == "you":
        return _after_subject(["the company"], words[1:], plural=False)
    if lower[0] == "there" and lower[1] in ("is", "are", "was", "were"):
        return ["there", past(lower[1], lower[1] in ("are", "were")) or ""], words[2:]
    if lower[0] in ("this", "it") and (auxiliary(lower[1]) or past(lower[1], plural=False)) and not is_base(lower[1]):
        return _after_subject([lower[0]], words[1:], plural=False)
    if lower[0] in _DETERMINERS:
        return _noun_subject(words, lower)
    return _without_subject(words, lower) or _bare_subject(words, lower)


def _noun_subject(words: list[str], lower: list[str]) -> tuple[list[str], list[str]] | None:
    """A subject with a determiner: up to an auxiliary, else up to a known verb."""
    stops = (i for i, w in enumerate(lower) if w in ("and", "but", "or"))
    reach = range(2, min(len(words), 8, next(stops, 8)))
    at = next((i for i in reach if auxiliary(lower[i])), None)
    if at is None:
        at = next((i for i in reach if past(lower[i], _is_plural(lower[i - 1])) and not is_base(lower[i])), None)
    if at is None or any(w in ("i", "we", "you", "it", ",") for w in lower[:at]):
        return None
    while at > 2 and lower[at - 1] in ADVERBS:
        at -= 1
    if lower[at - 1] in PREPOSITIONS | _DETERMINERS or "been" in lower[:at]:
        return None
    subject = retold(words[:at])
    if subject is None:
        return None
    subject[0] = subject[0].lower() if subject[0] != "the company's" else subject[0]
    return _after_subject(subject, words[at:], plural=_is_plural(lower[at - 1]), by_number=True)


def _bare_subject(words: list[str], lower: list[str]) -> tuple[list[str], list[str]] | None:
    """A name as a subject, before an auxiliary only."""
    at = next((i for i in range(1, min(len(words), 5)) if auxiliary(lower[i]) or lower[i] == "keeps"), None)
    if at is None or any(w in _NO_SUBJECT or is_verb(w) or w.endswith(("ing", "ed", "ly")) for w in lower[:at]):
        return None
    if lower[0] in _INDEFINITE:
        subject = [lower[0], *words[1:at]]
    elif all(any(c.isupper() or c.isdigit() for c in w[1:]) for w in words[:at]):
        # "DVR" and "iPhone" are names anywhere; a capital at the start of a sentence says nothing.
        subject = words[:at]
    else:
        return None
    return _after_subject(subject, words[at:], plural=_is_plural(lower[at - 1]), by_number=True)


def _without_subject(words: list[str], lower: list[str]) -> tuple[list[str], list[str]] | None:
    """A clause that omits "I", as short messages do."""
    adverbs = [w for w in lower[:1] if w in ("still", "just", "currently")]
    first = lower[len(adverbs)]
    if first not in _SUBJECTLESS:
        return None
    pronoun, *verb = _SUBJECTLESS[first].split()
    told = [pronoun, *verb[:-1], *adverbs, verb[-1]]
    return told, words[len(adverbs) + 1 :]


def _after_subject(
    subject: list[str], words: list[str], plural: bool, by_number: bool = False
) -> tuple[list[str], list[str]] | None:
    adverbs: list[str] = []
    rest = list(words)
    while rest and rest[0].lower() in ADVERBS:
        adverbs.append(rest.pop(0).lower())
    if not rest:
        return None
    verb = rest[0].lower()
    if verb == "would" and subject == ["they"] and rest[1:2] and rest[1].lower() in ("like", "love"):
        return [*subject, *adverbs, "wanted"], rest[2:]
    if verb in ("are", "were", "have", "do") and by_number:
        plural = True
    if subject == ["they"] and (verb in _OPINIONS or [w.lower() for w in rest[1:3]] in _NO_REASONS):
        return None
    told = past(verb, plural)
    if told is None or (by_number and auxiliary(verb) is None and rest[1:2] == ["by"]):
        # "An offer made by" is a participle.
        return None
    if told in ("was", "were") and rest[1:2] and is_base(rest[1].lower()) and rest[1].lower() not in _ADJECTIVES:
        return None
    return [*subject, *adverbs, *told.split()], rest[1:]


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
