"""Every service that has a worker removes what is too old, of all rooms, whichever service keeps it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

pytest.importorskip("grpc", reason="not installed: pip install 'arf[server]'")

from arf.backbone import open_backbone
from arf.kit.server.spec import services
from arf.privacy.call_keys import SqlCallKeys
from arf.privacy.master_key import MasterKeys, create_file
from arf.site.call_stages import SqlCallStages, StageRecord, Status
from arf.teacher.answers import CachedAnswer, SqlAnswers
from arf.v1.events_pb2 import Sealed
from tests.helpers.services import Run
from tests.helpers.stages import until


@pytest.mark.parametrize("service", [spec.name for spec in services()])
def test_what_is_too_old_is_gone_when_a_services_worker_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, service: str
) -> None:
    create_file(tmp_path / "master.key")
    upstream = {"name": "none", "kind": "openai", "model": "m", "url": "http://127.0.0.1:1/v1"}
    for name, value in {
        "BUS": f"sqlite:{tmp_path}/bus.db",
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.db",
        "MASTER_KEY_FILE": f"{tmp_path}/master.key",
        "TEACHER_UPSTREAMS": json.dumps([upstream]),
        "EDITOR_MODEL": "none",
        "RETENTION__CALL_KEY": "30",
        "RETENTION__CALL_STAGE": "3",
    }.items():
        monkeypatch.setenv(f"ARF_{name}", value)
    backbone, now = open_backbone(), datetime.now(UTC)
    stages, answers = SqlCallStages(backbone.database), SqlAnswers(backbone.database)
    keys, seal = SqlCallKeys(backbone.database), MasterKeys.load(tmp_path / "master.key")
    old = keys.get_or_create("acme", "old", lambda *_: seal.wrap(b"key", b""), now - timedelta(days=4_000))
    for days in (2, 4):
        at = now - timedelta(days=days)
        stages.record([StageRecord("t", 0, days, "acme", f"c{days}", "teacher", "e", Status.DONE, at)])
    answers.put({("acme", "h"): CachedAnswer("c", Sealed(), now, now - timedelta(seconds=1))})

    run(import_module(f"arf.{service}.app"), "worker")

    def removed() -> bool:
        return not stages.of_call("acme", "c4") and answers.get("acme", "h", now - timedelta(days=1)) is None

    until(removed)
    assert stages.of_call("acme", "c2")
    # Keys go by hand alone: a clock that runs ahead must not destroy them.
    assert keys.by_id(old.key_id) == old
    backbone.close()
