"""Cards, phones and ids in figures and aloud: "(202) 555-0117", "GA-31600", "four six four two two", "b t two six".

Money, dates, times and counts are left. Only what was spelled out, digit by digit, is put back in figures; of anything
else nobody knows whether "thirty five twenty" is 3520 or 35.20, so it comes back as it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from arf.privacy.redaction import cues
from arf.privacy.redaction.phones import stretch
from arf.privacy.redaction.stretch import Stretch
from arf.privacy.scanner.amounts import is_counted
from arf.privacy.scanner.groups import Group
from arf.privacy.scanner.plain import BOUNDARY, TAKEN

_LONGEST_GAP = 40
_WRITTEN_GAP = re.compile(r"[-./()\s]{1,3}")
# What people say between two figures of one number.
_FILLER = (
    r"(?:um+|uh+|er+m?|ah|hmm|you know|well|like|so|okay|ok|yes|yeah|right|that's|it's|followed by|space"
    r"|(?P<mark>dash|hyphen|minus|slash|dot))"
)
_SPOKEN_GAP = re.compile(
    rf"(?:\s(?:as in|for|like)\s[a-z]{{2,12}})?(?:[\s,.\-/]{{1,3}}(?:{_FILLER}(?![a-z\d'])[\s,.\-/]{{1,3}}){{0,3}})"
)
# These may also part two numbers; the last ones are what speech recognition makes of four, two and eight.
_DOUBTFUL_GAP = re.compile(r"[\s,]{1,2}(?:and then|and|then|for|to|too|won|ate)[\s,]{1,2}")
_MARKS = {"dash": "-", "hyphen": "-", "minus": "-", "slash": "/", "dot": "."}
_AS_IN = re.compile(r"\s(?:as in|for|like)\s[a-z]{2,12}\b")
_PREFIX = re.compile(r"[a-z]{1,6}-\Z")
_SUFFIX = re.compile(r"-[a-z]{1,2}(?![a-z\d])")
_ALONE = re.compile(r"[^a-z\d]*(?:(?:yes|yeah|sure|ok|okay|it's|that's|it is|that is|um|uh|so)[^a-z\d]{1,3}){0,3}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DECIMAL = re.compile(r"\bpoint\s\Z")


class _Part(NamedTuple):
    """A token in figures and letters, a number word or a single letter; `joint` is what was said before it."""

    text: str
    start: int
    end: int
    written: bool
    spelled: bool
    scaled: bool
    joint: str
    figures: int


def find(low: str, groups: Sequence[Group]) -> Iterator[Stretch]:
    """Personal numbers of a plain lower-case text in which TAKEN stands for what has been read already."""
    for run in _runs(low, groups):
        if all(part.written or not part.figures for part in run):
            yield from _written(low, run)
        elif any(part.figures for part in run):
            yield from _spoken(low, run)


def _runs(low: str, groups: Sequence[Group]) -> Iterator[list[_Part]]:
    """Parts that stand next to each other or have but fillers between them."""
    run: list[_Part] = []
    for group, after in zip_longest(groups, groups[1:]):
        if low[group.start] == TAKEN or (run and group.start < run[-1].end):
            continue
        if group.is_letter and not run and (after is None or after.start - group.end > _LONGEST_GAP):
            continue
        joint = _joint(low, run[-1], group) if run else None
        if joint is None and run:
            yield run
            run = []
        run.append(_part(low, group, joint or ""))
    if run:
        yield run


def _part(low: str, group: Group, joint: str) -> _Part:
    start, end = group.start, group.end
    if group.written:
        while start and low[start - 1].isalpha() and low[start - 1] < "\x7f":
            start -= 1
        prefix = _PREFIX.search(low, max(0, start - 7), start)
        if prefix is not None and low[prefix.start() - 1 : prefix.start()] in ("", " ", "#", BOUNDARY):
            start = prefix.start()
        while end < len(low) and low[end] < "\x7f" and low[end].isalnum():
            end += 1
        suffix = _SUFFIX.match(low, end) if end - start > 3 else None
        end = suffix.end() if suffix else end
    text = low[start:end].replace("-", "") if group.written else group.text
    figures = len(text) if text.isdecimal() else sum(map(str.isdecimal, text))
    return _Part(text, start, end, group.written, group.spelled, group.scaled, joint, figures)


def _joint(low: str, last: _Part, group: Group) -> str | None:
    """What joins a group to the part before, blank for nothing of note and "?" for doubt; None if nothing does."""
    start, end = last.end, group.start
    if end - start > _LONGEST_GAP or (last.written and last.figures > 4 and not group.written):
        return None
    if last.written and group.written:
        return low[start:end].strip() if _WRITTEN_GAP.fullmatch(low, start, end) else None
    if group.written and group.end - group.start > 4:
        return None
    match = _SPOKEN_GAP.fullmatch(low, start, end)
    if match is not None:
        return _MARKS.get(match["mark"] or "", "")
    return "?" if last.spelled and group.spelled and _DOUBTFUL_GAP.fullmatch(low, start, end) else None


def _written(low: str, run: list[_Part]) -> Iterator[Stretch]:
    """The numbers in a run of figures: one in groups, or several beside one another."""
    at = 0
    while at < len(run):
        end = at
        while end < len(run) and run[end].text.isdecimal():
            end += 1
        if _is_one(run[at:end]):
            yield _stretch(low, run[at:end])
        elif end < len(run) and end > at and run[end].figures > 2 and sum(p.figures for p in run[at : end + 1]) >= 7:
            end += 1
            yield _stretch(low, run[at:end])
        else:
            end = max(end, at + 1)
            yield from (_stretch(low, [part]) for part in run[at:end] if _names_something(low, part))
        at = end


def _is_one(parts: Sequence[_Part]) -> bool:
    """Whether groups of figures are one number: two long ones are two ids, unless the first is an area's code."""
    figures = [part.figures for part in parts]
    return (
        len(parts) > 1
        and (min(figures) < 5 or parts[0].text.startswith("0"))
        and (
            sum(figures) >= (5 if all(p.joint == "-" for p in parts[1:]) else 7)
            or (len(parts) > 2 and max(figures) <= 4)
        )
    )


