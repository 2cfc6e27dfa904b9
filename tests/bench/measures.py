"""What a benchmark measured: one figure of ARF's beside the baseline's, taken in turns, and the machine it was on."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from rich.markup import escape
from rich.table import Table


@dataclass
class Comparison:
    """One figure in several rounds: ARF's and the baseline's of each round, measured one after the other.

    `check` says how it was made sure that both did the same work.
    """

    name: str
    unit: str
    baseline_name: str
    check: str = ""
    ours: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)

    def add(self, ours: float, baseline: float) -> None:
        """Notes a round."""
        self.ours.append(ours)
        self.baseline.append(baseline)

    @property
    def ratios(self) -> list[float]:
        """ARF's figure over the baseline's, by round: what slowed a round down slowed both."""
        return [a / b for a, b in zip(self.ours, self.baseline, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(self.ratios)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "name": self.name,
            "unit": self.unit,
            "arf": _spread(self.ours),
            "baseline": _spread(self.baseline) | {"name": self.baseline_name},
            "ratio": _spread(self.ratios),
            "check": self.check,
        }


def table(title: str, comparisons: Sequence[Comparison]) -> Table:
    """Medians with the lowest and highest round; what the baseline is, and what was checked, is below each name."""
    shown = Table("", "ARF", "baseline", "ratio", title=title, show_lines=True)
    for c in comparisons:
        name = "\n".join([f"{c.name}, {c.unit}", f"against {c.baseline_name}", *([c.check] if c.check else [])])
        # Escaped: rich reads a bracket as markup.
        shown.add_row(escape(name), *(escape(_shown(values)) for values in (c.ours, c.baseline, c.ratios)))
    return shown


def machine(threads: int, packages: Sequence[str]) -> dict[str, str]:
    """CPU, cores that may be used, threads, load when it was asked, versions."""
    process = psutil.Process()
    cores = len(process.cpu_affinity()) if hasattr(process, "cpu_affinity") else os.cpu_count()
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in packages}
    return {
        "cpu": _cpu(),
        "cores": str(cores),
        "threads": str(threads),
        "load": f"{psutil.getloadavg()[0]:.2f}",
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _spread(values: Sequence[float]) -> dict[str, Any]:
    return {
        "median": statistics.median(values),
        "low": min(values),
        "high": max(values),
        "rounds": list(values),
    }


def _shown(values: Sequence[float]) -> str:
    return f"{_three(statistics.median(values))}\n[{_three(min(values))}, {_three(max(values))}]"


def _three(value: float) -> str:
    """Three significant digits, as a plain number."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
