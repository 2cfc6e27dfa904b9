"""The table of commands, and that a command imports no more than its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from arf.cli import COMMANDS
from tests.unit.cli.invoke import arf

HEAVY = ("torch", "transformers", "spacy", "scipy", "matplotlib", "datasketch")


def test_every_module_of_the_folder_is_a_command_or_shared() -> None:
    import arf.cli

    shared = {"__init__", "__main__", "common", "settings"}
    assert {file.stem for file in Path(arf.cli.__path__[0]).glob("*.py")} - shared == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_when_it_is_asked_for(name: str) -> None:
    assert name in arf("--help").said
    own = arf(name, "--help")
    assert own.status == 0
    assert f"Usage: arf {name}" in own.said


def test_an_unknown_command_is_named() -> None:
    asked = arf("sumbit")
    assert asked.status == 2
    assert "No such command 'sumbit'" in asked.said


@pytest.mark.parametrize("arguments", [["--help"], ["submit", "--help"], ["migrate", "--help"], ["dlq", "--help"]])
def test_what_runs_beside_the_services_needs_none_of_the_heavy_packages(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from arf.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_version_is_said() -> None:
    assert arf("--version").out.strip() == f"arf {version('arf')}"
