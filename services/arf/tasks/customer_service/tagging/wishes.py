"""What a customer wants, in their own words: openings of a few plain forms, each word of them accounted for."""

from __future__ import annotations

import re

from arf.calls.text import normalise, sentences
from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.persons import PREPOSITIONS
from arf.tasks.customer_service.threads.questions import question
from arf.tasks.customer_service.threads.retell import statement
from arf.tasks.customer_service.threads.thread_text import cleaned

_MOST_WORDS, _MOST_COPIED = 16, 11
_LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|there|good (?:morning|afternoon|evening|day)"
    r"|okay|ok|so|well|yes|thanks|thank you|and|um|uh"
    r"|(?:my name is|this is|i'm|i am) [A-Z][a-z]+(?: [A-Z][a-z]+)?(?= and\b|[.,!]))(?:[\s,.!:-]+|$))+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?<![\s,])[\s,]+(?:please|thanks|thank you|if possible|if you can|today)(?=[\s.!?]*$)[\s.!?]*", re.IGNORECASE
)
_TO = re.compile(
    r"(?:i|we)(?:'d| would)?(?:'m| am|'ve| have| was| were|'re| are| been| just| really)* "
    r"(?:like|want|wanted|need|needed|hoping|trying|calling|looking|writing|contacting you|here|wish|ringing) to "
    r"(?:(?:ask|request) (?:you )?to )?(?P<rest>[a-z]+ .+)",
    re.IGNORECASE,
)
_ASKS_YOU = re.compile(
    r"(?:(?:can|could|would|will) you|please) (?:please |kindly |help me )*(?:to )?(?P<rest>[a-z]+ .+)",
    re.IGNORECASE,
)
_MAY_I = re.compile(r"(?:can|could|may) (?P<who>i|we) (?:please |just )*(?P<rest>[a-z]+ .+)", re.IGNORECASE)
_THING = re.compile(
    r"(?:i|we)(?P<verb>'d like| would like| need| want| will have|'ll have|'m looking for| am looking for"
    r"|'m interested in| am interested in) (?P<rest>.+)",
    re.IGNORECASE,
)
_VERBS = {"want": "wanted", "need": "needed", "for": "were looking for", "in": "were interested in"}
_ABOUT = re.compile(
    r"(?:i|we)(?:'m|'ve| am| have)? (?:calling|writing|a question|got a question|some questions) "
    r"(?:about|regarding) (?P<rest>.+)",
    re.IGNORECASE,
)
# What somebody cannot say when asked is no reason to call.
_NO_PROBLEM = re.compile(r"\b(?:remember|recall|know|sure|worried|comfortable|mind|understand)\b")
_PROBLEM = re.compile(
    r"n't\b|\b(?:not|cannot|unable|lost|stolen|broken|wrong|error|stopped|failed|missing|hacked|never)\b"
)
# "To be", "to know": what is wanted comes later.
_EMPTY = word_set("know speak talk ask see say find get check call tell be let have help make report start assist do")
_NOT_ALONE = word_set(
    "it it's its this that that's these those them they he she him his her one ones there here such so i we if unless "
    "until once when whether because but or since although while than which who what where why how not no never you're "
    "i'm i've i'd i'll and's would could should might will can is are was were am do does did has something anything"
)
_NOT_TOLD = word_set("it its this that these those them he she one there here")
_PERSONS = {"my": "their", "our": "their", "me": "them", "us": "them", "you": "the company", "your": "the company's"}
_SMALL = word_set("a an the to for of in on at from with and any some all another new my our your")
_WORD = re.compile(r"^[$£€#]?[A-Za-z0-9][\w'&./%+-]*(?::\d\d)?$")


def wish(text: str) -> str | None:
    """What a turn's speaker wants, to follow "The customer contacted support"; None where that is unclear."""
    for sentence in sentences(text):
        bare = normalise(sentence.text)
        for pattern in (_LEAD, _TAIL):
            bare = pattern.sub("", bare.strip())
        asks = bare.rstrip().endswith("?")
        bare = bare.strip(" .!?,")
        told = _wish(bare) or (_asked(bare) if asks else _problem(bare))
        if told is not None:
            return told
    return None


def _asked(bare: str) -> str | None:
    told = question(cleaned(bare))
    return (
        None
        if told is None or told.split()[-2] in PREPOSITIONS or set(told.lower().split()) & _NOT_TOLD
        else f"to ask {told}"
    )


def _problem(bare: str) -> str | None:
    if not _PROBLEM.search(bare) or _NO_PROBLEM.search(bare) or len(bare.split()) > _MOST_COPIED:
        return None
    told = statement(cleaned(bare))
    return None if told is None or set(told.lower().split()) & _NOT_TOLD else f"because {told}"


def _wish(bare: str) -> str | None:
    for pattern, head in ((_TO, "to"), (_ASKS_YOU, "to ask the company to")):
        if (found := pattern.match(bare)) and (rest := _done(found["rest"])):
            return f"{head} {rest}"
    if (found := _MAY_I.match(bare)) and (rest := _done(found["rest"])):
        return f"to ask whether they could {rest}"
    if (found := _ABOUT.match(bare)) and (rest := _told(found["rest"])):
        return f"about {rest}"
    if (found := _THING.match(bare)) and (rest := _told(found["rest"])):
        return f"because they {_VERBS.get(found['verb'].lower().split()[-1], 'wanted')} {rest}"
    return None


def _done(rest: str) -> str | None:
    """What is to be done, told; None where it begins with no verb, or with one that says too little by itself."""
    words = rest.split()
    if words[0] in PREPOSITIONS | _SMALL or (words[0] in _EMPTY and len(words) < 3):
        return None
    return _told(rest)


def _told(rest: str) -> str | None:
    """The words with their persons told; None where one is not understood by itself."""
    words = [w for token in rest.split() for w in ((token[:-1], ",") if token.endswith(",") else (token,))]
    if len(words) > _MOST_WORDS or not all(w == "," or _WORD.match(w) for w in words):
        return None
    if {w.lower() for w in words} & _NOT_ALONE or any("n't" in w.lower() for w in words) or words[-1].lower() in _SMALL:
        return None
    return " ".join(_PERSONS.get(w.lower(), w) for w in words).replace(" ,", ",")
