"""The content of a turn in a public thread, without handles, links, hashtags, signatures or smileys."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from arf.calls.text import normalise, sentences
from arf.v1.transcript_pb2 import Call

LINK = "LINK"
"""Placeholder for a link in cleaned text."""

_HANDLE = re.compile(r"@\w+")
_LEADING = re.compile(r"^[\s.,:!-]*(?:@\w+[\s.,:!-]*)+")
# A hashtag before a question or statement addresses somebody; elsewhere it may be the subject.
_LEADING_TAG = re.compile(
    r"^(?:#\w+[\s:-]*)+(?=(?:i|we|my|how|why|when|where|what|who|is|are|can|could|do|does|please)\b)", re.IGNORECASE
)
_URL = re.compile(r"https?://\S+|\bt\.co/\S+")
_TRAILING_TAGS = re.compile(r"(?<!\s)(?:\s*[#@]\w+){1,30}\s*[.!?]*\s*$")
_PART = re.compile(r"\(?\b\d\s?/\s?\d\)?\s*$|^\s*\(?\d/\d\)?\s+|\s\(\d\)\s*$|(?<=\s)\(?\d/\d\)?(?=\s*[\^*/-])")
_SIGNATURE = re.compile(
    r"(?<!\s)\s*(?:[\^*~]\s?[A-Z]\w*(?:\s[A-Z]\w*\.?)?|\s/[A-Z]{2,3}|[-–]\s?[A-Z][A-Za-z]{0,10}|TY\s?-\s?\w+)\s*\.*\s*$"
)
_SMILEY = re.compile(r"(?<!\s)(?:\s*(?:[:;=]-?[)(DPp/|]|[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]))+\s*")
_SPELLED = {
    "dont": "don't",
    "cant": "can't",
    "wont": "won't",
    "didnt": "didn't",
    "doesnt": "doesn't",
    "isnt": "isn't",
    "wasnt": "wasn't",
    "havent": "haven't",
    "hasnt": "hasn't",
    "couldnt": "couldn't",
    "im": "I'm",
    "ive": "I've",
    "i": "I",
    "u": "you",
    "ur": "your",
    "pls": "please",
    "plz": "please",
    "thats": "that's",
    "whats": "what's",
    "theres": "there's",
    "gonna": "going to",
    "wanna": "want to",
    "when's": "when is",
    "w/": "with",
    "&": "and",
}
_WORD = re.compile(r"(?<![\w'])(?:" + "|".join(map(re.escape, _SPELLED)) + r")(?![\w'])", re.IGNORECASE)
# A handle at the start addresses a turn; half of the turns is more than chance.
_SHARE = 0.5


def is_thread(call: Call) -> bool:
    """Whether a call is a public thread, whose turns are addressed by handles."""
    addressed = sum(bool(_LEADING.match(turn.text)) for turn in call.turns)
    return addressed > 0 and addressed >= _SHARE * len(call.turns)


def cleaned(text: str) -> str:
    """The text of a turn without thread markup; the company addressed by name becomes "the company"."""
    plain = html.unescape(html.unescape(normalise(text)))
    plain = _LEADING_TAG.sub("", _LEADING.sub("", plain))
    plain = _URL.sub(f" {LINK} ", plain)
    plain = _TRAILING_TAGS.sub("", plain.replace("\n", ". "))
    plain = _SMILEY.sub(". ", plain)
    plain = re.sub(r"\.{2,}|…", ". ", plain)
    plain = _WORD.sub(lambda m: _SPELLED[m.group().lower()], plain)
    return re.sub(r"\s+", " ", _HANDLE.sub(_named, plain)).strip()


def signed_off(text: str) -> str:
    """The text of an agent's turn without signature and part numbers."""
    before = ""
    while before != text:
        before, text = text, _SIGNATURE.sub("", _PART.sub("", text.strip())).strip()
        if text.endswith(LINK):
            tail = text.removesuffix(LINK).rstrip()
            text = _SIGNATURE.sub("", tail) + f" {LINK}" if _SIGNATURE.search(tail) else text
    return text


def said(text: str) -> Iterator[str]:
    """The complete sentences of a customer's turn, cleaned; one cut off by a part number is left out."""
    parted = _PART.search(text.strip()) is not None
    found = [s.text for s in sentences(_PART.sub("", cleaned(text)))]
    for index, sentence in enumerate(found):
        if parted and index in (0, len(found) - 1) and not re.match(r"[A-Z].*[.!?]$", sentence):
            continue
        yield sentence


def _named(match: re.Match[str]) -> str:
    # Handles of digits may be anybody's: better skip them than name the wrong person.
    return "the company" if not match.group()[1:].isdigit() else match.group()
