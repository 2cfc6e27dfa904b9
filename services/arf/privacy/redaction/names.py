"""Names of people, best effort: after a cue ("my name is", "Regards,"), by given name, and wherever they come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from arf.privacy.redaction.stretch import Stretch
from arf.privacy.redaction.words import given_names, section

# The first character alone decides where the search looks closer; that it is a capital is checked after.
_UPPER = r"[A-Z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]"
_CAPITALISED = re.compile(rf"{_UPPER}(?<![\w'@.].)[\w'-]*(?:\.?\s{{1,2}}{_UPPER}[\w'-]*){{0,3}}")
_WORD = re.compile(r"[^\W\d_](?:[\w'-]*[^\W_])?")
_CUE = (
    r"\b(?:name is|name's|name:|names?|talking (?:to|with)|speaking (?:to|with)|(?:in|under) the name(?: of)?|mr\.?"
    r"|mrs\.?|ms\.?|mister|missus|miss|dr\.?|doctor|prof\.?|professor|signed)\s"
)
_STRONG, _STRONG_HERE = re.compile(_CUE + "$"), re.compile(_CUE)
_HINTS = ("name", "talking ", "speaking ", "mr", "ms", "mis", "dr", "doc", "prof", "signed ")
_WEAK = re.compile(
    r"\b(?:(?:regards|wishes|thanks|cheers|best|sincerely|truly|yours|faithfully),?|dear|called|it's|it is|this is|i'm"
    r"|i am|hi,?|hello,?|hey,?|thank you|sure,|yes,)\s{1,2}$|-\s$"
)
_OPEN = re.compile(r"(?:hi|hello|hey|thanks|thank you|yes|sure|it's|it is|i'm|i am|this is|called|-),?\s$")
_TAIL = re.compile(r"\s(?:here|speaking)\b")
_REACH = 24
# The question for a name, up to the end of its turn, and what an answer may begin with.
_ASKED = re.compile(
    r"\b(?:names?\b(?!\sis\b|'s\b|\sof\sthe\s(?:product|item|app|shop|store|company|street))[^\x00.!?]{0,50}"
    r"(?:\?|please\b)|(?:may|can|could|what's|what is|whats|have|get|give|tell|confirm|spell|need)\b[^\x00.!?]{0,40}"
    r"\bnames?\b(?!\sis\b|'s\b)|who(?:m|'s|m's)?\b[^\x00.!?]{0,30}"
    r"\b(?:speaking|talking|calling|pleasure|this|there|with)\b|call you|address you)"
    r"[^\x00]{0,40}\x00"
)
_ASKING = ("name", "who", "call you", "address you")
_OPENER = re.compile(
    r"(?:[\s,.!:\"-]|\b(?:yes|yeah|yep|sure|of course|okay|ok|it's|it is|it would be|it'd be|this is|that's|that is|i'm"
    r"|i am"
    r"|my|the|full|first|last|name|is|name's|um|uh|er|well|so|hi|hello|certainly|absolutely|under|in|of|you can|just"
    r"|call me|mr|mrs|ms|miss|mister|dr|doctor)\b(?!'))*"
)
_ANSWER = re.compile(r"[^\W\d_][\w'-]*(?:\s[^\W\d_][\w'-]*){0,3}")
_ENDS = re.compile(r"\s?(?:[^\w\s']|\Z|\x00)")


def find(text: str, low: str, words: Set[str], known: Iterable[str] = ()) -> Iterator[Stretch]:
    """Names in a text and its lower-case copy, both masked where something was found; `known` are those of speakers.

    `words` are those of the copy.
    """
    cased = not text.islower()
    spans = _without_overlap([*_answers(low), *_capitalised(text, low), *_spoken(text, low, words, cased)])
    yield from (_stretch(text, low, start, end) for start, end in spans)
    parts = {part for start, end in spans for part in _parts(low[start:end])} | {
        p for name in known for p in _parts(name)
    }
    if not parts:
        return
    taken = bytearray(len(low))
    for start, end in spans:
        taken[start:end] = b"\1" * (end - start)
    for part in sorted(parts):
        for start, end in _everywhere(text, low, part, cased):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                yield _stretch(text, low, start, end)


def _answers(low: str) -> Iterator[tuple[int, int]]:
    """Names that are the answer to the question for a name in the turn before."""
    for asked in _ASKED.finditer(low) if any(hint in low for hint in _ASKING) else ():
        opener = _OPENER.match(low, asked.end(), asked.end() + 80)
        match = _ANSWER.match(low, opener.end() if opener else asked.end())
        if match is None:
            continue
        words = [(m.start() + match.start(), m.end() + match.start()) for m in _WORD.finditer(match.group())]
        stop = next((n for n, word in enumerate(words) if low[slice(*word)] in section("never")), len(words))
        if stop and (stop < len(words) or _ENDS.match(low, words[-1][1])):
            yield words[0][0], words[stop - 1][1]


def _capitalised(text: str, low: str) -> Iterator[tuple[int, int]]:
    """Capitalised words after a cue, before "here", or led by a given name."""
    given, never = given_names(), section("never")
    for match in _CAPITALISED.finditer(text):
        words = [(m.start() + match.start(), m.end() + match.start()) for m in _WORD.finditer(match.group())]
        while words and (low[slice(*words[0])] in never or text[words[0][0]] == low[words[0][0]]):
            words = words[1:]
        stop = next((n for n, word in enumerate(words) if low[slice(*word)] in never), len(words))
        words = words[:stop]
        if not words:
            continue
        start, end = words[0][0], words[-1][1]
        lead = low[max(0, start - _REACH) : start]
        first = low[slice(*words[0])].split("'")[0].split("-")[0]
        spoken_for = _TAIL.match(low, end) is not None
        if first in given or spoken_for or _STRONG.search(lead):
            yield start, _owner(low, end)
        elif _WEAK.search(lead) and (len(words) > 1 or not _OPEN.search(lead)):
            # "It's Netflix" names nobody: after such words one word alone has to be a name that we know.
            yield start, _owner(low, end)
        elif len(words) > 1:
            inner = next((n for n, word in enumerate(words) if low[slice(*word)] in given), None)
            if inner is not None:
                yield words[inner][0], _owner(low, end)


def _spoken(text: str, low: str, words: Set[str], cased: bool) -> Iterator[tuple[int, int]]:
    """Names in speech, which has no capitals: a given name with what follows, and any word after a strong cue."""
    starts: set[int] = set()
    never = section("never")
    for name in given_names().intersection(words):
        starts.update(start for start, _ in _alone(low, name))
    if any(hint in low for hint in _HINTS):
        for cue in _STRONG_HERE.finditer(low):
            word = _WORD.match(low, cue.end())
            if word is not None and word.group() not in never:
                starts.add(cue.end())
    for start in starts:
        word = _WORD.match(low, start)
        end = word.end() if word else start
        follower = _WORD.match(low, end + 1) if low.startswith(" ", end) else None
        if follower is not None and follower.group() not in never:
            # Where there are capitals, a surname has one.
            end = follower.end() if not cased or text[end + 1] != low[end + 1] else end
        yield start, _owner(low, end)


def _owner(low: str, end: int) -> int:
    """Without the s of "Anna's"."""
    return end - 2 if low.endswith("'s", 0, end) else end


def _without_overlap(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _stretch(text: str, low: str, start: int, end: int) -> Stretch:
    name = " ".join(low[start:end].split())
    titled = " ".join(word[:1].upper() + word[1:] for word in name.split(" "))
    return Stretch("NAME", start, end, name, titled if text[start:end].islower() else "")


def _parts(name: str) -> list[str]:
    never = section("never") | section("also_words")
    return [part for part in _WORD.findall(name) if len(part) > 2 and part not in never]


def _everywhere(text: str, low: str, part: str, cased: bool) -> Iterator[tuple[int, int]]:
    """Where a part of a name stands as a word: with its capital where the text has any."""
    for start, end in _alone(low, part):
        if not cased or text[start] != low[start] or part in given_names():
            yield start, end


def _alone(low: str, word: str) -> Iterator[tuple[int, int]]:
    """Where a word stands that is not part of a longer one."""
    at = low.find(word)
    while at >= 0:
        end = at + len(word)
        if not (at and low[at - 1].isalnum()) and not low[end : end + 1].isalnum():
            yield at, end
        at = low.find(word, end)
