from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.audit.log import SqlAudit
from arf.corpus.generator import generate
from arf.flow import STEPS
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import sealed_for_call
from tests.helpers.sealing import Site
from tests.helpers.sites import carry
from tests.unit.cli.invoke import arf


def test_call_is_forgotten_and_who_did_it_and_why_is_written_down(here: Site, data: str, tmp_path: Path) -> None:
    (call,) = generate(1, 5)
    carry(here, call, here.submit(call))
    told = ["--reason", "the customer asked", "--json", str(tmp_path / "f.json")]
    done = arf("forget", "--call", call.id, "--data", data, *told)
    assert done.status == 0
    assert f"call {call.tenant}/{call.id} is forgotten" in done.out
    assert "no adapter was trained on it" in done.out
    assert json.loads((tmp_path / "f.json").read_text())["records"] == 1 + len(STEPS)
    ((_, entry),) = SqlAudit(here.database).entries(call.tenant)
    assert entry.reason == "the customer asked"
    assert "@" in entry.actor


def test_call_that_never_came_needs_its_tenant_and_then_cannot_come(here: Site, data: str) -> None:
    (call,) = generate(1, 5)
    done = arf("forget", "--call", call.id, "--data", data)
    assert (done.status, call.id in done.err, "--tenant" in done.err) == (1, True, True)
    sealed_for_call(here.sealer, "other", call.id, call)
    done = arf("forget", "--call", call.id, "--tenant", call.tenant, "--data", data)
    assert done.status == 0
    assert "any later one is refused" in done.out
    with pytest.raises(Forgotten):
        sealed_for_call(here.sealer, call.tenant, call.id, call)


@pytest.mark.parametrize("options", [["--call", "a b"], ["--call", "c", "--tenant", "/"]])
def test_id_that_is_none_is_refused(here: Site, data: str, options: list[str]) -> None:
    done = arf("forget", *options, "--data", data)
    assert done.status == 1
    assert options[-2] in done.err


def test_status_and_lineage_say_that_a_call_was_forgotten(here: Site, data: str) -> None:
    (call,) = generate(1, 5)
    revision = carry(here, call, here.submit(call))
    assert "forgotten" not in arf("status", "--data", data).out.splitlines()[-1]
    arf("forget", "--call", call.id, "--data", data)
    assert "; 1 forgotten; " in arf("status", "--data", data).out
    for id_ in (call.id, revision):
        assert f"call {call.id} was forgotten on 20" in arf("lineage", id_, "--data", data).out
    arf("forget", "--call", "never-came", "--tenant", call.tenant, "--data", data)
    assert "call never-came was forgotten" in arf("lineage", "never-came", "--tenant", call.tenant, "--data", data).err
