"""Bus, database and keys as the environment names them, made where they are not there yet."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from arf.backbone import open_backbone
from arf.flow import REVISIONS
from arf.kit.errors import InvalidRecord, NotFound
from arf.privacy.master_key import create_file
from arf.privacy.seal import Forgotten
from arf.site.call_stages import SqlCallStages, StageRecord, Status
from arf.teacher.answers import CachedAnswer, SqlAnswers
from arf.v1.events_pb2 import Sealed


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


def test_a_process_forgets_when_another_has_and_the_settings_keep_no_key(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARF_KEY_CACHE_TTL", "0")
    here, there = open_backbone(), open_backbone()
    sealed = here.sealer.seal("t", "c", "arf.v1.Call", b"text", "t/c")
    assert there.sealer.open(sealed, "t/c") == b"text"
    here.sealer.forget("t", "c")
    with pytest.raises(Forgotten):
        there.sealer.open(sealed, "t/c")
    here.close()
    there.close()


def test_a_process_opens_what_another_has_forgotten_for_as_long_as_the_settings_keep_keys(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARF_KEY_CACHE_TTL", "3600")
    here, there = open_backbone(), open_backbone()
    sealed = here.sealer.seal("t", "c", "arf.v1.Call", b"text", "t/c")
    there.sealer.open(sealed, "t/c")
    here.sealer.forget("t", "c")
    assert there.sealer.open(sealed, "t/c") == b"text"
    here.close()
    there.close()


def test_its_upkeep_removes_what_the_settings_do_not_keep(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_RETENTION__CALL_STAGE", "3")
    backbone, now = open_backbone(), datetime.now(UTC)
    stages, answers = SqlCallStages(backbone.database), SqlAnswers(backbone.database)
    for days in (2, 4):
        at = now - timedelta(days=days)
        stages.record([StageRecord("t", 0, days, "acme", f"c{days}", "teacher", "e", Status.DONE, at)])
    answers.put({("acme", "h"): CachedAnswer("c", Sealed(), now, now - timedelta(seconds=1))})
    upkeep = backbone.upkeep()
    thread = threading.Thread(target=upkeep.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while stages.of_call("acme", "c4") or answers.get("acme", "h", now - timedelta(days=1)):
        assert time.monotonic() < deadline, "was not removed"
        time.sleep(0.02)
    upkeep.stop()
    thread.join(60)
    assert not thread.is_alive()
    assert stages.of_call("acme", "c2")
    backbone.close()


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
