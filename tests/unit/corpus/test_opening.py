"""Which reader a file gets."""

import os
import threading
from pathlib import Path

import pytest

from arf.corpus.opening import open_corpus
from arf.kit.errors import ArfError, NotFound

_NATIVE = '{"id": "n1", "turns": [{"speaker": "agent", "text": "hi"}]}\n'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.jsonl", _NATIVE, "n1"),
        ("a.txt", "Agent: hi\n", "a"),
        ("a.log", "\n" + _NATIVE, "n1"),
        ("a.log", "Agent: hi\n", "a"),
    ],
)
def test_form_is_recognised_when_extension_or_content_tells(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert [c.id for c in open_corpus(path).calls] == [expected]


@pytest.mark.parametrize("name", ["none.jsonl", "none.txt", "none"])
def test_not_found_when_there_is_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        open_corpus(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b'[{"id": "n1"}]', "is a JSON array: make JSONL of it"),
        ("a.export", b"[\n  {}\n]", "is a JSON array"),
        ("a.jsonl.gz", b"\x1f\x8b\x08\x00rest", "is packed with gzip: unpack it first"),
        ("a.csv", b"speaker,text\n", "is a table"),
    ],
)
def test_a_form_that_is_not_read_is_named_with_what_to_do(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ArfError, match=said):
        open_corpus(path)


def test_nothing_is_lost_when_the_corpus_comes_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_text, args=(_NATIVE + _NATIVE.replace("n1", "n2"),))
    writing.start()
    assert [call.id for call in open_corpus(pipe).calls] == ["n1", "n2"]
    writing.join()
