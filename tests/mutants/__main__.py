"""`make mutants MODULE=arf.kit.bus.window`: changes a module in one place at a time and lists what no test notices.

Cosmic Ray makes the changes, in copies of the tree: constants, comparisons, operators, branches. Against each of them
run the tests that mirror the module (tests/unit/kit/bus/test_window.py) and, if these notice nothing, the unit tests
that import it by name. A change that survives needs a test, or a reason why it is no fault.
"""

from __future__ import annotations

import argparse
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import attrs
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import WorkerOutcome, WorkItem

ROOT = Path(__file__).parents[2]
COPIED = ("services", "tests", "examples", "protos", "pyproject.toml")

LEFT_OUT = ("core/NoOp", "core/ReplaceBinaryOperator_BitOr", "core/ReplaceComparisonOperator_Is")
"""Changes that mostly change nothing: `|` stands in types, and `is` beside None."""


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the survivors; 1 if there are any, 2 if the tests fail before anything is changed."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("module", help="e.g. arf.kit.bus.window")
    parser.add_argument("--tests", nargs="*", help="files or folders in place of the tests that mirror the module")
    parser.add_argument("--most", type=int, default=0, help="try so many changes, drawn at random; all by default")
    parser.add_argument("--workers", type=int, default=2, help="changes tried at a time")
    given = parser.parse_args(argv)
    source = Path("services", *given.module.split(".")).with_suffix(".py")
    rounds = [given.tests] if given.tests else [tests for tests in nearest(given.module) if tests]
    _say(f"{source} against {', then '.join(' '.join(tests) for tests in rounds)}")
    with tempfile.TemporaryDirectory(prefix="arf-mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(given.workers):
            copies.put(_copied(Path(folder) / str(number)))
        first = copies.get()
        limits_s = []
        for tests in rounds:
            began = time.monotonic()
            if subprocess.run(_command(first, tests), check=False).returncode:
                _say("The tests fail before anything is changed.")
                return 2
            # What loops for ever is noticed too. A busy machine may take several times as long as it did a moment ago.
            limits_s.append(10 + 5 * (time.monotonic() - began))
        copies.put(first)
        items = list(_changes(Path(folder) / "changes.sqlite", first / source, given.most))

        def survives(item: WorkItem) -> bool:
            copy = copies.get()
            try:
                moved = [attrs.evolve(change, module_path=copy / source) for change in item.mutations]
                for tests, limit_s in zip(rounds, limits_s, strict=True):
                    result = mutate_and_test(moved, shlex.join(_command(copy, tests)), limit_s)
                    if result.worker_outcome != WorkerOutcome.NORMAL or result.is_killed:
                        return False
            finally:
                copies.put(copy)
            _say(_shown(item, result))
            return True

        with ThreadPoolExecutor(given.workers) as pool:
            survived = sum(pool.map(survives, items))
    _say(f"{given.module}: {len(items)} changes tried, {len(items) - survived} noticed, {survived} survived")
    return 1 if survived else 0


def nearest(module: str) -> tuple[list[str], list[str]]:
    """The tests that mirror a module, and the other unit tests that import it by name; either may be empty."""
    _, *parents, name = module.split(".")
    folder = Path("tests/unit", *parents)
    mirror = {path for path in (folder / f"test_{name}.py", folder / name) if (ROOT / path).exists()}
    imports = (f"from {module} import", f"from {'.'.join(['arf', *parents])} import {name}\n", f"import {module}")
    files = (ROOT / "tests/unit").rglob("test_*.py")
    users = {path.relative_to(ROOT) for path in files if any(it in path.read_text(encoding="utf-8") for it in imports)}
    users = {path for path in users if not mirror & {path, *path.parents}}
    if not mirror and not users:
        users = {folder}
    return sorted(map(str, mirror)), sorted(map(str, users))


def _copied(copy: Path) -> Path:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    return copy


def _command(copy: Path, tests: Sequence[str]) -> list[str]:
    """Runs tests in a copy, on the code of that copy, also in the processes that they start."""
    path = f"PYTHONPATH={copy / 'services'}:{copy}"
    options = ["-q", "-x", "--no-header", "--tb=no", "--timeout=120", "-p", "no:cacheprovider", "-m", "not model"]
    command = ["env", "-C", str(copy), path, "PYTHONDONTWRITEBYTECODE=1", sys.executable, "-m", "pytest", *options]
    return [*command, *tests]


def _changes(database: Path, source: Path, most: int) -> Iterator[WorkItem]:
    with use_db(str(database)) as known:
        init([source], known, {})
        items = [item for item in known.work_items if not item.mutations[0].operator_name.startswith(LEFT_OUT)]
    if most and most < len(items):
        items = random.Random(0).sample(items, most)
    yield from sorted(items, key=lambda item: item.mutations[0].start_pos)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _shown(item: WorkItem, result: Any) -> str:
    change = item.mutations[0]
    lines = [line for line in result.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return "\n".join([f"line {change.start_pos[0]}, {change.operator_name.removeprefix('core/')}:", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
