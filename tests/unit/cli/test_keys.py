from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from arf.audit.log import Action, SqlAudit
from arf.corpus.generator import generate
from arf.privacy.store import call_key
from tests.helpers.sealing import Site
from tests.unit.cli.invoke import arf


def aged(here: Site, count: int, old: int) -> list[str]:
    """Submits calls, the first `old` of them three years ago; returns the ids of those."""
    calls = list(generate(count, 5))
    for call in calls:
        here.submit(call)
    ids = [call.id for call in calls[:old]]
    at = datetime.now(UTC) - timedelta(days=3 * 365)
    made = update(call_key).where(call_key.c.call_id.in_(ids)).values(created_at=at)
    here.database.write(lambda connection: connection.execute(made))
    return ids


def test_a_dry_run_counts_and_a_real_one_destroys_and_is_written_down(here: Site, data: str, tmp_path: Path) -> None:
    (old,) = aged(here, 20, 1)
    dry = arf("keys", "purge", "--dry-run", "--data", data, "--json", str(tmp_path / "p.json"))
    assert dry.status == 0
    assert "1 of 20 keys" in dry.out
    assert json.loads((tmp_path / "p.json").read_text())["destroyed"] == 0
    done = arf("keys", "purge", "--reason", "two years are over", "--data", data)
    assert "1 keys are destroyed" in done.out
    ((_, entry),) = SqlAudit(here.database).entries(None)
    assert (entry.action, entry.reason) == (Action.PURGE, "two years are over")
    gone = select(call_key.c.call_id).where(call_key.c.destroyed_at.is_not(None))
    assert here.database.read(lambda connection: connection.execute(gone).scalars().all()) == [old]


def test_a_large_share_needs_somebodys_word(here: Site, data: str) -> None:
    aged(here, 4, 3)
    stopped = arf("keys", "purge", "--data", data)
    assert (stopped.status, "that is 75% of all calls' keys" in stopped.err) == (1, True)
    assert SqlAudit(here.database).entries(None) == []
    assert "3 keys are destroyed" in arf("keys", "purge", "--yes", "--data", data).out


def test_young_keys_are_refused(here: Site, data: str) -> None:
    done = arf("keys", "purge", "--days", "7", "--data", data)
    assert (done.status, "7 are less than 30" in done.err) == (1, True)