def _names_something(low: str, part: _Part) -> bool:
    """Whether one token is a number that names something, rather than one that counts."""
    count, letters = part.figures, len(part.text) - part.figures
    if count < 2:
        return False
    if count >= 5 or (count >= 3 and letters) or (count >= 2 and letters and len(part.text) >= 6):
        return True
    lead = cues.before(low, part.start)
    if count == 4:
        return not _YEAR.fullmatch(part.text) or cues.is_id(lead)
    return count == 3 and (cues.is_id(lead) or (_fills_turn(low, part) and cues.is_id(cues.asked(low, part.start))))


def _fills_turn(low: str, part: _Part) -> bool:
    end = low.find(BOUNDARY, part.end)
    rest = low[part.end : min(end if end >= 0 else len(low), part.end + 5)]
    return _is_first(low, part.start) and not rest.strip(" .,!")


def _is_first(low: str, start: int) -> bool:
    """Whether nothing of note is said before in the turn."""
    begin = max(low.rfind(BOUNDARY, max(0, start - 60), start) + 1, start - 60)
    return _ALONE.fullmatch(low, begin, start) is not None


def _spoken(low: str, run: list[_Part]) -> Iterator[Stretch]:
    """The numbers in a run that is said aloud, wholly or in part."""
    cued = cues.is_id(lead := cues.before(low, run[0].start)) or cues.is_phone(lead) or cues.is_card(lead)
    cued = cued or (_is_first(low, run[0].start) and cues.is_id(cues.asked(low, run[0].start)))
    cuts = [n for n, part in enumerate(run) if n and part.joint == "?" and not cued]
    for first, end in zip([0, *cuts], [*cuts, len(run)], strict=True):
        parts = run[first:end]
        if is_counted(low, parts[-1].end):
            parts = parts[:-1]
        parts = _trimmed(parts)
        if parts and _is_said(low, parts, cued):
            yield _stretch(low, parts)


def _trimmed(parts: list[_Part]) -> list[_Part]:
    """Without the article or pronoun that stood next to the number."""
    first, end = 0, len(parts)
    while end > first and parts[end - 1].text in ("a", "i"):
        end -= 1
    while first < end and parts[first].text in ("a", "i") and (first + 1 == end or parts[first + 1].figures):
        first += 1
    return parts[first:end]


def _is_said(low: str, parts: Sequence[_Part], cued: bool) -> bool:
    """Whether a run names something, rather than being a price, a time or a count."""
    figures = [part for part in parts if part.figures]
    sizes = [part.figures for part in figures]
    if (
        sum(sizes) < 3
        or (len(figures) == 1 and figures[0].scaled)
        or _DECIMAL.search(low, max(0, parts[0].start - 8), parts[0].start)
    ):
        return False
    spelled = sum(part.figures for part in figures if part.spelled)
    if cued or spelled >= 3 or sum(sizes) >= 7 or len(figures) < len(parts):
        return True
    # "forty six twenty two nine" names something; "one twenty nine ninety nine" is a price.
    return len(figures) >= 3 and sum(sizes) >= 5 and sizes != [1, 2, 2]


def _stretch(low: str, parts: Sequence[_Part]) -> Stretch:
    start, end = parts[0].start, parts[-1].end
    bare = "".join(part.text for part in parts)
    if all(part.written for part in parts):
        start -= start > 0 and low[start - 1] in "+("
        start -= start > 0 and low[start - 1] == "+"
        return stretch(low, start, end, bare, grouped=len(parts) > 1 or "-" in low[start:end])
    if not parts[-1].figures and (spelling := _AS_IN.match(low, end)):
        end = spelling.end()
    joints = "".join(part.joint for part in parts[1:])
    spelled = all(part.spelled or part.written for part in parts)
    certain = "?" not in joints and (spelled or (len(bare) >= 7 and not any(part.scaled for part in parts)))
    marked = parts[0].text + "".join(part.joint + part.text for part in parts[1:])
    return stretch(low, start, end, bare, grouped=True, written=marked if certain else None)
