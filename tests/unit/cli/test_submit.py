from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.flow import CALLS
from arf.kit.bus.headers import EVENT_ID
from arf.site.site import recorded
from arf.site.supervisor import folder_lock
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site
from tests.helpers.sites import carry, fail
from tests.unit.cli.fakes import corpus
from tests.unit.cli.invoke import arf


def test_calls_are_in_the_log_with_the_ids_that_the_file_says(here: Site, data: str, tmp_path: Path) -> None:
    done = arf("submit", str(corpus(tmp_path / "c.jsonl", 3)), "--data", data, "--json", str(tmp_path / "said.json"))
    assert (done.status, done.out.strip()) == (0, "3 calls submitted")
    said = json.loads((tmp_path / "said.json").read_text())
    records = list(here.bus.read(CALLS))
    assert sorted(e["event_id"] for e in said["submitted"]) == sorted(r.headers[EVENT_ID] for r in records)
    assert len({r.headers["traceparent"] for r in records}) == 3
    assert {call.id for call in here.messages(CALLS, Call)} == {e["call_id"] for e in said["submitted"]}


def test_corpus_that_is_submitted_again_adds_what_is_new_alone(here: Site, data: str, tmp_path: Path) -> None:
    file, said = corpus(tmp_path / "c.jsonl", 3), tmp_path / "said.json"
    first = arf("submit", str(file), "--data", data, "--json", str(said))
    events = json.loads(said.read_text())["submitted"]
    lines = file.read_text().splitlines()
    changed = json.loads(lines[0])
    changed["turns"][0]["text"] += " Hello?"
    file.write_text("\n".join([json.dumps(changed), *lines[1:]]))
    again = arf("submit", str(file), "--data", data, "--json", str(said))
    third = arf("submit", str(file), "--data", data)
    assert (first.status, again.status, third.status) == (0, 0, 0)
    assert again.out.strip() == "1 call submitted; 2 are in the log already, unchanged"
    assert third.out.strip() == "0 calls submitted; 3 are in the log already, unchanged"
    assert json.loads(said.read_text())["known"] == events[1:]
    assert len(list(here.bus.read(CALLS))) == 4


def test_bad_lines_are_named_and_the_rest_goes_on(here: Site, data: str, tmp_path: Path) -> None:
    file = corpus(tmp_path / "c.jsonl", 2)
    with file.open("a") as out:
        out.write('{"id": "x"}\n')
    (gone, _) = (json.loads(line) for line in file.read_text().splitlines()[:2])
    here.sealer.forget(gone["tenant"], gone["id"])
    done = arf("submit", str(file), "--data", data)
    assert (done.status, done.out.strip()) == (0, "1 call submitted")
    assert f"{file}:3: turns: missing" in done.err
    assert f"{file}: call {gone['id']}: call {gone['tenant']}/{gone['id']} was forgotten" in done.err


def test_status_is_1_when_no_call_could_be_taken(here: Site, data: str, tmp_path: Path) -> None:
    done = arf("submit", str(corpus(tmp_path / "c.jsonl", 1)), "--data", data, "--tenant", "globex")
    assert done.status == 1
    assert "tenant: is demo, but --tenant says globex" in done.err
    assert list(here.bus.read(CALLS)) == []


