"""`make faults`: calls are carried through the services while everything around them dies.

    python -m tests.faults [--calls 2000] [--seed 7] [--poison 3] [--workers 2] [--kills N] [--keep DIR]

Needs a Kafka distribution at ARF_KAFKA_HOME, and Java. The last line counts. Exit status 1 if a call was lost or
doubled, or came to a place where it does not belong; then the folder with all logs is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from tests.faults.carry import Carrier, Outcome
from tests.faults.plan import Plan, draw
from tests.helpers import kafka_broker

_SHOWN = 40


def carry(plan: Plan, folder: Path, patience_s: float) -> Outcome:
    """Runs a plan in an empty folder, and tells of it on stdout."""
    with mock.patch.dict(os.environ):
        # A site of its own, whatever the environment says of others.
        for name in [name for name in os.environ if name.startswith("ARF_") and name != "ARF_KAFKA_HOME"]:
            del os.environ[name]
        return asyncio.run(_run(Carrier(plan, folder, _say, patience_s)))


async def _run(carrier: Carrier) -> Outcome:
    """A run that ends what it started also when it is ended itself."""
    running = asyncio.current_task()
    assert running is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    return await carrier.run()


def main(argv: Sequence[str]) -> int:
    """0 if everything holds, 1 if not, 2 if it cannot be tried here."""
    parser = argparse.ArgumentParser(prog="make faults", description="ARGS of make are passed on: ARGS='--seed 8'.")
    parser.add_argument("--calls", type=int, default=2000, help="how many calls are carried")
    parser.add_argument("--seed", type=int, default=7, help="of the calls and of everything that goes wrong")
    parser.add_argument("--poison", type=int, default=3, help="calls with which the upstream has its trouble")
    parser.add_argument("--workers", type=int, default=2, help="processes of each stage")
    parser.add_argument("--kills", type=int, help="workers killed, beside those while something is away: calls / 50")
    parser.add_argument("--patience", type=float, default=900.0, help="seconds without a record after which it fails")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep everything in this new folder")
    given = parser.parse_args(argv)
    if reason := kafka_broker.missing():
        sys.stderr.write(f"faults: {reason}. This test runs a real broker: set ARF_KAFKA_HOME to a Kafka 4 folder.\n")
        return 2
    try:
        plan = draw(given.calls, given.seed, given.poison, workers=given.workers, kills=given.kills)
    except ValueError as error:
        parser.error(str(error))
    folder = given.keep or Path(tempfile.mkdtemp(prefix="arf-faults-"))
    folder.mkdir(parents=True, exist_ok=given.keep is None)
    for line in plan.lines():
        _say(line)
    kept = True
    try:
        outcome = carry(plan, folder, given.patience)
        kept = given.keep is not None or not outcome.verdict.holds
    finally:
        if kept:
            _say(f"everything is kept in {folder}: logs in site/logs, notes.log and kafka/broker.log")
        else:
            shutil.rmtree(folder)
    wrong = list(outcome.verdict.lines())
    for line in wrong[:_SHOWN] + [f"... and {len(wrong) - _SHOWN} more"] * (len(wrong) > _SHOWN):
        _say(line)
    _say(outcome.summary)
    return 0 if outcome.verdict.holds else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
