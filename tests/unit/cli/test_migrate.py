from __future__ import annotations

from pathlib import Path

import pytest

from arf.flow import CALLS
from arf.kit.bus.sqlite.bus import SqliteBus
from arf.kit.db.database import Database
from arf.kit.db.migrate import check
from arf.kit.errors import NotFound
from arf.privacy.master_key import create_file
from tests.unit.cli.invoke import arf


@pytest.mark.parametrize("topics", [True, False])
def test_tables_are_made_and_topics_unless_somebody_else_makes_them(
    topics: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_file(tmp_path / "key")
    monkeypatch.setenv("ARF_BUS", f"sqlite:{tmp_path / 'bus.db'}")
    monkeypatch.setenv("ARF_DATABASE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", str(tmp_path / "key"))
    assert arf("migrate", *([] if topics else ["--no-topics"])).status == 0
    database = Database.open(f"sqlite:///{tmp_path / 'state.db'}")
    check(database)
    database.close()
    bus = SqliteBus(tmp_path / "bus.db", 10)
    if topics:
        assert bus.partitions(CALLS) == 4
    else:
        with pytest.raises(NotFound):
            bus.partitions(CALLS)
    bus.close()
