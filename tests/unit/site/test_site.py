from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from arf.backbone import Backbone
from arf.flow import CALLS
from arf.kit.errors import InvalidRecord, NotFound, Unavailable
from arf.site import site


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (site.BUS, site.DATABASE, site.MASTER_KEY, site.TENANT):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_site_is_in_its_folder_when_nothing_else_is_said(tmp_path: Path) -> None:
    variables = site.prepare(tmp_path / "s")
    assert variables[site.BUS] == f"sqlite:{tmp_path}/s/bus.db"
    assert variables[site.DATABASE] == f"sqlite:///{tmp_path}/s/state.db"
    key = Path(variables[site.MASTER_KEY])
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    site.prepare(tmp_path / "s")
    assert key.read_bytes() == before


def test_no_other_master_key_is_made_when_that_of_a_site_is_gone(tmp_path: Path) -> None:
    site.write(tmp_path, site.prepare(tmp_path))
    (tmp_path / "master.key").unlink()
    with pytest.raises(NotFound, match=r"master\.key is gone"):
        site.prepare(tmp_path)
    assert not (tmp_path / "master.key").exists()


def test_variables_of_the_environment_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(site.DATABASE, "postgresql://u:p@h/n")
    assert site.prepare(tmp_path)[site.DATABASE] == "postgresql://u:p@h/n"
    site.write(tmp_path, site.prepare(tmp_path) | {site.BUS: "sqlite:recorded"})
    monkeypatch.setenv(site.BUS, "sqlite:mine")
    assert site.known_to(tmp_path)[site.BUS] == "sqlite:mine"
    assert site.known_to(tmp_path)[site.MASTER_KEY] == f"{tmp_path}/master.key"


def test_broker_is_remembered_and_another_one_refused(tmp_path: Path) -> None:
    site.write(tmp_path, site.prepare(tmp_path, "a:1", "acme"))
    again = site.prepare(tmp_path)
    assert (again[site.BUS], again[site.TENANT]) == ("kafka:a:1", "acme")
    assert site.prepare(tmp_path, "a:1")[site.BUS] == "kafka:a:1"
    with pytest.raises(InvalidRecord, match="kafka:a:1"):
        site.prepare(tmp_path, "b:2")


def test_folder_is_not_bound_to_a_broker_that_never_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(given: dict[str, str]) -> Backbone:
        raise Unavailable(f"{given[site.BUS]} does not answer")

    monkeypatch.setenv(site.BUS, "kafka:old:1")
    with monkeypatch.context() as patch:
        patch.setattr(site, "open_backbone", away)
        with pytest.raises(Unavailable, match="kafka:typo:1"):
            site.settle(tmp_path, site.prepare(tmp_path, "typo:1"))
    monkeypatch.delenv(site.BUS)
    site.settle(tmp_path, site.prepare(tmp_path))
    assert site.prepare(tmp_path)[site.BUS] == f"sqlite:{tmp_path}/bus.db"


def test_not_found_is_raised_when_no_services_were_started(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="arf up"), site.entered(tmp_path):
        raise AssertionError("there is nothing to enter")


def test_environment_is_as_it_was_when_a_site_has_been_entered(tmp_path: Path) -> None:
    site.settle(tmp_path, site.prepare(tmp_path))
    before = dict(os.environ)
    with site.entered(tmp_path) as backbone:
        assert backbone.bus.partitions(CALLS) == 4
    assert dict(os.environ) == before
    assert (tmp_path / "bus.db").exists()


def test_file_says_the_same_to_a_shell(tmp_path: Path) -> None:
    odd = tmp_path / "a b $HOME ${X}"
    variables = site.prepare(odd)
    site.write(odd, variables)
    assert (odd / "site.env").stat().st_mode & 0o777 == 0o600
    script = 'set -a; . "$0"; printf "%s" "$ARF_BUS"'
    said = subprocess.run(["bash", "-c", script, odd / "site.env"], capture_output=True, text=True, check=True)
    assert said.stdout == variables[site.BUS]
    assert site.recorded(odd) == variables


def test_value_that_the_file_cannot_keep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord, match="ARF_BUS"):
        site.write(tmp_path, {site.BUS: "sqlite:it's"})
    assert not (tmp_path / "site.env").exists()
