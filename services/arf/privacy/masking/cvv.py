"""Card verification values: three or four digits that the words around them call so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arf.calls.text import normalise
from arf.privacy.masking.digits import Run, runs

_CUE = re.compile(
    r"\b(?:c\.?v\.?v\.?2?|c\.?v\.?c\.?2?|csc|cv2|(?:card )?security (?:code|number|digits)"
    r"|card (?:verification|validation|identification) (?:code|value|number)|card code"
    r"|(?:three|four|3|4)[- ]digits?(?: (?:code|number|one|security|on|the|of|your|my|from|at|card)){0,6}"
    r" (?:back|front|strip)"
    r"|(?:code|number|digits)(?: (?:on|at|from|the|of))+ (?:back|front|reverse|strip))\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"[\s,.:;-]*(?:(?:is|was|that's|it's|the|my|for|as|a|card|card's|that|on|it)[\s,]+){0,5}", re.IGNORECASE
)
_CORRECTED = re.compile(r"\b(?:no|sorry|wait|actually|mean|rather|correction|not)\b", re.IGNORECASE)
_ANY_WORDS = re.compile(r"[^\W\d_]+")
_WORDS_AFTER = 12
_TURNS_AFTER = 2
_ECHOES = 3

Place = tuple[int, int, int, str]
"""Turn, start and end in code points, half-open, and the digits that are said there."""


def cvvs(turns: Sequence[str]) -> list[Place]:
    """Where the turns say a value: after its cue, before it, or again."""
    texts = [normalise(text) for text in turns]
    said = [[run for run in runs(text, turn) if len(run.digits) in (3, 4)] for turn, text in enumerate(turns)]
    found: list[Place] = []
    for turn, text in enumerate(texts):
        for cue in _CUE.finditer(text):
            for place in _answers(texts, said, turn, cue):
                found.append(place)
                found += _again(texts, said, place)
    return sorted(set(found))


def _answers(texts: Sequence[str], said: list[list[Run]], turn: int, cue: re.Match[str]) -> list[Place]:
    """The value that a cue is about: after it, before it, or in what comes next."""
    text = texts[turn]
    for run in said[turn]:
        if _start(run) >= cue.end() and _words(text[cue.end() : _start(run)]) <= _WORDS_AFTER:
            return [_place(run)]
    for run in reversed(said[turn]):
        if _end(run) <= cue.start() and _CALLED.fullmatch(text[_end(run) : cue.start()]):
            return [_place(run)]
    for later in range(turn + 1, min(turn + 1 + _TURNS_AFTER, len(texts))):
        for run in said[later]:
            if run.before <= _WORDS_AFTER:
                return [_place(run)]
    return []


def _again(texts: Sequence[str], said: list[list[Run]], place: Place) -> list[Place]:
    """The same value read back, and another that corrects it."""
    turn, _, end, digits = place
    found, known = [], {digits}
    for later in range(turn, min(turn + 1 + _ECHOES, len(texts))):
        before = end if later == turn else 0
        for run in said[later]:
            if later == turn and _start(run) < end:
                continue
            corrects = len(run.digits) == len(digits) and _CORRECTED.search(texts[later][before : _start(run)])
            if run.digits in known or corrects:
                known.add(run.digits)
                found.append(_place(run))
            before = _end(run)
    return found


def _place(run: Run) -> Place:
    return run.units[0].turn, _start(run), _end(run), run.digits


def _start(run: Run) -> int:
    return run.units[0].start


def _end(run: Run) -> int:
    return run.units[-1].end


def _words(text: str) -> int:
    return len(_ANY_WORDS.findall(text))
