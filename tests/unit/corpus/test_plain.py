"""Plain transcripts: speakers, several calls in a file, lines that go on, lines that are wrong."""

from pathlib import Path
from typing import Any, cast

import pytest
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


def _turns(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    corpus = open_corpus(_file(tmp_path, text))
    assert corpus.bad == []
    return [(turn.speaker, turn.text) for turn in corpus.calls[0].turns]


@pytest.mark.parametrize(
    "text",
    [
        "Agent: Hello, how can I help?\nCustomer:My lamp flickers.\n",
        "[00:00:01] Agent: Hello, how can I help?\n[00:00:04] Customer: My lamp flickers.\n",
        "(0:01) Agent: Hello, how can I help?\n(0:04) Customer: My lamp flickers.\n",
        "00:00:01.250 - Agent: Hello, how can I help?\n00:00:04.500 - Customer: My lamp flickers.\n",
        "**Agent:** Hello, how can I help?\n**Customer**: My lamp flickers.\n",
    ],
)
def test_speakers_are_told_apart_when_lines_are_written_otherwise(tmp_path: Path, text: str) -> None:
    assert _turns(tmp_path, text) == [("Agent", "Hello, how can I help?"), ("Customer", "My lamp flickers.")]


def test_a_turn_starts_at_its_time_when_the_line_has_one(tmp_path: Path) -> None:
    turns = open_corpus(_file(tmp_path, "[01:00:02.5] Ann: hi\n(2:03) Ben: hello\n")).calls[0].turns
    assert [turn.start_ms for turn in turns] == [3_602_500, 123_000]


@pytest.mark.parametrize(
    "head",
    [
        "Call ID: 77\nQueue: lamps\nRecorded: 2026-05-02\n\n",
        "Reference: L-20\nLength: 00:02:10\n",
        "Language: English\nQueue: lamps\n\n",
    ],
)
def test_the_head_of_an_export_is_no_turn_when_it_stands_before_the_call(tmp_path: Path, head: str) -> None:
    path = _file(tmp_path, head + "Agent: Hello.\nCustomer: My lamp flickers.\n")
    (call,) = open_corpus(path).calls
    assert [turn.speaker for turn in call.turns] == ["Agent", "Customer"]
    kept = dict(cast("Any", call.annotations["head"]))
    assert set(kept) == {line.partition(":")[0] for line in head.split("\n") if line}


@pytest.mark.parametrize(
    "text",
    [
        "Ann: hi\nBen: hello\n\nAnn: bye\n",
        "Ann: hi\n\nBen: hello\n",
        "Maria: Hello there\nCustomer: My lamp flickers.\nMaria: Sorry\n",
        "Maria: Hello there\nCustomer: My lamp flickers.\n",
    ],
)
def test_nobody_is_lost_to_a_head_when_short_turns_begin_the_call(tmp_path: Path, text: str) -> None:
    assert len(_turns(tmp_path, text)) == sum(bool(line) for line in text.split("\n"))


def test_the_call_is_bad_when_a_line_has_a_time_and_no_speaker(tmp_path: Path) -> None:
    (bad,) = open_corpus(_file(tmp_path, "[00:01] Agent: hi\n[00:04] my lamp flickers\n")).bad
    assert (bad.line, bad.field) == (2, "speaker")


def test_a_header_that_is_no_id_costs_its_own_call_when_others_stand_beside_it(tmp_path: Path) -> None:
    corpus = open_corpus(_file(tmp_path, "# one\nAgent: hi\n\n# call two\nAgent: ho\n\n# three\nAgent: hey\n"))
    assert [(call.id, len(call.turns)) for call in corpus.calls] == [("one", 1), ("three", 1)]
    assert [(bad.line, bad.field) for bad in corpus.bad] == [(4, "id")]
