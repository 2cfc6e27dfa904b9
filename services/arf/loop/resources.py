"""The time and memory that a run took, over all its processes."""

from __future__ import annotations

import json
import time
from pathlib import Path

from arf.calls import records
from arf.loop.memory import PeakMemory
from arf.loop.progress import Reporter


class Resources:
    """Adds this process's share to what earlier, interrupted processes recorded in `path`.

    Saved whenever a stage ends, so that a kill -9 loses at most one stage's figures.
    """

    def __init__(self, path: Path, reporter: Reporter, memory: PeakMemory) -> None:
        self._path, self._reporter, self._memory = path, reporter, memory
        self._began = time.monotonic()
        self._known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        reporter.after_stage = self.save

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds by stage, and `all` including the time between stages."""
        known: dict[str, float] = self._known.get("seconds", {})
        mine = self._reporter.seconds | {"all": time.monotonic() - self._began}
        return {name: round(known.get(name, 0.0) + mine.get(name, 0.0), 1) for name in sorted(known | mine)}

    @property
    def peak_memory_mib(self) -> float:
        """The highest of all the run's processes."""
        return round(max(float(self._known.get("peak_memory_mib", 0.0)), self._memory.mib), 1)

    def save(self) -> None:
        """Saves the figures."""
        account = {"seconds": self.seconds, "peak_memory_mib": self.peak_memory_mib}
        records.write_text(self._path, json.dumps(account, indent=2) + "\n")
