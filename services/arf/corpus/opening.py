"""Opens a corpus in whichever of the known forms it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arf.corpus.plain import iter_plain
from arf.corpus.reader import BadLine, iter_calls, open_bytes
from arf.v1.transcript_pb2 import Call

_NATIVE = frozenset({".jsonl", ".ndjson", ".json"})
_PLAIN = frozenset({".txt", ".text"})
_SNIFFED = 4096


@dataclass(frozen=True)
class Corpus:
    """The calls of a file in the order they stand there, and the lines that were passed by."""

    calls: list[Call]
    bad: list[BadLine]


def open_corpus(path: Path) -> Corpus:
    """All calls of a file, native JSONL or plain transcript. Raises NotFound.

    The extension decides which it is; of others, whether it begins with `{`.
    """
    corpus = Corpus([], [])
    for item in _read(path):
        if isinstance(item, BadLine):
            corpus.bad.append(item)
        else:
            corpus.calls.append(item)
    return corpus


def _read(path: Path) -> Iterator[Call | BadLine]:
    suffix = path.suffix.lower()
    if suffix in _NATIVE:
        return iter_calls(path)
    if suffix in _PLAIN:
        return iter_plain(path)
    return iter_calls(path) if _begins_with_object(path) else iter_plain(path)


def _begins_with_object(path: Path) -> bool:
    with open_bytes(path) as source:
        return source.read(_SNIFFED).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
