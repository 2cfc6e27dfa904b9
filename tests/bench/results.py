"""`make results`: the experiments behind docs/results.md, each an `arf run` that goes on where it was stopped.

Corpora are drawn with seeds that were never used before the matcher was frozen. Hours on two cores; `--only NAME` runs
one experiment, `--write` only writes the page from what is there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from arf.calls import records
from arf.calls.records import read
from arf.corpus.opening import open_corpus
from arf.v1.summary_pb2 import CallSummary
from tests.bench.results_page import page
from tests.bench.results_reasons import by_reason

RUNS = Path("runs/results")
PAGE = Path("docs/results.md")
CORPUS_SEED = 20261130
SEEDS = (1, 2, 3)
DEMO_CALLS, DEMO_HELD_OUT = 390, 90 / 390
SIZES = (100, 300, 1000)
LARGE_HELD_OUT = 90


@dataclass(frozen=True)
class Experiment:
    """One `arf run`: how its corpus is made when it is reached, its folder's name, its options."""

    name: str
    corpus: Callable[[], Path]
    options: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The run folder."""
        return RUNS / self.name

    def report(self) -> dict[str, Any] | None:
        """report.json, None while it is not there."""
        path = self.folder / "report.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def experiments() -> Iterator[Experiment]:
    """All experiments, the shorter and more needed ones first."""
    for seed in SEEDS:
        yield Experiment(f"demo-{seed}", partial(_demo, seed), ("--seed", str(seed)))
    for size in SIZES:
        options = ("--train", "arf", "--candidates", "0", "--max-train", str(size))
        yield Experiment(f"size-{size}", partial(_large, size), options)
    first = ("--seed", str(SEEDS[0]), "--train", "arf")
    yield Experiment("repairs-only", _summarised, (*first, "--candidates", "0"))
    yield Experiment("llm-only", _summarised, (*first, "--candidates", "2", "--no-repair"))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs what is not done yet and writes the page after each experiment."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.results", description=__doc__)
    parser.add_argument("--only", help="one experiment's name")
    parser.add_argument("--write", action="store_true", help="only write the page from what is there")
    given = parser.parse_args(argv)
    RUNS.mkdir(parents=True, exist_ok=True)
    done: list[Experiment] = []
    for experiment in experiments():
        if not given.write and given.only in (None, experiment.name) and experiment.report() is None:
            print(f"== {experiment.name}", flush=True)  # noqa: T201
            _arf("run", str(experiment.corpus()), "--out", str(experiment.folder), *experiment.options)
        done.append(experiment)
        reports = {e.name: (e, r) for e in done if (r := e.report()) is not None}
        reasons = {name: by_reason(e.folder, e.corpus()) for name, (e, _) in reports.items()}
        records.write_text(PAGE, page({name: r for name, (_, r) in reports.items()}, reasons))
    return 0


def _generated(name: str, calls: int, seed: int, held_out: float) -> Path:
    path = RUNS / f"{name}.jsonl"
    if not path.exists():
        _arf(
            "corpus",
            "generate",
            "--calls",
            str(calls),
            "--seed",
            str(seed),
            "--held-out",
            str(held_out),
            "-o",
            str(path),
        )
    return path


def _demo(seed: int) -> Path:
    return _generated(f"demo-{seed}", DEMO_CALLS, CORPUS_SEED + seed, DEMO_HELD_OUT)


def _summarised() -> Path:
    """The first seed's corpus with the summaries that its own experiment got, so that no call is summarised twice."""
    return _with_summaries(_demo(SEEDS[0]), RUNS / "summarised.jsonl", [f"demo-{SEEDS[0]}"])


def _large(size: int) -> Path:
    """The large corpus with the teacher's summaries of smaller sizes, so that no call is summarised twice."""
    total = SIZES[-1] + LARGE_HELD_OUT
    corpus = _generated("large", total, CORPUS_SEED, LARGE_HELD_OUT / total)
    return _with_summaries(
        corpus, RUNS / f"size-{size}.jsonl", [f"size-{smaller}" for smaller in SIZES[: SIZES.index(size)]]
    )


def _with_summaries(corpus: Path, target: Path, experiments: Sequence[str]) -> Path:
    """The corpus with the teacher's summaries of experiments that are done, written to `target` once."""
    if not target.exists():
        known: dict[str, CallSummary] = {}
        for name in experiments:
            path = RUNS / name / "teacher.jsonl"
            known |= {s.call_id: s for s in read(path, CallSummary)} if path.exists() else {}
        calls = open_corpus(corpus).calls
        for call in calls:
            if call.id in known:
                call.summary.CopyFrom(known[call.id].summary)
        records.write(target, calls)
    return target


def _arf(*arguments: str) -> None:
    subprocess.run([sys.executable, "-c", "from arf.cli import main; main()", *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
