"""A customer's clause told of them in the third person and the past: closed patterns, all else is refused.

"I can't open my account" gives "they could not open their account". The result follows "because".
"""

from __future__ import annotations

import re

from arf.tasks.customer_service.generic.tokens import is_shouted, read
from arf.tasks.customer_service.generic.verbs import auxiliary, is_base, past
from arf.tasks.customer_service.generic.word_sets import word_set

MAX_WORDS = 25
_MIN_WORDS = 3
_OWN = {"my": "their", "our": "their", "me": "them", "us": "them", "mine": "theirs", "ours": "theirs"} | dict.fromkeys(
    ("myself", "ourselves"), "themselves"
)
_ADVERBS = word_set(
    "just still also already never ever always only really even now recently currently constantly then have "
    "actually suddenly again finally accidentally apparently simply all both"
) - {"have"}
_DETERMINERS = word_set("my our the your this these those a an some every all both one another")
# What "you" may follow as a subject, and as an object.
_BEFORE_SUBJECT = word_set("that because when if since after before and but how why what who which as while until")
_PREPOSITIONS = word_set(
    "from with to by through for of about in on at into onto off without via than after before since during until"
)
_NO_SUBJECT = _PREPOSITIONS | word_set(
    "i we you it this that there what when where why how who which if please and or but so because as not no yes "
    "well "
    "hi hello hey help any anyone however although though unless"
)
# Bare verbs that are adjectives or participles as well.
_ADJECTIVES = word_set("set put cut hit open live like reset cost block lost let")
_INDEFINITE = frozenset({"nothing", "everything", "nobody", "someone", "somebody", "no"})
# What is stressed by capitals, where other capitals are names.
_STRESSED = word_set("and not the no so but all lots never any very still slow every only both nothing twice now")
# A capital within a clause: another sentence begins there without a stop.
_RUNS_ON = frozenset(
    {"We", "My", "It", "The", "This", "You", "Your", "So", "But", "And", "Please", "Can", "Why", "How", "No"}
)
_MOST_INNER = 2
"""Clauses with a subject of their own that a clause may hold; more is a run-on."""
_RELATIVE = frozenset({"it", "which", "who", "that"})
# Verbs of opinion and courtesy: what hangs on them is no reason for contact.
_OPINIONS = word_set(
    "think thought hope hoped wish wished know knew understand understood appreciate appreciated guess guessed "
    "believe "
    "believed love loved hate hated mean meant agree agreed like liked assume assumed see saw promise look looked "
    "seem seemed will would might may should"
)
# "I'm going to", "I'm used to".
_NO_REASONS = (["going", "to"], ["used", "to"])
_LEAD = re.compile(
    r"^(?:(?:(?:hi|hey|hello|yo)(?: there)?|ok|okay|so|well|and|but|also|yes|yeah|no|nope|ah|oh|sure|guys|folks|team"
    r"|seriously|wow|fyi|again"
    r"|good (?:morning|afternoon|evening|day)|please|kindly|apparently|basically|honestly|really|sorry|great|fine"
    r"|help"
    r"|then|now|unfortunately|sadly|thanks|thank you|to be honest|for some reason|just to let you know"
    r"|just to (?:say|add|clarify))\b[\s,.:!-]*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,]+(?:please|thanks|thank you|help|though|tho|too|lol|guys|cheers|ok|okay|right|either|and|but|so|or|why"
    r"|now"
    r"|anyway|etc|again|again now|i guess|fix it|fix this|asap|for me))+$",
    re.IGNORECASE,
)
_DANGLING = word_set(
    "a an the my your their to of for with by in on at that because if when which who is was were has had will would "
    "could did and or but as than from into very so not your company's it's theirs"
)
_PERSON = re.compile(r"\b(?:i|i'm|me|my|mine|myself|we|us|our|ours|you|your|yours|u|ur)\b", re.IGNORECASE)
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
# A remark tacked on without a verb: "..., same problem".
_REMARK = re.compile(r",\s*(?!and\b|or\b)(?:\w+\s?){1,3}$")
_NOT_US = re.compile(r"(?<![A-Za-z])US(?![A-Za-z])")


def statement(text: str, embedded: bool = False) -> str | None:
    """The clause in the third person and the past, 3 to 25 words; None where that is not safe.

    An `embedded` clause, as after "why", may begin with "it" or "this", which alone would stand for nothing known.
    """
    words = _words(_BECAUSE.sub("", text))
    if words is None or "please" in map(str.lower, words):
        return None
    if words[0].lower() in ("it", "this") and not embedded and past(words[1].lower(), plural=False):
        return None
    head = _subject(words)
    if head is None:
        return None
    told, rest = head
    return finished(told, retold(rest))


