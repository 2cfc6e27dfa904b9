"""Reads native JSONL, one call per line; bad lines are reported and skipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from arf.corpus.call_json import parse_call, unknown_fields
from arf.kit.errors import InvalidRecord
from arf.v1.transcript_pb2 import Call

MAX_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class BadLine:
    """A line without a valid call: its position, the wrong field and why. `line` counts from 1."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.reason}"


@dataclass(frozen=True)
class UnknownField:
    """A field that the call format does not have and that was ignored, with the first line that has it."""

    file: str
    line: int
    field: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: unknown field, not read here or further on"


CorpusEntry = Call | BadLine | UnknownField


def iter_calls(source: BinaryIO, file: str) -> Iterator[CorpusEntry]:
    """Yields a native JSONL source's calls and problems, with one line in memory at a time; `file` is its name."""
    seen: dict[tuple[str, str], int] = {}
    unknown: set[str] = set()
    for number, line in _lines(source):
        try:
            raw = parse_line(line)
            if raw is None:
                continue
            call = parse_call(raw)
            remember(call, number, seen)
        except InvalidRecord as error:
            yield BadLine(file, number, error.field, error.reason)
            continue
        for field in unknown_fields(raw):
            if field not in unknown:
                unknown.add(field)
                yield UnknownField(file, number, field)
        yield call


def parse_line(line: bytes) -> dict[str, object] | None:
    """The JSON object on a line, or None if it is blank. Raises InvalidRecord."""
    if len(line) > MAX_LINE_BYTES:
        raise InvalidRecord("line", f"longer than {MAX_LINE_BYTES} bytes")
    text = decode(line).strip()
    if not text:
        return None
    try:
        raw = json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        raise InvalidRecord("line", f"not JSON: {error}") from None
    except RecursionError:
        raise InvalidRecord("line", "not JSON that can be read: nested too deep") from None
    if not isinstance(raw, dict):
        raise InvalidRecord("line", "not a JSON object")
    return raw


def remember(call: Call, line: int, seen: dict[tuple[str, str], int]) -> None:
    """Adds the call's id to `seen`. Raises InvalidRecord if its tenant already has a call with that id."""
    key = (call.tenant, call.id)
    if key in seen:
        raise InvalidRecord("id", f"{call.id} is already taken by line {seen[key]}")
    seen[key] = line


def decode(line: bytes) -> str:
    """The text of a line, without a byte-order mark. Raises InvalidRecord if it is not UTF-8."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRecord("line", f"not UTF-8 at byte {error.start}") from None


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, each cut one byte past the limit, so that a file without newlines cannot exhaust memory."""
    number = 0
    while line := source.readline(MAX_LINE_BYTES + 1):
        number += 1
        rest = line
        while len(line) > MAX_LINE_BYTES and rest and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE_BYTES)
        yield number, line


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
