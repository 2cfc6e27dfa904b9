from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from rich.console import Console

from arf.cli.status import _shown
from arf.corpus.generator import generate
from arf.flow import CALLS, STEPS
from arf.kit.bus.parking import PARKED, parked_message
from arf.site.live_calls import LiveCalls
from arf.site.status import FlowState, SiteStatus, StageStatus
from arf.site.supervisor import folder_lock
from tests.helpers.sealing import Site
from tests.helpers.sites import carry
from tests.unit.cli.invoke import arf


def consume(here: Site) -> None:
    for step in STEPS:
        consumer = here.bus.consumer(step.stage, [step.input])
        while records := consumer.poll(100, 0.0):
            consumer.commit(records, [])
        consumer.close()


def test_stages_are_shown_and_written_as_json(here: Site, data: str, tmp_path: Path) -> None:
    for call in generate(2, 5):
        carry(here, call, here.submit(call))
    here.submit(call)
    consume(here)
    done = arf("status", "--data", data, "--json", str(tmp_path / "s.json"))
    assert done.status == 0
    assert done.out.strip().endswith("1 submitted again, and not repeated; 0 decided by people; adds up")
    said = json.loads((tmp_path / "s.json").read_text())
    assert (said["state"], said["repeated"], said["reviewed"]) == ("adds up", 1, 0)
    numbers = [(s["stage"], s["received"], s["out"], s["failed"], s["lag"]) for s in said["stages"]]
    assert numbers == [(name, 2, 2, 0, 0) for name in ("submit", *(s.stage for s in STEPS))]


def test_status_is_1_when_a_record_is_lost_and_0_while_it_may_come(here: Site, data: str) -> None:
    (call,) = generate(1, 5)
    here.submit(call)
    done = arf("status", "--data", data)
    assert (done.status, "working" in done.out) == (0, True)
    consume(here)
    done = arf("status", "--data", data)
    assert (done.status, "does not add up" in done.out) == (1, True)


def test_it_is_said_that_nothing_runs_when_calls_wait_or_services_were_stopped(here: Site, data: str) -> None:
    hint = "no services of this folder are running: `arf up`"
    assert hint not in arf("status", "--data", data).out
    here.submit(next(iter(generate(1, 5))))
    assert arf("status", "--data", data).out.strip().endswith(hint)
    lock = folder_lock(Path(data))
    assert hint not in arf("status", "--data", data).out
    lock.close()
    consume(here)
    assert hint in arf("status", "--data", data).out


def test_who_waits_is_named_with_the_reason(here: Site, data: str, tmp_path: Path) -> None:
    here.submit(next(iter(generate(1, 5))))
    (record,) = here.bus.read(CALLS)
    here.bus.publish([parked_message(PARKED, "teacher", record, "the budget is spent")])
    consume(here)
    done = arf("status", "--data", data, "--json", str(tmp_path / "s.json"))
    tenant = record.key.partition("/")[0]
    assert f"teacher: 1 of tenant {tenant} wait: the budget is spent" in " ".join(done.out.split())
    held = {"stage": "teacher", "tenant": tenant, "parked": 1, "reason": "the budget is spent"}
    assert json.loads((tmp_path / "s.json").read_text())["held"] == [held]


def test_no_column_is_cut_when_the_terminal_is_80_wide_and_the_numbers_are_large(tmp_path: Path) -> None:
    many = StageStatus(
        "analysis", 9_999_999, 9_999_999, 999_999, 99_999, 9_999_999, 99_999, 9_999_999, 99_999.0, 999.99
    )
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(_shown(SiteStatus(FlowState.WORKING, (many,), 0, 0, live=LiveCalls(1, 2, 1, 7.0)), tmp_path))
    shown = console.export_text()
    assert "…" not in shown
    assert "stage in out failed forgotten waiting doubled lag oldest out/s" in " ".join(shown.split())


def test_watch_goes_on_until_it_is_interrupted(here: Site, data: str, tmp_path: Path) -> None:
    seen = []

    def submit_then_interrupt(_: float) -> None:
        seen.append(json.loads((tmp_path / "s.json").read_text())["stages"][0]["received"])
        if len(seen) == 2:
            raise KeyboardInterrupt
        here.submit(next(iter(generate(1, 5))))

    with mock.patch("time.sleep", submit_then_interrupt):
        done = arf("status", "--watch", "--data", data, "--json", str(tmp_path / "s.json"))
    assert (done.status, seen) == (130, [0, 1])


def test_what_a_service_complains_of_is_shown_while_calls_wait(here: Site, data: str) -> None:
    logs = Path(data) / "logs"
    logs.mkdir()
    now = datetime.now(UTC)
    said = {"event": "upstream is unwell", "level": "warning", "reason": "gpt: HTTP 401\x1b[2J: no such key"}
    lines = [
        {**said, "reason": "older", "timestamp": (now - timedelta(seconds=30)).isoformat()},
        {**said, "timestamp": now.isoformat()},
        {"event": "teacher pauses", "level": "warning", "timestamp": now.isoformat()},
        {"event": "started", "level": "info", "timestamp": now.isoformat()},
    ]
    (logs / "teacher.log").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"cut')
    (logs / "editor.log").write_text(json.dumps({**said, "timestamp": (now - timedelta(hours=1)).isoformat()}) + "\n")
    assert "unwell" not in arf("status", "--data", data).out
    here.submit(next(iter(generate(1, 5))))
    shown = arf("status", "--data", data).out
    assert shown.splitlines()[-1] == "teacher: upstream is unwell: gpt: HTTP 401 [2J: no such key"
    assert "editor: upstream" not in shown
