from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.audit.log import Action, SqlAudit
from arf.corpus.generator import generate
from arf.flow import CALLS
from arf.kit.bus.headers import EVENT_ID
from tests.helpers.sealing import Site
from tests.helpers.sites import fail
from tests.unit.cli.invoke import arf


@pytest.fixture
def letters(here: Site) -> list[str]:
    return [fail(here, here.submit(call)) for call in generate(2, 5)]


def listed(data: str, tmp_path: Path, *options: str) -> list[str]:
    done = arf("dlq", "list", "--data", data, "--json", str(tmp_path / "d.json"), *options)
    assert done.status == 0
    found = [letter["id"] for letter in json.loads((tmp_path / "d.json").read_text())]
    assert all(id_ in done.out for id_ in found)
    return found


def test_replayed_letter_leaves_the_list_and_its_record_comes_again(
    here: Site, data: str, tmp_path: Path, letters: list[str]
) -> None:
    assert sorted(listed(data, tmp_path)) == sorted(letters)
    done = arf("dlq", "replay", letters[0], "--data", data, "--reason", "fixed")
    assert (done.status, done.out.strip()) == (0, "1 dead letter replayed")
    assert listed(data, tmp_path) == letters[1:]
    assert sorted(listed(data, tmp_path, "--replayed")) == sorted(letters)
    events = [record.headers[EVENT_ID] for record in here.bus.read(CALLS)]
    assert (len(events), len(set(events))) == (3, 2)
    ((_, entry),) = SqlAudit(here.database).entries("demo")
    assert (entry.action, entry.resource, entry.reason) == (Action.REPLAY, f"dlq/{letters[0]}", "fixed")


def test_all_are_replayed_when_asked_for_and_none_twice(
    here: Site, data: str, tmp_path: Path, letters: list[str]
) -> None:
    assert "2 dead letters" in arf("dlq", "replay", "--all", "--data", data).out
    assert "0 dead letters" in arf("dlq", "replay", "--all", "--data", data).out
    done = arf("dlq", "replay", letters[0], "--data", data)
    assert (done.status, "replayed already" in done.err) == (1, True)
    assert sum(1 for _ in here.bus.read(CALLS)) == 4


@pytest.mark.parametrize("options", [[], ["x", "--all"]])
def test_replay_wants_ids_or_all(here: Site, data: str, options: list[str]) -> None:
    done = arf("dlq", "replay", *options, "--data", data)
    assert (done.status, "--all" in done.err) == (1, True)


@pytest.mark.parametrize("place", [0, 1])
def test_nothing_is_audited_or_sent_when_a_letter_is_unknown(
    here: Site, data: str, letters: list[str], place: int
) -> None:
    named = [letters[0]]
    named.insert(place, "unknown")
    done = arf("dlq", "replay", *named, "--data", data)
    assert (done.status, "unknown" in done.err) == (1, True)
    assert SqlAudit(here.database).entries("demo") == []
    assert sum(1 for _ in here.bus.read(CALLS)) == 2


def test_nothing_is_audited_or_sent_when_a_letter_was_replayed_already(
    here: Site, data: str, letters: list[str]
) -> None:
    arf("dlq", "replay", letters[0], "--data", data)
    done = arf("dlq", "replay", letters[1], letters[0], "--data", data)
    assert (done.status, "replayed already" in done.err) == (1, True)
    assert [entry.resource for _, entry in SqlAudit(here.database).entries("demo")] == [f"dlq/{letters[0]}"]
    assert sum(1 for _ in here.bus.read(CALLS)) == 3


def test_a_replay_is_audited_once_when_a_letter_is_named_twice(here: Site, data: str, letters: list[str]) -> None:
    assert "1 dead letter replayed" in arf("dlq", "replay", letters[0], letters[0], "--data", data).out
    assert len(SqlAudit(here.database).entries("demo")) == 1


def test_list_can_be_read_and_copied_from_when_the_terminal_is_80_wide(
    here: Site, data: str, letters: list[str]
) -> None:
    said = arf("dlq", "list", "--data", data, width=80).out
    lines = said.splitlines()
    assert max(map(len, lines)) <= 80
    for id_, call in zip(letters, generate(2, 5), strict=True):
        (at,) = [n for n, line in enumerate(lines) if id_ in line]
        assert "teacher" in lines[at]
        assert f"{call.tenant}/{call.id}" in lines[at + 1]
        assert "tried 1" in lines[at + 1]
    assert len(lines) <= 3 + 3 * len(letters)


def test_letter_is_shown_with_its_origin_and_without_its_text(here: Site, data: str, letters: list[str]) -> None:
    done = arf("dlq", "show", letters[0], "--data", data)
    assert done.status == 0
    for word in ("stage: teacher", "error_code: INVALID_ARGUMENT", "is poisonous", "origin: arf.calls.v1["):
        assert word in done.out
    assert arf("dlq", "show", "unknown", "--data", data).status == 1
