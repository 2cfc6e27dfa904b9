"""Bus, database and keys as the environment names them, made where they are not there yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from arf.kit.backbone import open_backbone
from arf.kit.bus.topics import REVISIONS
from arf.kit.errors import InvalidRecord, NotFound
from arf.kit.master_key import create_file


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    create_file(tmp_path / "master.key")
    monkeypatch.setenv("ARF_BUS", f"sqlite:{tmp_path}/bus.db")
    monkeypatch.setenv("ARF_BUS_PARTITIONS", "3")
    monkeypatch.setenv("ARF_DATABASE_URL", f"sqlite:///{tmp_path}/store.db")
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", f"{tmp_path}/master.key")
    return tmp_path


def test_topics_tables_and_keys_are_there_when_it_opens_and_again(place: Path) -> None:
    first = open_backbone()
    sealed = first.sealer.seal("t", "c", "arf.v1.Call", b"text", "t/c")
    assert first.bus.partitions(REVISIONS) == 3
    for check in first.readiness.values():
        check()
    first.close()

    second = open_backbone()
    assert second.sealer.open(sealed, "t/c") == b"text"
    second.close()


def test_it_says_what_is_missing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", f"{place}/none.key")
    with pytest.raises(NotFound, match=r"none\.key"):
        open_backbone()
    monkeypatch.delenv("ARF_MASTER_KEY_FILE")
    with pytest.raises(InvalidRecord, match="ARF_MASTER_KEY_FILE"):
        open_backbone()


def test_a_topic_of_another_size_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_backbone().close()
    monkeypatch.setenv("ARF_BUS_PARTITIONS", "4")
    with pytest.raises(InvalidRecord, match="exists with 3, not 4"):
        open_backbone()
