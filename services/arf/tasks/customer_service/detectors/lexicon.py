"""Small word lists of our own: words without content, words that negate, opposites, synonyms, feelings."""

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

_CROSS_WORDS = (
    "frustrated angry furious upset annoyed irritated outraged disappointed dissatisfied unhappy displeased "
    "frustration anger annoyance disappointment dissatisfaction"
)
_CROSS = (
    "ridiculous|unacceptable|terrible|awful|annoy|fed up|sick of|not good enough|joke|!!|again|still|third time"
    "|every time|furious|angry|upset|disappoint|frustrat|useless"
)
_GLAD_WORDS = (
    "happy satisfied pleased grateful delighted thankful relieved satisfaction gratitude relief content "
    "thrilled appreciative"
)
_GLAD = "thank|great|perfect|appreciate|brilliant|lovely|wonderful|awesome|cheers|excellent"
_UNEASY_WORDS = "worried anxious nervous afraid scared stressed panicked desperate"
_UNEASY = "worr|nervous|scared|afraid|concern|panic|stress|anxious|urgent|desperate"
# Words for feelings, each with what a call must hold, one of them at least, for it to be more than a guess.
FEELINGS: dict[str, tuple[str, ...]] = {
    word: tuple(cues.split("|"))
    for words, cues in (
        (_CROSS_WORDS, _CROSS),
        (_GLAD_WORDS, _GLAD),
        (_UNEASY_WORDS, _UNEASY),
        ("embarrassed ashamed", "embarrass|asham"),
        ("jealous guilty suspicious", "jealous|guilt|suspici"),
        ("confused", "confus|understand|what do you mean|not sure|?"),
    )
    for word in words.split()
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


def hedges() -> frozenset[str]:
    """Words that turn or loosen a statement without negating it."""
    return _words("hedges")


def general() -> frozenset[str]:
    """Nouns so general that a summary may use them for what a call only implies: people, places, events."""
    return _words("general")


@cache
def converse() -> dict[str, frozenset[str]]:
    """Lemmas that tell of one event from the other party's side: "lend" of "borrow"."""
    return _two_sided("converse")


@cache
def rivals() -> dict[str, tuple[int, ...]]:
    """Lemmas of which one excludes the others of its set, each with the numbers of its sets."""
    found: dict[str, tuple[int, ...]] = {}
    for number, group in enumerate(_groups("rivals")):
        for word in group.split():
            found[word] = (*found.get(word, ()), number)
    return found


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
