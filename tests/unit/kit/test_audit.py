"""The audit log in a file."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from arf.kit.audit import Action, Audit, Entry, JsonlAudit
from arf.kit.errors import Corrupt, InvalidRecord, Unavailable

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def entry(tenant: str = "acme", reason: str = "asked by the customer\nin writing") -> Entry:
    return Entry(AT, tenant, "ann", Action.FORGET, "calls/c1", reason)


def test_entries_come_back_as_they_were_and_their_numbers_grow(tmp_path: Path) -> None:
    log: Audit = JsonlAudit(tmp_path / "audit.jsonl")
    numbers = [log.append(entry()), log.append(entry("globex")), log.append(entry())]

    assert numbers == sorted(set(numbers))
    assert log.entries("acme") == [(numbers[0], entry()), (numbers[2], entry())]
    assert log.entries("acme", after=numbers[0], limit=1) == [(numbers[2], entry())]


def test_another_process_appends_to_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    JsonlAudit(file).append(entry())
    before = file.read_bytes()
    JsonlAudit(file).append(entry("globex"))

    assert file.read_bytes().startswith(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_deed_without_a_reason_is_refused_and_not_written(tmp_path: Path, reason: str) -> None:
    with pytest.raises(InvalidRecord, match="reason"):
        JsonlAudit(tmp_path / "audit.jsonl").append(entry(reason=reason))
    assert not (tmp_path / "audit.jsonl").exists()


def test_what_cannot_be_written_is_not_to_be_done(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        JsonlAudit(tmp_path / "missing" / "audit.jsonl").append(entry())


def test_a_line_that_was_tampered_with_is_named(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    log = JsonlAudit(file)
    log.append(entry())
    file.write_text(file.read_text(encoding="utf-8").replace("FORGET", "FORGOT"), encoding="utf-8")

    with pytest.raises(Corrupt, match=r"audit\.jsonl"):
        log.entries("acme")


def test_a_log_that_nobody_has_written_to_is_empty(tmp_path: Path) -> None:
    assert JsonlAudit(tmp_path / "audit.jsonl").entries("acme") == []
