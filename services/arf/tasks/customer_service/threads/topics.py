"""What a message is about if no clause can be reworded: things that customers often name, by their words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.thread_text import LINK, cleaned
from arf.tasks.customer_service.threads.tokens import is_shouted
from arf.tasks.customer_service.threads.verbs import auxiliary, is_base, past

_VEHICLE = r"(?P<what>flight|train|bus|service|order|delivery|parcel|package|luggage|baggage|bag|payment|refund)s?"
# The most informative topics first. `{}` is the thing that was named.
_TOPICS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), told)
    for pattern, told in (
        (rf"cancell?ed (?:\w+ )?{_VEHICLE}", "a cancelled {}"),
        (rf"{_VEHICLE} (?:was|is|has been|got|been) cancell?ed", "a cancelled {}"),
        (rf"delayed (?:\w+ )?{_VEHICLE}", "a delayed {}"),
        (rf"{_VEHICLE} (?:was|is|are|has been|were|got|been)(?: \w+)? delayed", "a delayed {}"),
        (rf"(?:lost|missing) (?:\w+ )?{_VEHICLE}", "a lost {}"),
        (r"on hold|hold time|wait(?:ing)? time", "a long wait on hold"),
        (r"(?<!no )(?P<what>error message|error code|server error|connection error)s?", "an {}"),
        (r"slow (?P<what>internet|wifi|broadband|connection|speeds?)", "slow {}"),
        (r"outages?", "an outage"),
        (r"battery (?:life|drain\w*)", "the battery life of a device"),
        (r"seat (?P<what>reservation|assignment|selection)s?", "a seat {}"),
        (r"rude (?P<what>staff|agent|employee|driver|attendant)s?", "rude {}"),
        (r"pre-?order", "a pre-order"),
        (r"money back|refund(?:ed)?", "a refund"),
        (r"out of stock|sold out", "an item that was out of stock"),
        (
            r"(?:worst|poor|terrible|horrible|bad|awful|rubbish|pathetic|useless"
            r"|disgusting) (?:\w+ )?customer service",
            "poor customer service",
        ),
        (r"delays?|delayed", "a delay"),
        (r"(?:latest|last|new|recent|software|ios|the|this|since|after) update", "a software update"),
        (r"billing (?P<what>issue|problem|error|question)s?", "a billing {}"),
    )
)
_MASS = re.compile(r"^a (?=\w+ (?:luggage|baggage))")
_ARTICLE = re.compile(r"\ban (?=[bcdfghjklmnpqrstvwxyz])", re.IGNORECASE)


def topic(text: str) -> str | None:
    """A noun phrase to follow "about"; None if the text names none of the topics."""
    plain = cleaned(text)
    for pattern, told in _TOPICS:
        if match := pattern.search(plain):
            named = match.groupdict().get("what") or ""
            return _ARTICLE.sub("a ", _MASS.sub("", told.replace("{}", named.lower())))
    return None


_TROUBLE = re.compile(
    r"\b(?P<what>issue|problem|trouble|glitch|error|question|difficulty|delay|difficulties)(?P<many>e?s)?"
    r" (?P<how>with|on|at|in|about|regarding|for|of) (?P<thing>.+)",
    re.IGNORECASE,
)
_NOT_THINGS = word_set(
    "money time day days life mind fault help name names number question questions problem problems issue issues way "
    "hand "
    "hands response reply tweet tweets dm son daughter wife husband mum mom dad friend friends family opinion "
    "experience "
    "understanding kid kids guys company customers customer people own hair first last mother father partner ass job "
    "place "
    "home house lovely heart message messages concern point end side part interest faith list next staff guy cousin "
    "area region airline passengers chef minds"
)
_MOST_WORDS = 4


def trouble(text: str) -> str | None:
    """ "an issue with their router": what the customers themselves call a problem with something."""
    match = _TROUBLE.search(cleaned(text))
    if match is None:
        return None
    words = match["thing"].split()
    whose = {"my": "their ", "our": "their ", "your": "the company's ", "the": "the ", "a": "a ", "an": "an "}
    lead = whose.get(words[0].lower(), "")
    thing = noun_phrase(" ".join(words[bool(lead) :]))
    if thing is None:
        return None
    what = match["what"].lower()
    article = (
        "" if match["many"] or what in ("trouble", "difficulties") else "an " if what in ("issue", "error") else "a "
    )
    return f"{article}{what}{match['many'] or ''} {match['how'].lower()} {lead}{thing}"


def owned_thing(text: str, spread: Mapping[str, int]) -> str | None:
    """ "their router", "the company's website": the first thing of somebody's that a text names and others name again.

    `spread` is how many turns have a word in lower case.
    """
    plain = re.sub(r'"[^"]*"', "", cleaned(text))
    for match in re.finditer(r"\b(?:my|our|your)\b", plain, re.IGNORECASE):
        thing = noun_phrase(plain[match.end() :].strip())
        if thing is not None and any(spread.get(w, 0) > 1 for w in thing.lower().split()):
            whose = "the company's" if match.group().lower() == "your" else "their"
            return f"{whose} {thing}"
    return None


def noun_phrase(text: str) -> str | None:
    """The noun phrase without an article that a text begins with, by where it ends: a verb, a stop, a preposition."""
    kept: list[str] = []
    if is_shouted(" ".join(text.split()[:3])):
        return None
    for token in text.split():
        word = token.rstrip('.,!?:;)"')
        lower = word.lower()
        if (
            lower in _ENDS
            or lower.endswith("n't")
            or auxiliary(lower)
            or (kept and (lower.endswith("ing") or _is_finite(lower)))
        ):
            break
        if not re.fullmatch(r"[A-Za-z0-9][\w'/+-]*", word) or _is_unfit(lower):
            return None
        kept.append(word)
        if word != token:
            break
    else:
        if len(kept) > _MOST_WORDS:
            return None
    if (
        not kept
        or len(kept) > _MOST_WORDS
        or kept[-1].lower() in _NOT_THINGS
        or kept[-1].isdigit()
        or kept[-1].endswith("'s")
        or len(kept[-1]) < 3
    ):
        return None
    return " ".join(kept)


def _is_finite(word: str) -> bool:
    return (
        word.endswith("ed") or (past(word, plural=False) is not None and not is_base(word)) or past(word, True) == word
    )


def _is_unfit(word: str) -> bool:
    return word in _NOT_THINGS or word in _LOOSE or LINK.lower() == word


_LOOSE = word_set("i you he she they we it me us them this that these those my our your his her their what which")
_ENDS = word_set(
    "in on at to for from with by of about into after before since until than as if when while because and or but so "
    "that "
    "which who not just still already now today yesterday tomorrow tonight again is are was please via without out "
    "up down "
    "off over through has even ever all any no only anymore too really always never how why here there then due"
)
