from __future__ import annotations

from pathlib import Path

import pytest

from arf.audit.log import Action, SqlAudit
from arf.site.adapter_routes import tables
from tests.helpers.lora_folders import route_to, write_adapter
from tests.helpers.sealing import Site
from tests.unit.cli.invoke import arf


def test_table_is_written_with_its_shares_and_audited(here: Site, data: str, tmp_path: Path) -> None:
    folder = write_adapter(tmp_path / "My Student")
    given = ("--data", data, "--tenant", "acme")
    assert arf("adapters", "route", f"{folder}=12.5", "base=87.5", *given, "--reason", "a canary").status == 0
    done = arf("adapters", "route", f"{folder}=100", *given, "--rollback")
    assert "routing table 2 of acme/customer_service" in done.out
    (table,) = tables(here.bus).values()
    (route,) = table.routes
    assert (table.generation, table.rollback, route.share_bp) == (2, True, 10_000)
    assert (route.adapter, route.uri) == (route_to(folder, prefix="my-student").adapter, folder.resolve().as_uri())
    entries = [entry for _, entry in SqlAudit(here.database).entries("acme")]
    assert [(entry.action, entry.reason) for entry in entries] == [
        (Action.PROMOTE, "a canary"),
        (Action.ROLLBACK, "not given"),
    ]


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        (["base=99"], "add up to 99 %"),
        (["base"], "is not FOLDER=PERCENT"),
        (["base=nan"], "is not FOLDER=PERCENT"),
        (["base=150"], "up to 100 percent"),
        (["/no/such/folder=100"], "adapter_model.safetensors"),
    ],
)
def test_shares_that_cannot_be_are_refused(here: Site, data: str, shares: list[str], word: str) -> None:
    done = arf("adapters", "route", *shares, "--data", data)
    assert (done.status, word in done.said) == (1, True)
    assert tables(here.bus) == {}


def test_engine_that_is_away_is_named(here: Site, data: str) -> None:
    done = arf("adapters", "announce", "--data", data, "--engine", "http://127.0.0.1:9/v1", "--once")
    assert (done.status, "the engine does not answer" in done.err) == (1, True)
