"""Plain transcripts: speakers, several calls in a file, lines that go on, lines that are wrong."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arf.corpus.opening import open_corpus
from arf.v1.transcript_pb2 import Role


def _file(tmp_path: Path, text: str, name: str = "my call.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_file_is_one_call_when_there_is_no_header(tmp_path: Path) -> None:
    corpus = open_corpus(_file(tmp_path, "Customer: hi there\n\nAgent: hello: at your service\n"))
    (call,) = corpus.calls
    assert call.id == "my-call"
    assert [(t.speaker, t.role, t.text) for t in call.turns] == [
        ("Customer", Role.ROLE_CUSTOMER, "hi there"),
        ("Agent", Role.ROLE_AGENT, "hello: at your service"),
    ]


def test_each_header_begins_a_call_when_there_are_several(tmp_path: Path) -> None:
    corpus = open_corpus(_file(tmp_path, "# a1\nCaller: one\n\n# a2\nRep: two\n"))
    assert [(c.id, c.turns[0].text, c.turns[0].role) for c in corpus.calls] == [
        ("a1", "one", Role.ROLE_CUSTOMER),
        ("a2", "two", Role.ROLE_AGENT),
    ]


def test_line_goes_on_with_its_turn_when_it_names_no_speaker(tmp_path: Path) -> None:
    corpus = open_corpus(_file(tmp_path, "Ann: see\nhttps://example.org\n#4 is broken\nat 10:30\n"))
    assert [t.text for t in corpus.calls[0].turns] == ["see https://example.org #4 is broken at 10:30"]
    assert corpus.calls[0].turns[0].role == Role.ROLE_UNSPECIFIED


def test_only_that_call_is_lost_when_a_line_is_bad(tmp_path: Path) -> None:
    path = _file(tmp_path, "# a1\nno speaker here\nAgent: hi\n\n# a2\nAgent: hi\n\n# a2\nAgent: again\n\n# a4\n")
    corpus = open_corpus(path)
    assert [c.id for c in corpus.calls] == ["a2"]
    assert [(b.line, b.field) for b in corpus.bad] == [(2, "speaker"), (8, "id"), (11, "turns")]


def test_nothing_is_read_when_the_file_is_empty(tmp_path: Path) -> None:
    corpus = open_corpus(_file(tmp_path, "\n\n"))
    assert (corpus.calls, corpus.bad) == ([], [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_reading_never_raises_when_the_file_is_garbage(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(data + b"\n\n# last\nAgent: hi\n")
    assert open_corpus(path).calls[-1].id == "last"
