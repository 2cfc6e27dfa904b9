"""`arf up` as a user types it: real processes, a real but tiny model behind `arf serve`, on both buses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Connection, Row, Select, select

from arf.calls import records
from arf.corpus.generator import generate
from arf.flow import CALLS, FINDINGS, REVISIONS, SUMMARIES
from arf.kit.bus import dlq
from arf.kit.bus.ids import call_key
from arf.kit.db.registry import metadata
from arf.kit.errors import Corrupt
from arf.kit.server.spec import services
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import opened
from arf.privacy.store import call_key as keys
from arf.site.site import entered
from arf.site.submitting import submit
from arf.site.tracking import TOPICS
from arf.teacher.store import teacher_answer
from arf.v1.events_pb2 import DeadLetter, Sealed
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call
from tests.helpers import kafka_broker
from tests.helpers.needs import lacking
from tests.helpers.sealing import Site
from tests.helpers.sites import fail
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.cli.invoke import Done, arf

pytestmark = pytest.mark.timeout(900)

ROOT = Path(__file__).parents[2]
PATIENCE_S = 600.0


@dataclass(frozen=True)
class Up:
    """Services at work, the folder that they keep, and the folders in which nothing may be readable."""

    process: subprocess.Popen[bytes]
    data: Path
    folders: tuple[Path, ...]

    @property
    def said(self) -> str:
        return (self.data.parent / "up.log").read_text()

    def do(self, *command: str) -> Done:
        """Runs `arf`; it must succeed."""
        done = arf(*command, "--data", str(self.data))
        assert done.status == 0, done.said
        return done

    def submit(self, calls: list[Call]) -> dict[str, str]:
        """Event ids by call id, of those too that the log has already."""
        records.write(self.data.parent / "calls.jsonl", calls)
        said = self.data.parent / "submitted.json"
        self.do("submit", str(self.data.parent / "calls.jsonl"), "--json", str(said))
        done = json.loads(said.read_text())
        return {event["call_id"]: event["event_id"] for event in done["submitted"] + done["known"]}

    def stages(self) -> dict[str, dict[str, Any]]:
        """What `arf status` says when it adds up, by stage."""
        said = self.data.parent / "status.json"
        taken: dict[str, Any] = {}

        def adds_up() -> bool:
            taken.update(json.loads((self.do("status", "--json", str(said)), said.read_text())[1]))
            return bool(taken["state"] == "adds up")

        until(adds_up, self)
        return {stage["stage"]: stage for stage in taken["stages"]}

    @contextmanager
    def opened(self) -> Iterator[Site]:
        """Bus, database and keys, as a process that begins now has them."""
        with mock.patch.dict(os.environ), entered(self.data) as backbone:
            yield Site(backbone.bus, backbone.database, backbone.sealer)


def until(true: Callable[[], bool], up: Up) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, up.said
        assert up.process.poll() is None, up.said
        time.sleep(0.5)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def up(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    root = tmp_path_factory.mktemp(f"up-{request.param}")
    folders, options = [root / "site"], ["--tenant", "demo"]
    with ExitStack() as stack:
        if request.param == "kafka":
            if reason := kafka_broker.missing():
                lacking("kafka", reason)
            broker = kafka_broker.KafkaBroker(root / "kafka")
            broker.start()
            stack.callback(broker.stop)
            folders.append(root / "kafka")
            options += ["--kafka", broker.servers]
        make_tiny_model(root / "model", positions=16_384)
        command = [sys.executable, "-m", "arf.cli", "up", "--data", str(root / "site"), "--model", str(root / "model")]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'services'}", "ARF_THREADS": "1", "COLUMNS": "200"}
        log = stack.enter_context((root / "up.log").open("wb"))
        process = subprocess.Popen(
            [*command, "--free-ports", *options], env=environment, stdout=log, stderr=log, start_new_session=True
        )
        made = Up(process, root / "site", tuple(folders))
        try:
            until(lambda: "all are ready" in made.said, made)
            yield made
            children = [int(pid) for pid in (made.data / "up.lock").read_text().split()[1:]]
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0, made.said
            assert made.said.strip().endswith("stopped")
            assert len(children) == 1 + len(services())
            assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
        finally:
            process.kill()


def test_each_call_has_one_record_a_stage_also_when_it_is_submitted_twice(up: Up) -> None:
    calls = list(generate(6, seed=5))
    before = up.stages()
    first = up.submit(calls)
    once = up.stages()
    keys = sorted(call_key(call.tenant, call.id) for call in calls)
    assert up.submit(calls) == first
    with up.opened() as here:
        assert sorted(record.key for record in here.bus.read(CALLS) if record.key in keys) == keys
        # As two do that submit at once, of whom neither sees the other's.
        assert len(submit(calls, here.bus, here.sealer).published) == 6
    twice = up.stages()
    for stage in ("submit", "teacher", "analysis", "editor"):
        assert once[stage]["out"] - before[stage]["out"] == 6
        assert once[stage]["failed"] == twice[stage]["doubled"] == 0
        assert (twice[stage]["received"], twice[stage]["out"]) == (once[stage]["received"], once[stage]["out"])
    with up.opened() as here:
        assert sum(record.key in keys for record in here.bus.read(CALLS)) == 12
        kinds: dict[str, type[CallSummary | Analysis | Revision]] = {
            SUMMARIES: CallSummary, FINDINGS: Analysis, REVISIONS: Revision
        }  # fmt: skip
        for topic, kind in kinds.items():
            of_these = [record for record in here.bus.read(topic) if record.key in keys]
            assert sorted(record.key for record in of_these) == keys
            assert {opened(here.sealer, record, kind).call_id for record in of_these} == {call.id for call in calls}
    shown = up.do("lineage", calls[0].id).out
    assert all(word in shown for word in ("teacher summary", "findings", "revision"))


def test_forgotten_call_is_readable_nowhere(up: Up) -> None:
    gone, kept = generate(2, seed=6)
    for call in (gone, kept):
        call.id = f"f-{call.id}"
    events = up.submit([gone, kept])
    up.stages()
    key = call_key(gone.tenant, gone.id)
    with up.opened() as here:
        fail(here, events[gone.id])
        assert readable(here, key) >= 5
        wrapped = here.database.read(
            lambda connection: connection.execute(select(keys.c.wrapped).where(keys.c.call_id == gone.id)).scalar_one()
        )
        assert any(bytes(wrapped) in content for content in contents(up))
    up.do("forget", "--call", gone.id, "--reason", "asked to")
    with up.opened() as here:
        assert readable(here, key) == 0
        assert readable(here, call_key(kept.tenant, kept.id)) >= 4
        asked = select(teacher_answer.c.call_id)

        def kept_answers() -> Sequence[str]:
            return here.database.read(lambda connection: connection.execute(asked).scalars().all())

        # They are written in batches, some time after the answer.
        until(lambda: kept.id in kept_answers(), up)
        assert gone.id not in kept_answers()
    said = [turn.text.encode() for call in (gone, kept) for turn in call.turns if len(turn.text) > 20]
    assert len(said) >= 4
    for content in contents(up):
        assert bytes(wrapped) not in content
        assert not any(text in content for text in said)
    refused = arf("submit", str(up.data.parent / "calls.jsonl"), "--data", str(up.data))
    assert f"{gone.tenant}/{gone.id} was forgotten" in refused.err
    up.stages()


def test_service_that_is_killed_comes_back_and_goes_on(up: Up) -> None:
    pids = [int(pid) for pid in (up.data / "up.lock").read_text().split()[1:]]
    command = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in pids}
    (analysis,) = [pid for pid, line in command.items() if "arf.analysis" in line]
    before = up.stages()
    up.submit(list(generate(2, seed=7)))
    os.kill(analysis, signal.SIGKILL)
    until(lambda: up.said.count("analysis is ready") == 2, up)
    assert "analysis ended (signal SIGKILL); again in" in up.said
    assert up.stages()["editor"]["out"] - before["editor"]["out"] == 2


def readable(here: Site, key: str) -> int:
    """How many sealed values of a call, in topics, dead letters and tables, can be opened."""
    sealed = [Sealed.FromString(record.value) for t in TOPICS[:-1] for record in here.bus.read(t) if record.key == key]
    for letter in dlq.letters(here.bus):
        dead: DeadLetter = letter.dead
        if dead.key.decode() == key:
            sealed.append(Sealed.FromString(dead.value))
    call_id = key.rpartition("/")[2]
    for table in metadata().sorted_tables:
        if "call_id" not in table.c or table is keys:
            continue
        own = select(table).where(table.c.call_id == call_id)
        rows = here.database.read(partial(_all, own))
        sealed += [value for row in rows for value in row if isinstance(value, Sealed)]
    count = 0
    for one in sealed:
        try:
            here.sealer.open(one, key)
        except Forgotten:
            continue
        except Corrupt:
            # A cached answer, which is sealed for its own place: the key that opens it there is not gone.
            pass
        count += 1
    return count


def _all(wanted: Select[Any], connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(wanted).all()


def contents(up: Up) -> Iterator[bytes]:
    """Every file of the services and of the broker."""
    for folder in up.folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield file.read_bytes()
