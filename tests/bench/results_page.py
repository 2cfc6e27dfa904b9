"""docs/results.md from the reports of the experiments. Says what was not run yet instead of leaving it out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

Report = Mapping[str, Any]

HAND_WRITTEN = Path("docs/results")
"""Parts that people or single commands made: matcher.md, tweetsumm.md, labels.md, interruptions.md."""

_SYSTEMS = (
    ("teacher", "teacher"),
    ("distilled", "plain distillation"),
    ("repair", "repair rules alone"),
    ("arf", "**ARF student**"),
)
_METRICS = ("error_free_rate", "key_fact_recall", "unsupported_facts")


def page(reports: Mapping[str, Report]) -> str:
    """The whole page in Markdown."""
    parts = [_HEAD, _demo(reports), _sizes(reports), _sources(reports)]
    parts += [path.read_text(encoding="utf-8").strip() for path in sorted(HAND_WRITTEN.glob("*.md"))]
    return "\n\n".join(parts) + "\n"


_HEAD = """# Results

Written by `make results` (tests/bench/results.py); nothing here is typed in but the parts below that name another
command. Values are means over held-out calls with 95 % bootstrap intervals; differences are paired by call. All roles
are played by the default 135M model on two CPU cores. The primary metric, error-free summaries, and its matcher were
fixed before any student of this page was trained; see "The matcher"."""


def _demo(reports: Mapping[str, Report]) -> str:
    """Three seeds of the size of `make run`."""
    found = {name: r for name, r in reports.items() if name.startswith("demo-")}
    lines = ["## The size of `make run`, three seeds", "", "Command: `make results`, experiments demo-1 to demo-3.", ""]
    lines += _table(["seed", "system", "error-free", "key facts covered", "unsupported facts"], [
        [name.removeprefix("demo-"), title, *(_value(r, system, m) for m in _METRICS)]
        for name, r in found.items() for system, title in _SYSTEMS if system in r["systems"]
    ])  # fmt: skip
    lines += ["", "Differences of the ARF student in error-free summaries:", ""]
    lines += _table(["seed", "against", "difference"], [
        [name.removeprefix("demo-"), c["b"], f"{c['difference']:+.3f} [{c['low']:+.3f}, {c['high']:+.3f}]"]
        for name, r in found.items() for c in r["comparisons"] if c["metric"] == "error_free_rate" and c["a"] == "arf"
    ])  # fmt: skip
    lines += ["", "Peak memory and time:", ""]
    lines += _table(["seed", "training calls", "held-out calls", "seconds in all", "peak memory, MiB"], [
        [name.removeprefix("demo-"), str(r["corpus"]["train"]), str(r["corpus"]["held_out"]), f"{r['timings']['all']:.0f}", f"{r['peak_memory_mib']:.0f}"]
        for name, r in found.items()
    ])  # fmt: skip
    return "\n".join(lines)


def _sizes(reports: Mapping[str, Report]) -> str:
    """Error-free rate against the number of training calls."""
    rows = [
        [name.removeprefix("size-"), str(r["training"]["arf"]["examples"]), *(_value(r, "arf", m) for m in _METRICS), _value(r, "repair", "error_free_rate")]
        for name, r in reports.items() if name.startswith("size-")
    ]  # fmt: skip
    head = ["training calls", "examples", "error-free", "key facts covered", "unsupported facts", "repair rules alone"]
    return "\n".join(
        [
            "## Error-free summaries against training size",
            "",
            "Aim: 0.7 at 1,000 calls. Same held-out calls for all.",
            "",
            *_table(head, rows),
        ]
    )


def _sources(reports: Mapping[str, Report]) -> str:
    """Students from LLM revisions alone and from repairs alone."""
    rows = []
    for name, title in (("demo-1", "both"), ("llm-only", "LLM revisions alone"), ("repairs-only", "repairs alone")):
        if name in reports:
            r = reports[name]
            accepted = ", ".join(f"{k} {v:.0f}" for k, v in sorted(r["revisions"]["accepted_by_source"].items()))
            rows.append(
                [title, accepted, str(r["training"]["arf"]["examples"]), *(_value(r, "arf", m) for m in _METRICS)]
            )
    head = ["revisions", "accepted", "examples", "error-free", "key facts covered", "unsupported facts"]
    return "\n".join(["## Where the revisions come from", "", *_table(head, rows)])


def _value(report: Report, system: str, metric: str) -> str:
    m = report["systems"].get(system, {}).get("metrics", {}).get(metric)
    return "-" if m is None else f"{m['value']:.3f} [{m['low']:.3f}, {m['high']:.3f}]"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    if not rows:
        return ["Not run yet."]
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]]
