from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.cli.common import console, read_corpus, table, write_json
from arf.kit.errors import ArfError, NotFound
from tests.unit.cli.invoke import arf

GOOD = '{"id": "b", "channel": "phone", "turns": [{"speaker": "customer", "text": "hi"}]}'


def _file(path: Path, *lines: str) -> Path:
    path.write_text("".join(line + "\n" for line in lines))
    return path


def test_calls_come_in_canonical_order_when_the_file_has_another(tmp_path: Path) -> None:
    path = _file(tmp_path / "calls.jsonl", GOOD, GOOD.replace('"b"', '"a"'))
    assert [call.id for call in read_corpus(path)] == ["a", "b"]


def test_bad_lines_are_named_with_file_line_and_field_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path / "calls.jsonl", GOOD, "{", '{"id": "c", "channel": "phone", "turns": "none"}')
    assert [call.id for call in read_corpus(path)] == ["b"]
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"{path}:2: line: ")
    assert lines[1].startswith(f"{path}:3: turns: ")
    assert lines[2] == f"{path}: skipped 2 bad lines, read 1 call"


def test_a_name_with_brackets_is_told_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path / "calls[bold].jsonl", GOOD, "{")
    read_corpus(path)
    assert capsys.readouterr().err.splitlines()[1].startswith(f"{path}: skipped 1 bad line,")


def test_error_names_the_file_when_no_line_is_good(tmp_path: Path) -> None:
    with pytest.raises(ArfError, match=r"calls\.jsonl: no valid call"):
        read_corpus(_file(tmp_path / "calls.jsonl", "{"))


def test_not_found_is_raised_when_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.jsonl"):
        read_corpus(tmp_path / "nowhere.jsonl")


def test_error_says_that_a_folder_is_none_of_calls(tmp_path: Path) -> None:
    with pytest.raises(ArfError, match="is a folder"):
        read_corpus(tmp_path)


def test_json_is_sorted_and_keeps_letters_when_it_was_asked_for(tmp_path: Path) -> None:
    write_json(tmp_path / "deep" / "x.json", {"b": "é", "a": 1})
    text = (tmp_path / "deep" / "x.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"a": 1, "b": "é"}
    assert text.index('"a"') < text.index('"b"')
    assert "é" in text


def test_no_file_is_written_when_none_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_json(None, {"a": 1})
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_cut_or_wrapped_when_stdout_is_no_terminal_and_columns_are_not_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    shown = table("id", "why")
    shown.add_row("i" * 200, "so it is " * 40)
    console.print(shown)
    assert "so it is " * 40 in capsys.readouterr().out.splitlines()[-1]


def test_long_words_go_on_in_the_next_line_when_the_terminal_is_narrow(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    shown = table("id", "call")
    shown.add_row("a" * 30, "b" * 30)
    console.print(shown)
    said = capsys.readouterr().out
    assert ("…" in said, said.count("a"), said.count("b")) == (False, 31, 30)
    assert max(map(len, said.splitlines())) <= 20


@pytest.mark.parametrize("command", ["run", "analyze", "evaluate", "summarize"])
def test_command_ends_with_status_1_and_names_the_file_when_it_is_missing(command: str, tmp_path: Path) -> None:
    options = {"run": ["--out", str(tmp_path / "out")], "evaluate": ["--adapter", str(tmp_path / "a")]}
    done = arf(command, str(tmp_path / "nowhere.jsonl"), *options.get(command, []))
    assert done.status == 1
    assert done.err.startswith("arf: ")
    assert "nowhere.jsonl" in done.err
    assert done.out == ""
    assert list(tmp_path.iterdir()) == []


def test_command_ends_with_status_1_and_names_the_place_when_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder is needed")
    done = arf("corpus", "generate", "--calls", "2", "--out", str(tmp_path / "taken" / "calls.jsonl"))
    assert done.status == 1
    assert done.err.startswith("arf: ")
    assert "taken" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("arguments", [["rune"], ["run"], ["corpus", "generate", "--calls", "many", "-o", "x"]])
def test_command_ends_with_status_2_when_it_is_asked_wrongly(arguments: list[str]) -> None:
    done = arf(*arguments)
    assert done.status == 2
    assert "Usage: " in done.err
    assert done.out == ""
