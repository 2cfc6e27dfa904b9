"""The words of a clause for rewording, contractions expanded; None if one of them is unclear."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.word_sets import word_set

_NEGATED = re.compile(r"^(is|are|was|were|has|have|had|do|does|did|could|would|should|must|need)n't$")
_SHORT = {
    "i'm": "I am",
    "i've": "I have",
    "i'll": "I will",
    "we're": "we are",
    "we've": "we have",
    "we'll": "we will",
    "you're": "you are",
    "you've": "you have",
    "you'll": "you will",
    "it'll": "it will",
    "that'll": "that will",
    "can't": "cannot",
    "won't": "will not",
    "there's": "there is",
    "what's": "what is",
    "where's": "where is",
    "how's": "how is",
    "who's": "who is",
    "when's": "when is",
    "that's": "that is",
    "it's": "it is",
}
_HAS = frozenset({"been", "got", "gone", "become", "taken", "had", "stopped"})
# Signs that "its" means "it's", or worse.
_AFTER_IS = word_set("a the not so still said says been really very just going gone back no really")
_WISHES = frozenset({"like", "love", "prefer", "rather", "appreciate"})
# Other people whom "they" could refer to, slang, abuse, and symbols that are not words.
_REFUSED = re.compile(
    r"^(?:they|them|their|theirs|he|she|him|his|her|hers|they're|they've|they'll|he's|she's|y'all|ya|yours|lol|smh"
    r"|wtf|omg"
    r"|btw|idk|ain't|gonna|wanna|gotta|fuck\w*|shit\w*|damn|crap\w*|hell|suck\w*|bullshit|ass|bitch\w*|piss\w*"
    r"|ridiculous"
    r"|link|sh\*t|cuz|bc|tho|thx|thnx|thanks|thank|lmao|yo|dear|r|n|b|c)$"
)
_WORD = re.compile(r"^[A-Za-z0-9$£€%][\w$£€%'./:+-]*(?:\([A-Za-z0-9 ]+\))?$")


def read(text: str) -> list[str] | None:
    """Words; a comma counts as a word."""
    found: list[str] = []
    tokens = text.split()
    for place, token in enumerate(tokens, 1):
        if re.match(r"[A-Za-z]+[^s\W]'$", token):
            # A contraction without one of its letters: whether it is a negation is unclear.
            return None
        bare = token.strip("\"'()*")
        word, comma = bare.rstrip(",.!?:;"), bare.endswith(",")
        if place < len(tokens) and bare.endswith((";", ":", ".", "!", "?")) and word:
            # Another sentence starts within the clause.
            return None
        if not word:
            if bare in (",", "-"):
                continue
            return None
        if not _WORD.match(word) or _REFUSED.match(word.lower()) or (comma and word.lower() in ("no", "yes", "well")):
            return None
        found += [word, ","] if comma else [word]
    return _spelled_out(found)


def _spelled_out(words: list[str]) -> list[str] | None:
    told: list[str] = []
    for word, following in zip(words, [*words[1:], ""], strict=False):
        lower = word.lower()
        if lower in ("i'd", "we'd"):
            if following.lower() not in _WISHES:
                return None
            told += ["I", "would"]
        elif lower in ("it's", "that's") and following.lower() in _HAS:
            told += [word[:-2], "has"]
        elif lower == "its" and (following.lower() in _AFTER_IS or following.lower().endswith("ing")):
            return None
        elif lower in _SHORT:
            told += _SHORT[lower].split()
        elif negated := _NEGATED.match(lower):
            told += [negated[1], "not"]
        elif lower.endswith(("n't", "'d", "'ll", "'re", "'ve")):
            return None
        else:
            told.append(word)
    return told


def is_shouted(text: str) -> bool:
    """Whether a clause is mostly in capitals."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    return bool(sum(w.isupper() for w in words) > 0.4 * len(words))