def _words(text: str) -> list[str] | None:
    """The words of a clause without what leads to it and trails after it; None where it cannot be told."""
    bare = _TAIL.sub("", _LEAD.sub("", text.strip()).strip(" .,!?;:-")).strip(" .,!?;:-")
    if is_shouted(bare) or "#" in bare or "@" in bare or _NOT_US.search(bare) or set('"()[]') & set(bare):
        return None
    words = read(bare)
    return words if words and _MIN_WORDS - 1 <= len(words) <= MAX_WORDS + 2 else None


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
    if head and not any(_is_verb(w.lower().strip(",")) for w in tail.split()):
        text = head.rstrip(",")
    words = text.split()
    if text.count("the company") > 2 or "had being" in text:
        return None
    if not _MIN_WORDS <= len(words) <= MAX_WORDS or (_is_cut_off(words) and not ends_in_verb) or _PERSON.search(text):
        return None
    return text


def _is_cut_off(words: list[str]) -> bool:
    last, before = words[-1].lower().strip(","), words[-2].lower()
    return last in _DANGLING and not (last in ("on", "in") and before in ("was", "were"))


def _subject(words: list[str]) -> tuple[list[str], list[str]] | None:
    """The subject and verb told, and the words after them."""
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
    reach = range(2, min(len(words), 8))
    at = next((i for i in reach if auxiliary(lower[i])), None)
    if at is None:
        at = next((i for i in reach if past(lower[i], _is_plural(lower[i - 1])) and not is_base(lower[i])), None)
    if at is None or any(w in ("i", "we", "you", "it", ",") for w in lower[:at]):
        return None
    while at > 2 and lower[at - 1] in _ADVERBS:
        at -= 1
    if lower[at - 1] in _PREPOSITIONS | _DETERMINERS or {"and", "been", "or", "but"} & set(lower[:at]):
        return None
    subject = retold(words[:at])
    if subject is None:
        return None
    subject[0] = subject[0].lower() if subject[0] != "the company's" else subject[0]
    return _after_subject(subject, words[at:], plural=_is_plural(lower[at - 1]), by_number=True)


def _bare_subject(words: list[str], lower: list[str]) -> tuple[list[str], list[str]] | None:
    """A name as a subject, before an auxiliary alone."""
    at = next((i for i in range(1, min(len(words), 5)) if auxiliary(lower[i]) or lower[i] == "keeps"), None)
    if at is None or any(w in _NO_SUBJECT or _is_verb(w) or w.endswith(("ing", "ed", "ly")) for w in lower[:at]):
        return None
    if lower[0] in _INDEFINITE:
        subject = [lower[0], *words[1:at]]
    elif all(any(c.isupper() or c.isdigit() for c in w[1:]) for w in words[:at]):
        # "DVR" and "iPhone" are names wherever they stand; a capital at the start of a sentence says nothing.
        subject = words[:at]
    else:
        return None
    return _after_subject(subject, words[at:], plural=_is_plural(lower[at - 1]), by_number=True)


def _is_verb(word: str) -> bool:
    return is_base(word) or past(word, plural=True) is not None or past(word, plural=False) is not None


def _without_subject(words: list[str], lower: list[str]) -> tuple[list[str], list[str]] | None:
    """A clause that leaves "I" out, as short messages do."""
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
    while rest and rest[0].lower() in _ADVERBS:
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


def retold(words: list[str]) -> list[str] | None:
    """The words after the main verb, or of a subject: persons changed, the verbs after them put into the past."""
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
    """A pronoun inside a clause with the verb that it governs, and how many words that took."""
    if lower == "you":
        if before in _PREPOSITIONS:
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
    while rest and rest[0].lower() in _ADVERBS:
        adverbs.append(rest.pop(0).lower())
    verb = rest[0].lower() if rest else ""
    told = past(verb, plural) if verb else None
    if told is None:
        # "It" and "that" are also objects and determiners, and govern nothing then.
        return ([*subject], 1) if lower in _RELATIVE and not (lower == "it" and before in _BEFORE_SUBJECT) else None
    return [*subject, *adverbs, *told.split()], len(adverbs) + 2


def _word(word: str, lower: str, before: str) -> str:
    if lower in _OWN:
        return _OWN[lower]
    if lower == "your":
        return "the company's"
    if lower in ("is", "are", "am", "has", "does", "cannot") or (
        lower == "do" and before not in ("to", "could", "would")
    ):
        return {"do": "do"}.get(lower) or auxiliary(lower) or word
    if lower in ("can", "will") and before not in ("a", "the", "to", "this"):
        return auxiliary(lower) or word
    if lower == "keeps":
        return "kept"
    return lower if word.isupper() and lower in _STRESSED else word


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
