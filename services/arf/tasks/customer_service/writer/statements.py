"""Tells what the company says in its own words: sentences of a few plain forms, each word of them accounted for.

"I've booked a table for you." gives "booked a table for the customer", "Your flight is now reserved!" gives "said that
the customer's flight was now reserved". A sentence of any other form is not understood, and not told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from arf.calls.text import normalise
from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.tokens import is_shouted
from arf.tasks.customer_service.threads.verbs import auxiliary, is_base, past

_LEAST_WORDS, _MOST_WORDS = 3, 24
_LEAD = re.compile(
    r"^(?:(?:okay|ok|great|perfect|excellent|fantastic|wonderful|awesome|splendid|sure|right|alright|all right|fine|yes"
    r"|certainly|absolutely|of course|no problem|got it|thank you|thanks|good news|unfortunately|sadly|sorry|done"
    r"|hi|hello|hey|and|so|also|i'm afraid(?: that)?|we're afraid(?: that)?|please note(?: that)?|currently)"
    r"(?:[ ,]+(?!I\b)[A-Z][a-z]+(?=[,.!:]))?[\s,.!:-]+)+",
    re.IGNORECASE,
)
_NAME = re.compile(r",\s+[A-Z][a-z]+(?=[.!]*$)")
# What stands for something that is not named, opens another clause, denies, or speaks of somebody else.
_NOT_ALONE = word_set(
    """
    it it's its this that that's these those them they he she him his her one ones there here then same such so as i we
    i'm we're i've we've i'll we'll you're you've you'll if unless until once when whether because but or since although
    though while than which who whose what where why how not no never nothing none cannot only however let please
    either neither above below following would could should might may will can shall do does did has have had is are
    was were my mine link
    """
)
_OWN = {"your": "their", "yours": "theirs", "our": "the company's", "us": "the company"}
_OBJECT = {"you": "the customer", "me": "the agent", "yourself": "themselves"}
# Acts that settle nothing.
IDLE = word_set(
    """
    be have help assist check look see find found need ask understand know hear try get go let pull verify review
    confirm provide proceed bring tell say show explain keep take happy love like appreciate apologize apologise
    recommend suggest want hope wish think believe noticed received receive searched checked looked asked tried
    reviewed verified provided suggested mentioned understood confirmed heard noted read said explained attached
    retrieve retrieved locate located authenticate authenticated search searching start started continue hold wait
    gather make process calculate pulled
    """
)
_WORD = re.compile(r"^[$£€#]?[A-Za-z0-9][\w'&./%+-]*(?::\d\d)?$")
_BETWEEN = word_set("been be now just already successfully also all still then fully")


class Kind(StrEnum):
    """What a statement tells: something that happened, will happen, or cannot."""

    DONE = "done"
    AHEAD = "ahead"
    DENIED = "denied"
    STATE = "state"


@dataclass(frozen=True)
class Statement:
    """A statement to follow "The agent", and the verb that it turns on."""

    kind: Kind
    told: str
    verb: str

    @property
    def settles(self) -> bool:
        """Whether it tells what became of the matter."""
        return self.kind is not Kind.STATE and self.verb not in IDLE


def statement(sentence: str) -> Statement | None:
    """The sentence told of the agent, in the past; None where it is of no known form."""
    bare = _NAME.sub("", _LEAD.sub("", normalise(sentence).strip()).strip())
    if bare.endswith("?") or is_shouted(bare):
        return None
    words = [
        w for token in bare.rstrip(" .!").split() for w in ((token[:-1], ",") if token.endswith(",") else (token,))
    ]
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS or not all(w == "," or _WORD.match(w) for w in words):
        return None
    lower = [w.lower() for w in words]
    return _of_company(words, lower) or _of_thing(words, lower)


def _of_company(words: list[str], lower: list[str]) -> Statement | None:
    """ "I have sent ...", "we will send ...", "I am unable to send ..."."""
    text = " ".join(lower)
    head = re.match(
        r"(?:i|we)(?:'ll| will|(?:'m| am|'re| are) going to) (?:now |also |gladly )*(?P<will>[a-z]+) "
        r"|(?:i|we)(?: cannot| can't| can not|(?:'m| am|'re| are) (?:unable|not able) to) (?P<denied>[a-z]+) "
        r"|(?:i|we)(?:'ve| have)? (?:just |already |now |successfully |also )*(?P<past>[a-z]+) ",
        text + " ",
    )
    if head is None:
        return None
    rest = words[len(head.group().split()) :]
    if verb := head["past"]:
        return _statement(Kind.DONE, _past(verb), verb, rest)
    if verb := head["will"]:
        return _statement(Kind.AHEAD, f"promised to {verb}", verb, rest)
    return _statement(Kind.DENIED, f"said that they could not {head['denied']}", head["denied"], rest)


def _of_thing(words: list[str], lower: list[str]) -> Statement | None:
    """ "Your order has been cancelled ...", "the refund will be processed ..."."""
    at = next((n for n, w in enumerate(lower) if auxiliary(w)), 0)
    if lower[0] not in ("your", "the", "a", "an") or not 2 <= at <= 12 or at + 1 >= len(words):
        return None
    subject = _told(words[:at], "said that")
    after = at + 1
    while after < len(words) and lower[after] in _BETWEEN:
        after += 1
    between = lower[at + 1 : after]
    plural = lower[at] in ("are", "were", "have")
    aux = past(lower[at], plural=plural)
    if subject is None or aux is None or after >= len(words):
        return None
    verb = lower[after]
    if lower[at] == "will":
        kind = Kind.AHEAD
    elif _past(verb) and ("been" in between or "now" in lower or lower[0] == "your"):
        kind = Kind.DONE
    else:
        kind = Kind.STATE
    head = " ".join(("said that", subject, aux, *between, words[after]))
    return _statement(kind, head, verb, words[after + 1 :], "customer" in subject)


def _statement(kind: Kind, head: str | None, verb: str, rest: list[str], named: bool = False) -> Statement | None:
    told = _told(rest, head, named) if head and (verb not in _NOT_ALONE) else None
    return None if told is None else Statement(kind, f"{head} {told}".strip().replace(" ,", ","), verb)


def _past(verb: str) -> str | None:
    """A verb that is a past already; None for what may be none."""
    return (
        verb
        if past(verb, plural=True) == verb and not (is_base(verb) and verb not in ("put", "reset", "set"))
        else None
    )


def _told(words: list[str], before: str | None, named: bool = False) -> str | None:
    """Words after the verb, or of a noun, with their persons told; None where one is not understood by itself."""
    told: list[str] = []
    for place, word in enumerate(words):
        lower = word.lower()
        if lower in _NOT_ALONE or "n't" in lower:
            return None
        if lower == "your" and not named:
            told.append("the customer's")
        else:
            told.append(
                _OBJECT.get(lower) or _OWN.get(lower) or (lower if place == 0 and lower in ("the", "a", "an") else word)
            )
        named = named or lower in ("your", "you")
    return " ".join(told)
