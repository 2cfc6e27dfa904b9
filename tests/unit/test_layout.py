"""The house keeps its own rules: generated code, import directions, and what README promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_generated_code_is_what_the_protos_say(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "protos/generate.py", tmp_path], check=True)

    def generated(root: Path) -> dict[str, str]:
        found = [*(root / "arf/v1").glob("*_pb2*"), *(root / "buf").rglob("*_pb2*")]
        return {str(p.relative_to(root)): p.read_text(encoding="utf-8") for p in found if p.suffix in (".py", ".pyi")}

    fresh = generated(tmp_path)
    assert any(name.endswith("_pb2_grpc.pyi") for name in fresh)
    assert fresh == generated(ROOT / "services"), "run `make protos`"


def test_imports_point_one_way() -> None:
    command = [sys.executable, "-c", "import importlinter.cli as c; c.lint_imports_command()", "--no-cache"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": "services", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_layers_name_every_part_of_arf() -> None:
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r"^layers = \[(.*?)^\]", config, re.MULTILINE | re.DOTALL)
    assert layers is not None
    named = set(re.findall(r"[a-z_0-9]+", layers.group(1)))
    here = {p.stem for p in (ROOT / "services/arf").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}

    assert here - {"__init__", "__main__"} <= named


def test_one_module_reads_the_environment_and_settings_ask_it() -> None:
    home = ROOT / "services/arf"
    readers = {
        str(path.relative_to(home))
        for path in home.rglob("*.py")
        if re.search(
            r"\bos\.(environ|getenv|putenv)\b|from os import .*(environ|getenv)", path.read_text(encoding="utf-8")
        )
    }
    assert readers == {"kit/environment.py"}


def test_readme_begins_with_two_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    commands = [line.split("#")[0].split() for line in block.group(1).strip().splitlines()]

    assert len(commands) == 2
    assert all(words[0] == "make" and set(words[1:]) <= _targets() for words in commands)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/services.md"])
def test_every_file_that_a_page_points_at_exists(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", (ROOT / page).read_text(encoding="utf-8"))
    folder = (ROOT / page).parent
    missing = [link for link in links if not (folder / link).exists() and not link.startswith("docs/images/")]

    assert not missing


def test_the_lock_pins_everything_exactly_and_names_no_host() -> None:
    lines = (ROOT / "requirements/lock.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]

    assert "torch==2.13.0" in pins
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", pin)] == []


@pytest.mark.parametrize(
    "target", ["help", "setup", "run", "test", "lint", "protos", "protos-image", "results", "bench", "faults", "clean"]
)
def test_make_explains_each_target(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE)
