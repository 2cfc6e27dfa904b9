"""`python -m tests.bench.training_process arf|plain`: one training, what it took as JSON on the last line of stdout.

Threads, allocator and determinism are set for a whole process: in one process, each side would run under the other's.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from arf.finetune.allocator import keep_freed_memory
from arf.finetune.config import TrainConfig
from arf.finetune.trainer import train
from arf.inference.quiet import no_library_deprecations
from arf.loop.memory import PeakMemory
from tests.bench.plain_training import Plan, train_plainly


def main(argv: Sequence[str] | None = None) -> int:
    """Trains as the arguments say. Seconds are from the loading of the model to the adapter on disk."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.training_process", description=__doc__)
    parser.add_argument("who", choices=("arf", "plain"))
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", required=True, help="TrainConfig's settings as JSON")
    given = parser.parse_args(argv)
    config = TrainConfig.from_dict(json.loads(given.config))
    losses: list[float] = []
    with no_library_deprecations(), PeakMemory(every=0.05) as memory:
        started = time.perf_counter()
        if given.who == "arf":
            keep_freed_memory()
            train(given.dataset, given.out, given.base, config, lambda step: losses.append(step.loss))
        else:
            losses += train_plainly(given.dataset, given.out, given.base, config)
        seconds = time.perf_counter() - started
    tokens = Plan.of(given.dataset, given.base, config).tokens
    said = {"seconds": seconds, "tokens": tokens, "losses": losses, "peak_mib": memory.mib}
    sys.stdout.write("\n" + json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
