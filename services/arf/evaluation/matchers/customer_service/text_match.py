"""Words compared by their stems: whether what a clause says occurs in the call at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from arf.calls.text import words

# Words that carry the grammar of a sentence, and those that frame every summary of a call: neither can be false alone.
_GRAMMAR = """
a an the and or but nor so if then than that this these those there here it its they them their he she him his her
who whom whose which what when where why how i you we us our your my me is are was were be been being am do does did
done has have had having will would shall should can could may might must to of in on at by for from with without
about into over under after before during until since as also not no yet still only just both each any some all more
most other another same such very too up out off again once per via because while within between through however now
currently later soon already further upon either neither itself himself herself themselves one ones
"""
_FRAME = """
customer client caller user buyer shopper member person agent representative rep advisor adviser assistant bot
chatbot support service company team department staff contact call reach write email message chat phone speak spoke
talk tell told say said state report ask request want need like wish explain inform advise confirm acknowledge note
mention complain claim inquire enquire respond reply regard concern relate issue problem matter situation question
case help assist offer agree promise provide give gave get got make made take took receive arrange proceed resolve
solve handle deal discuss information detail order item product account purchase conversation summary due according
check verify look seek sought try attempt able unable cannot apology apologize apologise thank inquiry enquiry query
specific certain initially originally eventually finally instead additionally additional available condition long
provided unless day date time today tomorrow week month outcome result next step follow-up touch addition send sent
put place set bring way ahead reset go went come came let start begin now refuse decline move first second last
former formerly previous previously hope hoped trouble difficulty
"""


_SUFFIXES = ("ations", "ation", "ings", "ing", "ments", "ment", "ions", "ion", "ies", "ied", "ed", "es", "ly", "s")


def stem(word: str) -> str:
    """The word without possessive and inflection: `refunded`, `refunds`, `refund` -> `refund`."""
    word = re.sub(r"'s$|'$", "", word)
    if len(word) < 4 or word[0].isdigit():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] != "s":
        word = word[:-1]
    return word.rstrip("ey") if len(word) > 3 else word


_IGNORED = frozenset(form for word in (_GRAMMAR + _FRAME).split() for form in (word, stem(word)))


def content(text: str) -> list[str]:
    """The words of a text that say something of their own, as written in lower case."""
    return [w for w in words(text) if not w.endswith("n't") and w not in _IGNORED and stem(w) not in _IGNORED]


class Vocabulary:
    """The stems of some texts, to look words up in."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._stems = frozenset(
            stem(part) for text in texts for w in words(text) for part in {w, *re.split(r"['.,:/-]", w)} if part
        )

    def has(self, word: str) -> bool:
        """Whether the word occurs, inflected in any way; a compound does if its parts do."""
        return stem(word) in self._stems or ("-" in word and all(stem(p) in self._stems for p in word.split("-") if p))

    def missing(self, text: str) -> list[str]:
        """The content words of `text` that do not occur."""
        return [w for w in content(text) if not self.has(w)]

    def overlap(self, text: str) -> float:
        """The share of the content words of `text` that occur; 1 where it has none."""
        mine = content(text)
        return sum(self.has(w) for w in mine) / len(mine) if mine else 1.0
