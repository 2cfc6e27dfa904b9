"""Suite `loop`: what the batch loop's own engine, trainer and correction are worth on the default model.

Inference is held against transformers' `generate`, training against a plain loop of transformers and peft, analysis and
repair against the seconds that the teacher takes for a call. Each is measured three times, in turns with its baseline.
Meant for a machine that does nothing else; ends within eight minutes on two cores.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.inference.models import DEFAULT_MODEL, ensure
from arf.inference.settings import InferenceSettings
from arf.tasks.registry import load
from tests.bench.loop_correction import Correction
from tests.bench.loop_inference import Inference
from tests.bench.loop_training import Training
from tests.bench.measures import machine, table

_SEED = 20_261_124
_WARM_UP = 8
"""Calls to get ready on: what is loaded or set up once is not measured, on either side."""


def main(options: Sequence[str]) -> dict[str, Any]:
    """Measures, prints the table and returns the report."""
    given = _options(options)
    console = Console()
    threads = InferenceSettings().threads
    here = machine(threads, ("torch", "transformers", "peft"))

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    say(f"{here['cpu']}, {here['cores']} cores, {threads} threads, load {here['load']}; {here['versions']}")
    base = ensure(given.model, say)
    task = load("customer_service")
    # Other calls in each round: what was cached for a call's text must not make the later rounds faster.
    drawn = [strip_gold(call) for call in generate(_WARM_UP + given.calls * given.rounds, _SEED)]
    warm_up, calls = drawn[:_WARM_UP], drawn[_WARM_UP:]
    inference, correction = Inference(base, task, warm_up), Correction(task, warm_up)
    with tempfile.TemporaryDirectory(prefix="arf-bench-") as scratch:
        training = Training(base, task, given.calls, given.steps, Path(scratch))
        for number in range(given.rounds):
            say(f"round {number + 1} of {given.rounds}")
            batch = calls[number * given.calls : (number + 1) * given.calls]
            summaries, seconds = inference.measure(batch)
            correction.measure(batch, summaries, seconds)
            training.measure(batch, summaries)
    comparisons = [*inference.comparisons, *training.comparisons, *correction.comparisons]
    console.print(table(f"loop: medians of {given.rounds} rounds [lowest, highest]", comparisons))
    ratios = {c.name: c.ratio for c in comparisons}
    return {
        "machine": here,
        "options": {"model": given.model, "calls": given.calls, "steps": training.steps, "rounds": given.rounds},
        "comparisons": [c.to_dict() for c in comparisons],
        "summary": _summary(ratios),
    }


def _summary(ratios: dict[str, float]) -> str:
    said = [
        f"inference {ratios['inference']:.2f} times as fast as generate",
        f"training {ratios['training']:.2f} times as fast as plain transformers and peft",
        f"in {ratios['training memory']:.2f} of the memory",
        f"analysis {ratios['analysis']:.0f} times cheaper than the teacher",
    ]
    # Where nothing was flagged there was nothing to repair.
    if "repair" in ratios:
        said.append(f"repair {ratios['repair']:.0f} times")
    return ", ".join(said)


def _options(options: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench SUITE=loop", description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a model by name or folder")
    parser.add_argument(
        "--calls", type=_positive, default=32, help="calls of a round, to summarise, analyse and repair"
    )
    parser.add_argument("--steps", type=_positive, default=12, help="optimizer steps of one training, about")
    parser.add_argument("--rounds", type=_positive, default=3, help="how often each is measured")
    return parser.parse_args(options)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not above zero")
    return number
