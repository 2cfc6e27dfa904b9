"""`python -m arf.finetune.train_main`: runs one training in its own process, with progress as JSON lines on stdout.

Torch's thread count and the allocator are process-wide settings; here they affect nothing else.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from arf.finetune.allocator import keep_freed_memory
from arf.finetune.config import TrainConfig
from arf.inference.quiet import no_library_deprecations
from arf.kit.errors import ArfError


def main(argv: list[str] | None = None) -> int:
    """Trains as the arguments say. Returns 0 on success, 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m arf.finetune.train_main", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="dataset folder")
    parser.add_argument("--base", type=Path, required=True, help="base model's folder")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--out", type=Path, required=True, help="the adapter's folder")
    parser.add_argument("--config", type=Path, help="JSON file of TrainConfig's settings")
    parser.add_argument("--threads", type=int, help="torch threads, before the config's")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin closes, as its writer has ended")
    given = parser.parse_args(argv)
    if given.with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        raw = json.loads(given.config.read_text(encoding="utf-8")) if given.config else {}
        config = TrainConfig.from_dict(raw | ({"threads": given.threads} if given.threads else {}))
        keep_freed_memory()
        # Imported late, so that a wrong setting is reported at once rather than after torch has loaded.
        from arf.finetune.trainer import train

        with no_library_deprecations():
            result = train(given.dataset, given.out, given.base, config, _say, work_dir=given.work)
    except ArfError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _write({"done": True, "adapter": str(result.adapter), "steps": result.metadata.steps})
    return 0


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    # At once, as if killed: the last checkpoint is whole.
    os._exit(1)


def _say(step: Any) -> None:
    _write(dataclasses.asdict(step))


def _write(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
