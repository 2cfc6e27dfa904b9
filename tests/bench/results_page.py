"""docs/results.md from the reports of the experiments. Says what was not run yet instead of leaving it out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.results_reasons import ByReason

Report = Mapping[str, Any]

PARTS = Path("docs/results")
"""Parts that people or other commands made, one Markdown file each; each names its command."""

_SYSTEMS = {
    "teacher": "teacher",
    "distilled": "plain distillation",
    "repair": "repair rules alone",
    "arf": "**ARF student**",
}
_METRICS = {
    "error_free_rate": "error-free",
    "key_fact_recall": "key facts covered",
    "unsupported_facts": "unsupported facts",
}
_HEAD = """# Results

Written by `make results`. Values are means over held-out calls with 95 % intervals; differences are paired by
call. All roles are played by the default 135M model on two CPU cores. The primary metric, error-free summaries, and its
matcher were fixed before any student on this page was trained; see "The matcher". The repair rules' cues were written
with the generator's training phrases in view, and their grounds for refusals are worded like the generator's, which
favours the rules' own column; their author never read held-out phrases, but measured on held-out calls three times and
took one rule from the error counts."""
_NOT_RUN = "Not run yet."


def page(reports: Mapping[str, Report], reasons: Mapping[str, Mapping[str, ByReason]]) -> str:
    """The whole page in Markdown, from each experiment's report and its systems' shares by contact reason."""
    parts = [_HEAD, _demo(_named(reports, "demo-")), _sizes(_named(reports, "size-"))]
    parts += [_reasons(reasons), _sources(reports), _costs(reports)]
    parts += [path.read_text(encoding="utf-8").strip() for path in sorted(PARTS.glob("*.md"))]
    return "\n\n".join(parts) + "\n"


def _demo(found: Mapping[str, Report]) -> str:
    """Three seeds of the size of `make run`: systems and differences."""
    systems = [
        [seed, title, *_values(report, system)]
        for seed, report in found.items()
        for system, title in _SYSTEMS.items()
        if system in report["systems"]
    ]
    differences = [
        [seed, _SYSTEMS[c["b"]], f"{c['difference']:+.3f} [{c['low']:+.3f}, {c['high']:+.3f}]"]
        for seed, report in found.items()
        for c in report["comparisons"]
        if c["metric"] == "error_free_rate" and c["a"] == "arf"
    ]
    return "\n\n".join(
        [
            "## The size of `make run`, three seeds",
            "Command: `make results`, experiments demo-1 to demo-3.",
            _table(["seed", "system", *_METRICS.values()], systems),
            "What the ARF student has over the others in error-free summaries:",
            _table(["seed", "against", "difference"], differences),
        ]
    )


def _sizes(found: Mapping[str, Report]) -> str:
    rows = [
        [calls, str(r["training"]["arf"]["examples"]), *_values(r, "arf"), _values(r, "repair")[0]]
        for calls, r in found.items()
    ]
    head = ["training calls", "examples", *_METRICS.values(), "repair rules alone, error-free"]
    return "\n\n".join(
        [
            "## Error-free summaries against training size",
            "The ARF student; the same held-out calls for all sizes, revisions by the repair rules. Aim: 0.7 at 1,000.",
            _table(head, rows),
        ]
    )


def _reasons(reasons: Mapping[str, Mapping[str, ByReason]]) -> str:
    rows = [
        [name, kind, str(shares["arf"].n), *(str(shares[system]) for system in ("teacher", "repair", "arf"))]
        for name, systems in reasons.items()
        if name.startswith(("demo-", "size-"))
        for kind in ("known", "new")
        for shares in [{system: getattr(found, kind) for system, found in systems.items()}]
    ]
    head = ["experiment", "reasons", "held-out calls", "teacher", "repair rules alone", "ARF student"]
    return "\n\n".join(
        [
            "## Contact reasons that training has, and new ones",
            "Error-free summaries of held-out calls all of whose contact reasons occur in training calls, and of the"
            " others. Three reasons occur in held-out calls alone. Wilson intervals of 95 %.",
            _table(head, rows),
        ]
    )


def _sources(reports: Mapping[str, Report]) -> str:
    rows = []
    for name, title in (("demo-1", "both"), ("llm-only", "LLM revisions alone"), ("repairs-only", "repairs alone")):
        if name in reports:
            r = reports[name]
            accepted = ", ".join(f"{k} {v:.0f}" for k, v in sorted(r["revisions"]["accepted_by_source"].items()))
            rows.append([title, accepted, str(r["training"]["arf"]["examples"]), *_values(r, "arf")])
    return "\n\n".join(
        [
            "## Where the revisions come from",
            "The ARF student of seed 1, trained on the summaries that each source of revisions could mend.",
            _table(["revisions", "accepted", "examples", *_METRICS.values()], rows),
        ]
    )


def _costs(reports: Mapping[str, Report]) -> str:
    rows = [
        [
            name,
            *(str(report["corpus"][part]) for part in ("train", "held_out")),
            f"{report['timings']['all']:.0f}",
            f"{report['peak_memory_mib']:.0f}",
            report["number_format"],
        ]
        for name, report in reports.items()
    ]
    head = ["experiment", "training calls", "held-out calls", "seconds in all", "peak memory, MiB", "number format"]
    return "\n\n".join(["## What each experiment took", "On two cores.", _table(head, rows)])


def _named(reports: Mapping[str, Report], prefix: str) -> dict[str, Report]:
    return {name.removeprefix(prefix): r for name, r in reports.items() if name.startswith(prefix)}


def _values(report: Report, system: str) -> list[str]:
    found = report["systems"].get(system, {}).get("metrics", {})
    return [_value(found.get(name)) for name in _METRICS]


def _value(m: Mapping[str, float] | None) -> str:
    return "-" if m is None else f"{m['value']:.3f} [{m['low']:.3f}, {m['high']:.3f}]"


def _table(head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return _NOT_RUN
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])
