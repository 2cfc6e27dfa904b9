"""Compares words by their stems: whether what a clause says occurs in the call at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from arf.calls.text import words
from arf.evaluation.words import content_words, forms, stem

# Words common to all summaries, which cannot be false by themselves.
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

_IGNORED = forms(_FRAME)


def content(text: str) -> list[str]:
    """The text's informative words, in lower case."""
    return [w for w in content_words(text) if w not in _IGNORED and stem(w) not in _IGNORED]


class Vocabulary:
    """The stems of some texts, for looking up words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._stems = frozenset(
            stem(part) for text in texts for w in words(text) for part in {w, *re.split(r"['.,:/-]", w)} if part
        )

    def has(self, word: str) -> bool:
        """Whether the word occurs in any inflection; a compound does if its parts do."""
        return stem(word) in self._stems or ("-" in word and all(stem(p) in self._stems for p in word.split("-") if p))

    def missing(self, text: str) -> list[str]:
        """The content words of `text` that do not occur."""
        return [w for w in content(text) if not self.has(w)]

    def overlap(self, text: str) -> float:
        """The share of the content words of `text` that occur; 1 if it has none."""
        mine = content(text)
        return sum(self.has(w) for w in mine) / len(mine) if mine else 1.0
