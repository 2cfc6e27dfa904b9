from __future__ import annotations

from pathlib import Path

import pytest

from arf.site.supervisor import folder_lock
from tests.unit.cli.invoke import arf


def test_it_ends_before_anything_starts_when_the_model_is_missing(tmp_path: Path) -> None:
    done = arf("up", "--data", str(tmp_path / "s"), "--model", str(tmp_path))
    assert (done.status, "config.json" in done.err) == (1, True)
    assert not (tmp_path / "s/logs").exists()


def test_second_one_on_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    lock = folder_lock(tmp_path / "s")
    done = arf("up", "--data", str(tmp_path / "s"))
    lock.close()
    assert (done.status, "services of it are running" in done.err) == (1, True)


def test_tenant_that_is_no_id_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = arf("up", "--data", str(tmp_path / "s"), "--tenant", "a b")
    assert (done.status, done.err.splitlines()) == (
        1,
        ["arf: --tenant: 'a b' is not an id: 1 to 128 of A-Z a-z 0-9 . _ : -"],
    )
    assert not (tmp_path / "s").exists()
    monkeypatch.setenv("ARF_TENANT", "/")
    assert "ARF_TENANT: '/' is not an id" in arf("up", "--data", str(tmp_path / "s")).err
    assert not (tmp_path / "s/site.env").exists()


def test_broker_of_another_site_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s/site.env").write_text("ARF_BUS='kafka:a:1'\n")
    done = arf("up", "--data", str(tmp_path / "s"), "--kafka", "b:2")
    assert (done.status, "belongs to the bus kafka:a:1" in done.err) == (1, True)
