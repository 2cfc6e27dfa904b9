"""`make bench`: each suite compares ARF with a baseline in the same run and prints the ratio.

    python -m tests.bench [SUITE] [--json FILE] [options of the suite]

Without SUITE all of them run. The last line of the output sums up.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from arf.calls.records import write_text

SUITES = ("loop", "proxy", "overload", "detectors", "inference", "live")
"""The modules of this package that are suites: each has `main(options) -> report`, and a report its `summary`."""


def main(argv: Sequence[str]) -> int:
    """Runs the suites that were asked for; 2 for one that there is not."""
    named = bool(argv) and not argv[0].startswith("-")
    chosen = tuple(argv[:1]) if named else SUITES
    if unknown := set(chosen) - set(SUITES):
        sys.stderr.write(f"bench: no suite {', '.join(sorted(unknown))}; there are: {', '.join(SUITES)}\n")
        return 2
    parser = argparse.ArgumentParser(prog="make bench", add_help=False)
    parser.add_argument("--json", type=Path, help="also write what is printed to this file")
    given, options = parser.parse_known_args(argv[1:] if named else argv)
    reports: dict[str, dict[str, Any]] = {}
    for suite in chosen:
        reports[suite] = import_module(f"tests.bench.{suite}").main(options)
    if given.json is not None:
        write_text(given.json, json.dumps(reports, indent=2, sort_keys=True) + "\n")
    sys.stdout.write("; ".join(f"{suite}: {report['summary']}" for suite, report in reports.items()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