def test_calls_that_say_no_tenant_are_the_sites_and_others_are_warned_of(
    here: Site, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARF_TENANT", "acme")
    file = corpus(tmp_path / "c.jsonl", 2)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    del lines[0]["tenant"]
    file.write_text("\n".join(map(json.dumps, lines)))
    done = arf("submit", str(file), "--data", data)
    assert (done.status, done.out.strip()) == (0, "2 calls submitted")
    assert sorted(record.key.split("/")[0] for record in here.bus.read(CALLS)) == ["acme", "demo"]
    assert "1 call of tenant demo" in done.err
    assert "serve only acme" in done.err
    monkeypatch.setenv("ARF_JWKS_FILE", "keys.json")
    assert "alone" not in arf("submit", str(file), "--data", data).err


@pytest.mark.parametrize("options", [["--tenant", "demo"], []])
def test_nobody_is_warned_when_the_apis_serve_the_calls_tenant(
    here: Site, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setenv("ARF_TENANT", "demo")
    done = arf("submit", str(corpus(tmp_path / "c.jsonl", 1)), "--data", data, *options)
    assert (done.status, "alone" in done.err) == (0, False)


def test_it_is_said_that_nothing_runs_unless_something_does(
    here: Site, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(corpus(tmp_path / "c.jsonl", 1))
    assert arf("submit", file, "--data", data).err.strip().endswith("no services of this folder are running: `arf up`")
    lock = folder_lock(Path(data))
    assert "arf up`" not in arf("submit", file, "--data", data).err
    lock.close()
    for name, value in recorded(Path(data)).items():
        monkeypatch.setenv(name, value)
    # The site of the environment is not this folder's: who knows what runs there?
    assert "arf up`" not in arf("submit", file, "--data", str(tmp_path / "none")).err


def test_tenant_that_is_no_id_is_refused(here: Site, data: str, tmp_path: Path) -> None:
    done = arf("submit", str(corpus(tmp_path / "c.jsonl", 1)), "--data", data, "--tenant", "a b")
    assert (done.status, done.err.startswith("arf: --tenant: 'a b' is not an id")) == (1, True)


def test_it_is_said_what_to_do_when_there_are_no_services(tmp_path: Path) -> None:
    done = arf("submit", str(corpus(tmp_path / "c.jsonl", 1)), "--data", str(tmp_path / "none"))
    assert done.status == 1
    assert "no services were started here" in done.err


def test_waiting_ends_when_all_are_through_and_names_those_that_are_not(here: Site, data: str, tmp_path: Path) -> None:
    file, said = corpus(tmp_path / "c.jsonl", 2), tmp_path / "said.json"
    assert arf("submit", str(file), "--data", data, "--json", str(said)).status == 0
    first, second = here.messages(CALLS, Call)
    events = {event["call_id"]: event["event_id"] for event in json.loads(said.read_text())["submitted"]}
    carry(here, first, events[first.id])
    carry(here, second, events[second.id], "teacher")
    early = arf("submit", str(file), "--data", data, "--wait", "0")
    assert (early.status, "1 of 2 have one record at each stage" in early.said) == (1, True)
    assert f"{second.tenant}/{second.id}: analysis 0 records, editor 0 records" in early.said
    carry(here, second, events[second.id], "analysis", "editor")
    done = arf("submit", str(file), "--data", data, "--wait", "60")
    assert (done.status, "2 of 2 have one record at each stage" in done.said) == (0, True)


def test_waiting_ends_at_once_when_what_is_left_has_failed(here: Site, data: str, tmp_path: Path) -> None:
    file, said = corpus(tmp_path / "c.jsonl", 1), tmp_path / "said.json"
    arf("submit", str(file), "--data", data, "--json", str(said))
    (event,) = json.loads(said.read_text())["submitted"]
    fail(here, event["event_id"])
    done = arf("submit", str(file), "--data", data, "--wait", "600")
    assert (done.status, f"{event['tenant']}/{event['call_id']}: teacher failed" in done.said) == (1, True)


def test_waiting_tells_a_call_that_a_stage_did_twice(here: Site, data: str, tmp_path: Path) -> None:
    file, said = corpus(tmp_path / "c.jsonl", 1), tmp_path / "said.json"
    arf("submit", str(file), "--data", data, "--json", str(said))
    (event,) = json.loads(said.read_text())["submitted"]
    (call,) = here.messages(CALLS, Call)
    carry(here, call, event["event_id"])
    carry(here, call, event["event_id"])
    done = arf("submit", str(file), "--data", data, "--wait", "0")
    assert (done.status, f"{call.tenant}/{call.id}: teacher 2 records" in done.said) == (1, True)
