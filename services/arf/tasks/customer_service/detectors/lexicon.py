"""Small word lists of our own: words without content, words that negate, opposites, synonyms."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_SECTION = re.compile(r"^\[(?P<name>[a-z ]+)\]$", re.MULTILINE)

# A "not" right before these does not negate the statement.
NOT_HARMLESS = frozenset({"only", "sure", "just", "necessarily"})
# What stands in a request or a wish: it says nothing of what happens.
ASKS = re.compile(
    r"\?|\b(?:(?:i|we)'?(?:d| would) (?:like|love|want)|i (?:want|need|was hoping|hope|wish)|can (?:i|we|you)"
    r"|could (?:i|we|you)|please|pls|would you|may i)\b",
    re.IGNORECASE,
)
# Words that narrow a statement, each with the words that a call may use for the same.
_ONLY = ("only", "just", "solely", "exclusively", "merely", "alone", "nothing", "except", "limited", "nobody")
NARROWING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("only", "solely", "exclusively", "merely"), _ONLY),
    "none": ("none", "nobody", "nothing", "not", "no", "neither"),
    "never": ("never", "ever"),
    "excluding": ("exclude", "excluding", "except", "without", "but"),
}


@cache
def _sections() -> dict[str, str]:
    text = resources.files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8")
    parts = _SECTION.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def _words(section: str) -> frozenset[str]:
    return frozenset(_sections()[section].split())


def stop() -> frozenset[str]:
    """Words without content of their own."""
    return _words("stop")


def reporting() -> frozenset[str]:
    """Lemmas of a summary's own voice: they report, join or point, and need no support in the call."""
    return _words("reporting")


def negations() -> frozenset[str]:
    """Words that negate."""
    return _words("negations")


def denials() -> frozenset[str]:
    """Lemmas of verbs and adjectives that deny what follows them."""
    return _words("denials")


def speech() -> frozenset[str]:
    """Lemmas of acts of speech: a summary seldom says that one did not take place, unless it is turned round."""
    return _words("speech")


def figurative() -> frozenset[str]:
    """Things by their dictionary sense that are figures of speech in a call."""
    return _words("figurative")


def general() -> frozenset[str]:
    """Nouns so general that a summary may use them for what a call only implies: people, places, events."""
    return _words("general")


@cache
def converse() -> dict[str, frozenset[str]]:
    """Lemmas that tell of one event from the other party's side: "lend" of "borrow"."""
    return _two_sided("converse")


@cache
def own_opposites() -> dict[str, frozenset[str]]:
    """Opposites of a lemma by our own list, both ways."""
    return _two_sided("opposites")


@cache
def own_synonyms() -> dict[str, frozenset[str]]:
    """Near-synonyms of a lemma by our own list."""
    found: dict[str, set[str]] = {}
    for group in _groups("synonyms"):
        for word in group.split():
            found.setdefault(word, set()).update(group.split())
    return {word: frozenset(others) for word, others in found.items()}


def _two_sided(section: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _groups(section):
        one, other = (side.split() for side in group.split("/"))
        for a, b in ((one, other), (other, one)):
            for word in a:
                found.setdefault(word, set()).update(b)
    return {word: frozenset(others) for word, others in found.items()}


def _groups(section: str) -> list[str]:
    return [group for group in _sections()[section].replace("\n", " ").split(";") if group.strip()]
