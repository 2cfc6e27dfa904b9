"""Results streamed to disk batch by batch: what a stage has done survives kill -9."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from google.protobuf.message import Message

from arf.calls import records
from arf.inference.port import Progress
from arf.kit.errors import Corrupt, InvalidRecord

T = TypeVar("T")
M = TypeVar("M", bound=Message)


async def stream(
    path: Path,
    kind: type[M],
    items: Sequence[T],
    batch: int,
    work: Callable[[Sequence[T], Progress], Awaitable[list[M]]],
    progress: Progress,
) -> list[M]:
    """One result per item, in order, appended to `path` as each batch of `batch` items is done.

    `work` is given a batch and where to tell how many of its items are done; what it leaves untold is told for it.

    What earlier runs finished is read back, not done again. The unit of resume is the batch, so that a batch's
    make-up, on which a model's floating point depends, never depends on where a run was stopped.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    done = _whole_batches(path, kind, len(items), batch)
    progress(len(done))
    with path.open("a", encoding="utf-8", newline="\n") as out:
        for start in range(len(done), len(items), batch):
            told = 0

            def tell(steps: int) -> None:
                nonlocal told
                told += steps
                progress(steps)

            results = await work(items[start : start + batch], tell)
            progress(len(results) - told)
            out.write("".join(records.dumps(r) + "\n" for r in results))
            out.flush()
            os.fsync(out.fileno())
            done.extend(results)
    return done


def _whole_batches(path: Path, kind: type[M], total: int, batch: int) -> list[M]:
    """Results of the batches that were written whole; the rest is cut off the file."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    keep = total if len(whole) >= total else len(whole) - len(whole) % batch
    text = "".join(whole[:keep])
    if keep < len(lines):
        records.write_text(path, text)
    try:
        return [records.loads(line, kind) for line in whole[:keep]]
    except InvalidRecord as error:
        raise Corrupt(f"{path}: {error}; remove it to do its stage again") from None
