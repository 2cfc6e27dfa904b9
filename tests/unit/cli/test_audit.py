from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from arf.audit.log import Action, AuditEntry, SqlAudit
from tests.helpers.sealing import Site
from tests.unit.cli.invoke import arf

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_entries_are_shown_in_order_and_by_tenant_and_from_a_number_on(here: Site, data: str, tmp_path: Path) -> None:
    log = SqlAudit(here.database)
    numbers = [
        log.append(AuditEntry(AT, tenant, "ann@desk", Action.FORGET, f"calls/{tenant}", "she asked [for it]"))
        for tenant in ("acme", "other", "acme")
    ]
    shown = arf("audit", "--data", data, "--tenant", "acme", "--json", str(tmp_path / "a.json")).out
    assert "2 entries" in shown
    assert "she asked [for it]" in " ".join(shown.split())
    assert json.loads((tmp_path / "a.json").read_text())[0] == {
        "number": numbers[0],
        "at": "2026-11-24T12:00:00+00:00",
        "tenant": "acme",
        "actor": "ann@desk",
        "action": "FORGET",
        "resource": "calls/acme",
        "reason": "she asked [for it]",
    }
    assert "1 entry" in arf("audit", "--data", data, "--after", str(numbers[1])).out
    assert "3 entries" in arf("audit", "--data", data).out


def test_nothing_is_cut_when_the_terminal_is_80_wide(here: Site, data: str) -> None:
    resource = "dlq/0f5a4f0e-8f6c-5f7e-9b47-6d6c0c0b1a2e"
    SqlAudit(here.database).append(
        AuditEntry(AT, "acme", "ann@a-desk-of-a-long-name", Action.REPLAY, resource, "mended")
    )
    said = arf("audit", "--data", data, width=80).out
    assert "…" not in said
    assert "2026-11-24 12:00" in said
    assert max(map(len, said.splitlines())) <= 80


def test_what_a_command_did_is_there_with_who_did_it(here: Site, data: str) -> None:
    assert arf("forget", "--call", "never-came", "--tenant", "acme", "--reason", "law", "--data", data).status == 0
    shown = arf("audit", "--data", data).out
    assert "FORGET" in shown
    assert "law" in shown


def test_terminal_is_not_controlled_by_what_was_entered(here: Site, data: str) -> None:
    SqlAudit(here.database).append(AuditEntry(AT, "acme", "ann\x1b[2J", Action.FORGET, "calls/c", "gone\x9b31m\x07"))
    said = arf("audit", "--data", data).out
    assert "gone" in said
    assert not set(said) & {"\x1b", "\x9b", "\x07"}
