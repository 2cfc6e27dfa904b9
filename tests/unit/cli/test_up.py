from __future__ import annotations

from pathlib import Path

from arf.platform.supervisor import Lock
from tests.unit.cli.invoke import arf


def test_it_ends_before_anything_starts_when_the_model_is_missing(tmp_path: Path) -> None:
    done = arf("up", "--data", str(tmp_path / "s"), "--model", str(tmp_path))
    assert (done.status, "config.json" in done.err) == (1, True)
    assert not (tmp_path / "s/logs").exists()


def test_second_one_on_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    lock = Lock(tmp_path / "s")
    done = arf("up", "--data", str(tmp_path / "s"))
    lock.close()
    assert (done.status, "services of it are running" in done.err) == (1, True)


def test_broker_of_another_site_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s/site.env").write_text("ARF_BUS='kafka:a:1'\n")
    done = arf("up", "--data", str(tmp_path / "s"), "--kafka", "b:2")
    assert (done.status, "belongs to the bus kafka:a:1" in done.err) == (1, True)
