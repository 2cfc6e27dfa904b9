"""Which reader a file gets."""

from pathlib import Path

import pytest

from arf.corpus.opening import open_corpus
from arf.kit.errors import NotFound

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
