"""Opens a corpus in any of the supported formats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from arf.corpus.plain import iter_plain
from arf.corpus.reader import BadLine, CorpusEntry, UnknownField, iter_calls
from arf.kit.errors import ArfError, NotFound
from arf.v1.transcript_pb2 import Call

_LINES = frozenset({".jsonl", ".ndjson"})
_NATIVE = _LINES | {".json"}
_PLAIN = frozenset({".txt", ".text"})
_TABLES = frozenset({".csv", ".tsv", ".xls", ".xlsx"})
_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ": "xz"}
_MARK = b"\xef\xbb\xbf"
_FORMS = "JSONL, one call a line, or `Speaker: text` lines"


@dataclass(frozen=True)
class Corpus:
    """The calls of a file in order, and what was skipped: bad lines and unknown fields."""

    calls: list[Call]
    bad: list[BadLine]
    unknown: list[UnknownField]


def open_corpus(path: Path) -> Corpus:
    """All calls of a file or a pipe, native JSONL or plain transcript.

    The extension decides which it is; of others, whether it begins with `{`. Raises NotFound, ArfError for a form that
    is known and not read: a JSON array, a table, something packed.
    """
    corpus = Corpus([], [], [])
    with _opened(path) as source:
        for item in _items(path, source):
            if isinstance(item, BadLine):
                corpus.bad.append(item)
            elif isinstance(item, UnknownField):
                corpus.unknown.append(item)
            else:
                corpus.calls.append(item)
    return corpus


def _items(path: Path, source: BufferedReader) -> Iterator[CorpusEntry]:
    # Peeked at rather than read: a pipe's data cannot be read twice.
    first = source.peek(1)
    start, suffix = first.removeprefix(_MARK).lstrip(), path.suffix.lower()
    for magic, name in _PACKED.items():
        if first.startswith(magic):
            raise ArfError(f"{path}: is packed with {name}: unpack it first; what can be read is {_FORMS}")
    if suffix in _TABLES:
        raise ArfError(f"{path}: is a table: make {_FORMS} of it")
    if suffix not in _LINES | _PLAIN and start[:1] == b"[" and start[1:].lstrip()[:1] in (b"{", b"]"):
        raise ArfError(f"{path}: is a JSON array: make JSONL of it, one call a line: jq -c '.[]' {path}")
    if suffix in _NATIVE or (suffix not in _PLAIN and start.startswith(b"{")):
        return iter_calls(source, str(path))
    return iter_plain(source, path)


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise NotFound(f"{path}: no such file") from None
