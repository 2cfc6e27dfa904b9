"""Opens a corpus in whichever of the known forms it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from arf.corpus.plain import iter_plain
from arf.corpus.reader import BadLine, Corpus, collect, iter_calls, open_bytes
from arf.v1.transcript_pb2 import Call

_NATIVE = frozenset({".jsonl", ".ndjson", ".json"})
_PLAIN = frozenset({".txt", ".text"})
_SNIFFED = 4096


def open_corpus(path: Path) -> Corpus:
    """All calls of a file, native JSONL or plain transcript. Raises NotFound."""
    return collect(iter_corpus(path))


def iter_corpus(path: Path) -> Iterator[Call | BadLine]:
    """Calls and bad lines of a file as they come. The extension decides; of others, whether it begins with `{`."""
    suffix = path.suffix.lower()
    if suffix in _NATIVE:
        return iter_calls(path)
    if suffix in _PLAIN:
        return iter_plain(path)
    return iter_calls(path) if _begins_with_object(path) else iter_plain(path)


def _begins_with_object(path: Path) -> bool:
    with open_bytes(path) as source:
        return source.read(_SNIFFED).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
