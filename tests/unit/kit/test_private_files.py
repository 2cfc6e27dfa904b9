"""What ARF keeps is for its owner alone, whatever the process' mask says."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from arf.kit.bus.port import Message, TopicSpec
from arf.kit.bus.sqlite.bus import SqliteBus
from arf.kit.db.database import Database
from arf.kit.db.migrate import upgrade
from arf.kit.private_files import private
from arf.kit.stage_worker import cache_file


@pytest.fixture(autouse=True)
def open_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_databases_and_what_is_beside_them_are_for_the_owner_alone(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/state.db")
    upgrade(database)
    bus = SqliteBus(tmp_path / "bus.db")
    bus.create_topics([TopicSpec("t", 1)])
    bus.publish([Message("t", "k", b"v")])
    cache_file(tmp_path / "caches", "done")
    found = {file.name: rights(file) for file in tmp_path.rglob("*") if file.is_file()}
    assert {"state.db", "state.db-wal", "bus.db", "bus.db-wal", "bus.db-shm", "done.db"} <= found.keys()
    assert set(found.values()) == {0o600}
    bus.close()
    database.close()


def test_of_a_file_that_exists_only_others_lose_their_rights(tmp_path: Path) -> None:
    for name, mode in (("shared.db", 0o664), ("shared.db-wal", 0o664), ("own", 0o600)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    private(tmp_path / "shared.db")
    private(tmp_path / "own")
    assert [rights(tmp_path / name) for name in ("shared.db", "shared.db-wal", "own")] == [0o660, 0o660, 0o600]


def test_what_is_in_the_way_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        private(tmp_path / "file" / "below").open("ab")
