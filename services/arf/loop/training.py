"""Shows several trainings as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class SideBySide:
    """Combines the progress of several trainings: steps are added up, losses are shown side by side."""

    def __init__(self, advance: Callable[..., None]) -> None:
        self._advance = advance
        self._last: dict[str, dict[str, Any]] = {}

    def __call__(self, name: str, record: dict[str, Any]) -> None:
        """Takes a job's progress record; the first one gives the job's number of steps."""
        if "loss" not in record:
            return
        before = self._last.get(name, {"step": 0})["step"]
        self._last[name] = record
        losses = ", ".join(f"{job} {self._last[job]['loss']:.3f}" for job in sorted(self._last))
        speed = sum(last["tokens_per_second"] for last in self._last.values())
        self._advance(
            record["step"] - before,
            note=f"loss {losses}; {speed:.0f} tokens/s",
            total=sum(last["steps"] for last in self._last.values()),
        )
