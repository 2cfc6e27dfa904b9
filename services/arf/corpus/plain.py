"""Plain transcripts: `Speaker: text` lines, one call a file or several, each under a line `# id` of its own.

A line without a speaker goes on with the turn before it. Blank lines mean nothing, but a `# id` line counts as a
header only at the start of the file or after a blank line, so that a `#` within a turn stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arf.corpus.call_json import MAX_TURN_TEXT, parse_call
from arf.corpus.reader import BadLine, decode, open_bytes, remember
from arf.kit.errors import InvalidRecord
from arf.kit.identifiers import is_id
from arf.v1.transcript_pb2 import Call

_HEADER = re.compile(r"#\s*(\S+)\s*")
_TURN = re.compile(r"\s*([^\W\d_][\w .'()-]{0,60}?)\s*:(?:\s+(.*))?$")
_ALIASES = {
    **dict.fromkeys(("customer", "client", "caller", "user"), "CUSTOMER"),
    **dict.fromkeys(("agent", "representative", "rep", "operator", "advisor", "adviser", "support"), "AGENT"),
    **dict.fromkeys(("bot", "assistant", "chatbot", "virtual assistant"), "BOT"),
    **dict.fromkeys(("third party", "third_party"), "THIRD_PARTY"),
}


@dataclass
class _Draft:
    id: str
    line: int
    turns: list[dict[str, Any]] = field(default_factory=list)
    error: BadLine | None = None


def iter_plain(path: Path) -> Iterator[Call | BadLine]:
    """Calls and bad lines of a plain transcript file; a bad line costs the call it stands in. Raises NotFound."""
    seen: dict[tuple[str, str], int] = {}
    for draft in _drafts(path):
        if draft.error is not None:
            yield draft.error
            continue
        try:
            call = parse_call({"id": draft.id, "turns": draft.turns})
            remember(call, draft.line, seen)
        except InvalidRecord as error:
            yield BadLine(str(path), draft.line, error.field, error.reason)
        else:
            yield call


def _drafts(path: Path) -> Iterator[_Draft]:
    draft = _Draft(_id_of(path), 1)
    after_blank, headed = True, False
    with open_bytes(path) as source:
        for number, line in enumerate(source, 1):
            try:
                text = decode(line).strip()
                header = _HEADER.fullmatch(text) if after_blank else None
                after_blank = not text
                if header:
                    if headed or draft.turns or draft.error:
                        yield draft
                    draft, headed = _Draft(header[1], number), True
                elif text:
                    _add(draft, text)
            except InvalidRecord as error:
                draft.error = draft.error or BadLine(str(path), number, error.field, error.reason)
    if headed or draft.turns or draft.error:
        yield draft


def _add(draft: _Draft, text: str) -> None:
    if match := _TURN.fullmatch(text):
        turn = {"speaker": match[1], "text": match[2] or ""}
        if role := _ALIASES.get(match[1].lower()):
            turn["role"] = role
        draft.turns.append(turn)
        return
    if not draft.turns:
        raise InvalidRecord("speaker", "the first line of a call must be `Speaker: text`")
    last = draft.turns[-1]
    if len(last["text"]) <= MAX_TURN_TEXT:
        last["text"] = f"{last['text']} {text}".strip()


def _id_of(path: Path) -> str:
    """The file's name as an id: what an id may not hold becomes a hyphen."""
    name = re.sub(r"[^A-Za-z0-9._:-]+", "-", path.stem).strip("-")[:128]
    return name if is_id(name) else "call"
