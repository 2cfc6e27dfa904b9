"""A service in a process of its own, started and watched by a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Process:
    """The service of tests.helpers.drain_process. Every wait is bounded by the test's own timeout."""

    def __init__(self, folder: Path, role: str, **settings: str) -> None:
        self.folder = folder
        self._log = folder / "log"
        names = {"PORT": "0", "HEALTH_PORT": "0", "METRICS_PORT": "0", "GRACE_S": "60", **settings}
        variables = {f"ARF_{name}": value for name, value in names.items()}
        paths = os.pathsep.join([str(ROOT / "services"), str(ROOT)])
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.helpers.drain_process", str(folder), role],
                env={**os.environ, **variables, "PYTHONPATH": paths},
                stdout=log,
                cwd=folder,
            )

    def lines(self) -> list[dict[str, Any]]:
        """Its log, whole lines only; nothing but JSON is in it."""
        whole, _, _ = self._log.read_text(encoding="utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def logged(self, event: str) -> dict[str, Any]:
        """The first record of an event, when it comes."""
        return self.until(lambda: next((line for line in self.lines() if line["event"] == event), None))

    def port(self, name: str) -> int:
        """The number of a port."""
        found = self.until(lambda: next((line for line in self.lines() if line.get("name") == name), None))
        return int(found["port"])

    def until(self, found: Callable[[], Any]) -> Any:
        """What `found` gives, once it is something."""
        while not (value := found()):
            assert self.process.poll() is None or found(), self._log.read_text(encoding="utf-8")
            time.sleep(0.02)
        return value

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.folder / name).exists()
