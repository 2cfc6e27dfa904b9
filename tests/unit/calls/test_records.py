"""Files are replaced whole, and what is no ordinary file stays what it is."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from arf.calls.records import write_text
from arf.kit.errors import ArfError


def test_a_link_stays_a_link_when_its_file_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    assert sorted(tmp_path.iterdir()) == [link, target]


def test_a_pipe_gets_the_text_and_stays_a_pipe_when_it_is_written_to(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reading = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")))
    reading.start()
    write_text(pipe, "words")
    reading.join()
    assert got == ["words"]
    assert pipe.is_fifo()


def test_the_device_is_still_one_when_it_was_written_to() -> None:
    write_text(Path("/dev/null"), "words")
    assert Path("/dev/null").is_char_device()


def test_the_file_is_named_and_nothing_is_left_when_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.json"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArfError, match=r"x\.json: cannot be written: No space left on device"):
        write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
