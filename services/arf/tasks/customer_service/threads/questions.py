"""Rewords a customer's question as indirect: "How do I reset my PIN?" gives "how to reset their PIN"."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.clause_text import clause_words, finished
from arf.tasks.customer_service.threads.persons import PREPOSITIONS, retold
from arf.tasks.customer_service.threads.retell import statement
from arf.tasks.customer_service.threads.verbs import auxiliary, is_base, past

_EMBEDDED = re.compile(
    r"\b(?:tell me|let me know|know|explain|wondering|wonder|understand|ideas?|advise|confirm|check|find out|reason"
    r"|reasons"
    r"|clarify|help me (?:understand|with)|sure|way of knowing)\s+(?:as to\s+)?(?P<wh>why|how|when|whether|if|what"
    r"|where)\s+"
    r"(?P<clause>.+)",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"^(?:how (?:do|can|should|could|would) (?:i|we)|(?:any ideas?|can you (?:tell|show) me|do you know) how to"
    r"|how to)\s+"
    r"(?P<verb>\w+)\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"^(?:(?:is|are) there |do you have |have you got |got )?any (?P<what>updates?|news|info|information|word|eta)"
    r"(?: yet)? (?P<rest>(?:on|about|for|regarding|as to|of)\b.+)",
    re.IGNORECASE,
)
_WH = (
    "how long",
    "how much",
    "how many",
    "how soon",
    "how often",
    "what time",
    "why",
    "when",
    "how",
    "where",
    "what",
    "who",
)
_BUT = re.compile(r"(?<=\w)[\s,]+(?:but|because)\s.*$", re.IGNORECASE)
_PLEASE = re.compile(r"^\W*(?:please|kindly)\s+(?=\w)", re.IGNORECASE)
# "Did I mention that ..." asks nothing.
_RHETORICAL = frozenset({"say", "mention", "tell", "miss"})
_EMPTY = frozenset(
    {
        "help",
        "tell",
        "let",
        "explain",
        "imagine",
        "believe",
        "advise",
        "confirm",
        "assist",
        "dm",
        "use",
        "be",
        "see",
        "reply",
        "respond",
        "contact",
        "follow",
        "look",
        "keep",
        "have",
        "get",
        "give",
        "refer",
        "read",
        "fix",
        "sort",
    }
)
_STOPS = word_set(
    "still not always never now going so only available since "
    "able down late slow broken stuck closed open free full missing wrong working back ready too "
    "again constantly valid possible safe affected supposed different gone due being today tomorrow tonight"
)
_MODALS = ("can", "could", "will", "would", "should", "may", "might", "must")


def question(text: str) -> str | None:
    """The question as an indirect one in the past tense; None if it has no safe form."""
    words = clause_words(_BUT.sub("", text))
    if words is None:
        return None
    if _PLEASE.match(text) and (wish := _asked_for(words)) is not None:
        return wish
    plain = " ".join(words).replace(" ,", ",")
    if (any_news := _ANY.match(plain)) is not None:
        told = retold(any_news["rest"].split())
        what = {"word": "news", "eta": "an ETA", "update": "an update"}.get(
            any_news["what"].lower(), any_news["what"].lower()
        )
        return None if told is None else _bounded(f"for {what} {' '.join(told)}")
    if (how_to := _HOW_TO.match(plain)) is not None:
        verb = how_to["verb"].lower()
        if not is_base(verb) or verb in ("know",):
            return None
        return finished(["how", "to", verb], retold(how_to["rest"].replace(",", " ,").split()))
    if (inner := _EMBEDDED.search(plain)) is not None:
        wh = {"if": "whether"}.get(inner["wh"].lower(), inner["wh"].lower())
        told_clause = statement(inner["clause"], embedded=True)
        return None if told_clause is None else f"{wh} {told_clause}"
    lower = plain.lower()
    if lower.startswith("how come "):
        told_clause = statement(plain[9:], embedded=True)
        return None if told_clause is None else f"why {told_clause}"
    wh = next((w for w in _WH if lower.startswith(w + " ")), "")
    return _inverted(wh, plain[len(wh) :].split())


def _asked_for(words: list[str]) -> str | None:
    """A request to the company: "please resend my order" gives "the company to resend their order"."""
    verb = words[0].lower()
    if not is_base(verb) or verb in _EMPTY or auxiliary(verb):
        return None
    return finished(["the", "company", "to", verb], retold(words[1:]))


def _inverted(wh: str, words: list[str]) -> str | None:
    """A question with its auxiliary before its subject, reordered."""
    words = [part for w in words for part in ((w[:-1], ",") if w.endswith(",") else (w,))]
    if len(words) < 2 or auxiliary(words[0].lower()) is None:
        return None
    aux, words = words[0].lower(), words[1:]
    negated = aux == "cannot" or words[0].lower() == "not"
    if aux != "cannot" and negated:
        words = words[1:]
    if not words:
        return None
    aux = "can" if aux == "cannot" else aux
    found = _subject(words, aux, wh)
    if found is None:
        return None
    subject, plural, rest = found
    if wh == "" and subject == ["the company"] and rest and rest[0].lower() in _EMPTY:
        return None
    if rest and rest[0].lower() == "not":
        negated, rest = True, rest[1:]
    while rest and rest[0].lower() in ("please", "guys", "actually"):
        rest = rest[1:]
    head = [wh or "whether", *subject]
    tail = retold(rest)
    if tail is None:
        return None
    if aux in ("do", "does", "did"):
        return _with_do(head, tail, negated)
    told = past(aux, plural)
    if told is None or (aux in _MODALS and (not tail or not _is_verb_phrase(tail))):
        return None
    return finished([*head, *told.split(), *(["not"] if negated else [])], tail, ends_in_verb=bool(wh) and not tail)


def _with_do(head: list[str], tail: list[str], negated: bool) -> str | None:
    adverbs = []
    while tail and tail[0].lower() in ("still", "always", "ever", "also", "even", "actually", "normally", "just"):
        adverbs.append(tail.pop(0).lower())
    if not tail or not is_base(tail[0].lower()) or (head[-1] == "they" and tail[0].lower() in _RHETORICAL):
        return None
    if negated:
        return finished([*head, *adverbs, "did", "not"], tail)
    told = past(tail[0].lower(), plural=True)
    return finished([*head, *adverbs, *(told or "").split()], tail[1:])


def _is_verb_phrase(words: list[str]) -> bool:
    verb = next((w.lower() for w in words if w.lower() not in ("still", "ever", "also", "just", "even")), "")
    return is_base(verb) or verb in ("be", "have", "not")


def _subject(words: list[str], aux: str, wh: str) -> tuple[list[str], bool, list[str]] | None:
    """The subject reworded, whether its verb is plural, and the remaining words."""
    first = words[0].lower()
    if first in ("i", "we"):
        return ["they"], True, words[1:]
    if first == "you":
        return ["the company"], False, words[1:]
    if first in ("it", "there"):
        return [first], aux in ("are", "were"), words[1:]
    if words[:2] == ["the", "company"]:
        return ["the company"], False, words[2:]
    if first not in ("my", "our", "your", "the", "this", "these", "a", "an", "some"):
        return None
    if any(w.lower() in ("i", "we", "you") for w in words[:5]):
        # A relative clause within the subject, or a subject after all.
        return None
    end = next((i for i in range(2, min(len(words), 7)) if _ends_subject(words[i].lower(), aux)), None)
    if end is None:
        most = {"where": 12, "what": 12, "who": 12, "": 0}.get(wh, 5)
        if aux not in ("is", "are", "was", "were") or len(words) > most:
            return None
        end = len(words)
    if end < len(words) and any(w.lower() in PREPOSITIONS for w in words[:end]):
        # "Why is the score in training different": whether the phrase belongs to the subject is unclear.
        return None
    subject = retold(words[:end])
    if subject is None or any(w in (",", "and", "or") for w in subject):
        return None
    return (
        [subject[0].lower(), *subject[1:]],
        aux in ("are", "were", "have") or words[end - 1].endswith("s"),
        words[end:],
    )


def _ends_subject(word: str, aux: str) -> bool:
    if word in _STOPS or word.endswith(("ing", "ed")):
        return True
    return aux in ("do", "does", "did", *_MODALS) and (is_base(word) or word in ("be", "have"))


def _bounded(text: str) -> str | None:
    return finished(text.split(), [])
