"""The doctor names what is missing and what to do about it."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from arf import doctor

ROOT = Path(__file__).parents[2]

_REQUIREMENTS = [
    "protobuf==7.36.2",
    "safetensors; extra == 'inference'",
    'torch==2.13.0; extra == "inference"',
    "arf[inference]; extra == 'finetune'",
]


def _versions(**known: str) -> doctor.Version:
    def version(name: str) -> str:
        if name not in known:
            raise metadata.PackageNotFoundError(name)
        return known[name]

    return version


def _by_name(found: list[doctor.Check]) -> dict[str, doctor.Check]:
    return {check.name: check for check in found}


def test_packages_are_well_when_each_has_its_pin_and_a_build_tag_does_not_matter() -> None:
    found = _by_name(doctor.packages(_REQUIREMENTS, _versions(protobuf="7.36.2", safetensors="1", torch="2.13.0+cpu")))

    assert set(found) == {"packages: core", "packages: inference"}
    assert all(check.ok and not check.advice for check in found.values())


def test_packages_name_the_missing_one_and_its_extra() -> None:
    found = _by_name(doctor.packages(_REQUIREMENTS, _versions(protobuf="7.36.2", safetensors="1")))[
        "packages: inference"
    ]

    assert not found.ok
    assert found.found == "torch is missing"
    assert "'.[inference]'" in found.advice
    assert found.required


def test_packages_name_both_versions_when_one_is_not_the_pinned_one() -> None:
    found = _by_name(doctor.packages(_REQUIREMENTS, _versions(protobuf="6.0.0")))["packages: core"]
    assert found.found == "protobuf is 6.0.0, not 7.36.2"


def test_developers_tools_are_not_required() -> None:
    (found,) = doctor.packages(["ruff==1; extra == 'dev'"], _versions())
    assert not found.ok
    assert not found.required


def test_all_that_is_required_is_there_when_loop_alone_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"]]
    declared += [f"{line}; extra == '{extra}'" for extra, lines in extras.items() for line in lines]
    installed, left = list(project["dependencies"]), ["loop"]
    while left:
        for line in extras[left.pop()]:
            nested = re.fullmatch(r"arf\[(.*)\]", line)
            left += nested[1].split(",") if nested else []
            installed += [] if nested else [line]
    there = {name: pin for name, _, pin in (line.partition("==") for line in installed)}

    found = doctor.packages(declared, _versions(**there))
    assert [check.name for check in found if check.required and not check.ok] == []
    assert {"packages: server", "packages: kafka", "packages: up"} <= {check.name for check in found if not check.ok}
    assert {"packages: core", "packages: analysis", "packages: finetune", "packages: loop"} <= {
        check.name for check in found if check.required
    }


def test_packages_say_so_when_arf_is_not_installed() -> None:
    (found,) = doctor.packages(None, _versions())
    assert not found.ok
    assert "make setup" in found.advice


@pytest.mark.parametrize(
    ("version", "ok"), [((3, 10, 14), False), ((3, 11, 0), True), ((3, 14, 1), True), ((4, 0, 0), True)]
)
def test_python_is_judged_by_its_minor_version(version: tuple[int, int, int], ok: bool) -> None:
    found = doctor.python(version)
    assert found.ok is ok
    assert bool(found.advice) is not ok


def test_a_missing_model_is_no_obstacle_and_says_how_to_get_it(tmp_path: Path) -> None:
    found = doctor.model_cache(None, tmp_path)

    assert not found.ok
    assert not found.required
    assert "arf models pull" in found.advice


def test_a_full_disk_is_an_obstacle_and_names_the_place(tmp_path: Path) -> None:
    found = doctor.disk(100 * 2**20, tmp_path)

    assert not found.ok
    assert found.required
    assert str(tmp_path) in found.found


def test_more_threads_than_cores_are_named() -> None:
    found = _by_name(doctor.memory_and_threads(100_000))["threads"]
    assert not found.ok
    assert "ARF_THREADS=" in found.advice


def test_the_cache_may_not_exist_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_HOME", str(tmp_path / "not" / "yet"))
    names = _by_name(doctor.checks())

    assert {"Python", "model", "disk"} <= set(names)
    assert not (tmp_path / "not").exists()
