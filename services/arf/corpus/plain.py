"""Plain transcripts: `Speaker: text` lines, one call a file or several, each under a line `# id` of its own.

A line without a speaker goes on with the turn before it. Times before a speaker (`[00:01:04] Agent: …`) become the
turn's start; Markdown around a speaker (`**Agent:** …`) means nothing. Lines at the head of an export (`Call ID: 8812`)
are kept as annotations, not taken for speakers. Blank lines mean nothing else, but a `# id` line counts as a header
only at the start of the file or after a blank line, so that a `#` within a turn stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from arf.calls.speakers import role_of
from arf.corpus.call_json import MAX_TURN_TEXT, parse_call
from arf.corpus.reader import BadLine, decode, remember
from arf.kit.errors import InvalidRecord
from arf.kit.identifiers import is_id
from arf.v1.transcript_pb2 import Call

_HEADER = re.compile(r"#\s+?(\S.*)|#([^\s#].*)")
_TIME = re.compile(r"[\[(]?(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?[\])]?\s*(?:[-–|]\s*)?")
_LINE = re.compile(r"[*_]{0,3}([^\W\d_][\w .'()#&/-]{0,60}?)[*_ ]{0,4}:[*_]{0,3}(\s+|$|(?=[^\s/]))(.*)")
_SENTENCE = re.compile(r"[.!?](\s|$)")
_VALUE_WORDS = 6
"""A value in the header of an export rarely has more words than this; speech does."""


@dataclass(frozen=True)
class _Line:
    """A line `label: text`; `loose` if no space follows the colon, which can occur by chance in running text."""

    number: int
    label: str
    text: str
    start_ms: int | None
    loose: bool


@dataclass
class _Draft:
    """A call being read: its labelled lines, each with its continuation lines."""

    id: str
    line: int
    lines: list[tuple[_Line, list[str]]] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    error: BadLine | None = None

    @property
    def begun(self) -> bool:
        """Whether any line of the call has been read."""
        return bool(self.lines or self.error)


def iter_plain(source: BinaryIO, path: Path) -> Iterator[Call | BadLine]:
    """Calls and bad lines of a plain transcript; a bad line invalidates its call. `path` is the file's name."""
    seen: dict[tuple[str, str], int] = {}
    for draft in _drafts(source, path):
        if draft.error is not None:
            yield draft.error
            continue
        try:
            call = parse_call(_as_json(draft))
            remember(call, draft.line, seen)
        except InvalidRecord as error:
            yield BadLine(str(path), draft.line, error.field, error.reason)
        else:
            yield call


def _drafts(source: BinaryIO, path: Path) -> Iterator[_Draft]:
    draft = _Draft(_id_of(path), 1)
    after_blank, headed = True, False
    for number, line in enumerate(source, 1):
        try:
            text = decode(line).strip()
            header = _HEADER.fullmatch(text) if after_blank else None
            after_blank = not text
            if header:
                if headed or draft.begun:
                    yield draft
                draft, headed = _Draft((header[1] or header[2]).strip(), number), True
                if not is_id(draft.id):
                    raise InvalidRecord("id", f"{draft.id[:128]!r} is none: 1 to 128 of A-Z a-z 0-9 . _ : -")
            elif text:
                _add(draft, number, text)
            else:
                draft.blanks.append(len(draft.lines))
        except InvalidRecord as error:
            draft.error = draft.error or BadLine(str(path), number, error.field, error.reason)
    if headed or draft.begun:
        yield draft


def _add(draft: _Draft, number: int, text: str) -> None:
    time = _TIME.match(text)
    rest = text[time.end() :] if time else text
    match = _LINE.fullmatch(rest)
    if match and not (match[2] == "" and match[3].startswith("//")):
        start_ms = _milliseconds(time) if time else None
        loose = match[2] == "" and bool(match[3]) and not role_of(match[1]) and start_ms is None
        known = any(line.label == match[1] for line, _ in draft.lines)
        if not loose or known or not draft.lines:
            draft.lines.append((_Line(number, match[1], match[3], start_ms, loose), []))
            return
    if time and text[0] in "[(":
        raise InvalidRecord("speaker", "a line with a time must say who speaks: `[00:01:04] Speaker: text`")
    if not draft.lines:
        raise InvalidRecord("speaker", "the first line of a call must be `Speaker: text`")
    draft.lines[-1][1].append(text)


def _as_json(draft: _Draft) -> dict[str, Any]:
    """The call as the native format's JSON object."""
    head = _head(draft)
    made: dict[str, Any] = {"id": draft.id, "turns": []}
    for line, more in draft.lines[head:]:
        turn: dict[str, Any] = {"speaker": line.label, "text": _joined(line.text, more)}
        if line.start_ms is not None:
            turn["start_ms"] = line.start_ms
        made["turns"].append(turn)
    if head:
        made["annotations"] = {"head": {line.label: _joined(line.text, more) for line, more in draft.lines[:head]}}
    return made


def _head(draft: _Draft) -> int:
    """How many of the first lines are the head of an export: none of their labels speaks anywhere in the call.

    They hold values, not what somebody says, and end at the first line with a time where lines have times, else at the
    first label that is a role or at a blank line before which at least two stand.
    """
    lines = [line for line, _ in draft.lines]
    timed, named = any(line.start_ms is not None for line in lines), any(role_of(line.label) for line in lines)
    end = 0
    for line in lines:
        if role_of(line.label) or line.start_ms is not None or len(line.text.split()) > _VALUE_WORDS:
            break
        if _SENTENCE.search(line.text):
            break
        end += 1
    if end == len(lines):
        end = 0
    blank = max((blank for blank in draft.blanks if blank <= end), default=0)
    if named and not timed and not all(any(map(str.isdigit, line.text)) for line in lines[:end]):
        end = blank
    elif not (timed or named):
        end = blank if blank >= 2 else 0
    speaking = {line.label for line in lines[end:]}
    return 0 if any(line.label in speaking for line in lines[:end]) else end


def _joined(text: str, more: Sequence[str]) -> str:
    """A turn's text with its continuation lines; text beyond the length limit is dropped, and the turn rejected."""
    size, kept = len(text), [text] if text else []
    for line in more:
        if size > MAX_TURN_TEXT:
            break
        kept.append(line)
        size += len(line) + 1
    return " ".join(kept)


def _milliseconds(time: re.Match[str]) -> int:
    hours, minutes, seconds, fraction = time.groups()
    return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int((fraction or "0").ljust(3, "0"))


def _id_of(path: Path) -> str:
    """The file's name as an id, with characters that ids do not allow replaced by hyphens."""
    name = re.sub(r"[^A-Za-z0-9._:-]+", "-", path.stem).strip("-")[:128]
    return name if is_id(name) else "call"
