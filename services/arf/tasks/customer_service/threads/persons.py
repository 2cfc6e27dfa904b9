"""Changes persons within a clause, and the verbs that they govern: I and my to they and their, you to the company."""

from __future__ import annotations

from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.verbs import auxiliary, past

_OWN = {"my": "their", "our": "their", "me": "them", "us": "them", "mine": "theirs", "ours": "theirs"} | dict.fromkeys(
    ("myself", "ourselves"), "themselves"
)
ADVERBS = word_set(
    "just still also already never ever always only really even now recently currently constantly then "
    "actually suddenly again finally accidentally apparently simply all both"
)
# What precedes "you" as a subject, and as an object.
_BEFORE_SUBJECT = word_set("that because when if since after before and but how why what who which as while until")
PREPOSITIONS = word_set(
    "from with to by through for of about in on at into onto off without via than after before since during until"
)
# Capitals for emphasis, rather than for names.
_STRESSED = word_set("and not the no so but all lots never any very still slow every only both nothing twice now")
# A capital within a clause: another sentence starts there without a full stop.
_RUNS_ON = frozenset(
    {"We", "My", "It", "The", "This", "You", "Your", "So", "But", "And", "Please", "Can", "Why", "How", "No"}
)
_MOST_INNER = 2
"""The most embedded clauses with their own subject; more is a run-on sentence."""
_RELATIVE = frozenset({"it", "which", "who", "that"})


def retold(words: list[str]) -> list[str] | None:
    """The words after the main verb, or of a subject: persons changed, verbs after them in the past tense."""
    told: list[str] = []
    index = inner = 0
    while index < len(words):
        word, lower = words[index], words[index].lower()
        before = words[index - 1].lower() if index else ""
        if index and word in _RUNS_ON:
            return None
        if lower in ("i", "we") or (lower in _RELATIVE and index + 1 < len(words)) or (lower == "you"):
            pair = _inner(lower, before, words[index + 1 :], first=index == 0)
            inner += pair is not None and pair[1] > 1
            if pair is None or inner > _MOST_INNER:
                return None
            told += pair[0]
            index += pair[1]
            continue
        told.append(_word(word, lower, before))
        index += 1
    return told


def _inner(lower: str, before: str, after: list[str], first: bool) -> tuple[list[str], int] | None:
    """A pronoun inside a clause with the verb that it governs, and how many words were used."""
    if lower == "you":
        if before in PREPOSITIONS:
            return ["the company"], 1
        if not (first or before in _BEFORE_SUBJECT):
            return None
        subject, plural = ["the company"], False
    elif lower in _RELATIVE:
        subject, plural = [lower], after[:1] != [] and after[0].lower() in ("are", "were", "have", "do")
    elif before in ("now", "please"):
        return None
    else:
        subject, plural = ["they"], True
    adverbs = []
    rest = list(after)
    while rest and rest[0].lower() in ADVERBS:
        adverbs.append(rest.pop(0).lower())
    verb = rest[0].lower() if rest else ""
    told = past(verb, plural) if verb else None
    if told is None:
        # "It" and "that" are also objects and determiners, which govern no verb.
        return ([*subject], 1) if lower in _RELATIVE and not (lower == "it" and before in _BEFORE_SUBJECT) else None
    return [*subject, *adverbs, *told.split()], len(adverbs) + 2


def _word(word: str, lower: str, before: str) -> str:
    if lower in _OWN:
        return _OWN[lower]
    if lower == "your":
        return "the company's"
    if lower in ("is", "are", "am", "has", "does", "cannot"):
        return auxiliary(lower) or word
    if lower in ("can", "will") and before not in ("a", "the", "to", "this"):
        return auxiliary(lower) or word
    if lower == "keeps":
        return "kept"
    return lower if word.isupper() and lower in _STRESSED else word
