"""Streams results to disk batch by batch, so that a stage's progress survives kill -9."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from google.protobuf.message import Message

from arf.calls import records
from arf.inference.port import Progress
from arf.kit.errors import ArfError, Corrupt, InvalidRecord

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
    """One result per item, in order, appended to `path` after each batch of `batch` items.

    `work` gets a batch and a function to report finished items; items it does not report count as finished when it
    returns.

    Results of earlier runs are read back, not repeated. The unit of resume is the batch: a batch's composition, on
    which a model's floating point depends, never depends on where a run was stopped.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    done = _whole_batches(path, kind, len(items), batch)
    progress(len(done))
    with path.open("a", encoding="utf-8", newline="\n") as out:
        for start in range(len(done), len(items), batch):
            reported = 0

            def report(steps: int) -> None:
                nonlocal reported
                reported += steps
                progress(steps)

            results = await work(items[start : start + batch], report)
            progress(len(results) - reported)
            try:
                out.write("".join(records.dumps(r) + "\n" for r in results))
                out.flush()
                os.fsync(out.fileno())
            except OSError as error:
                raise ArfError(f"{path}: cannot be written: {error.strerror}; run again to resume") from None
            done.extend(results)
    return done


def _whole_batches(path: Path, kind: type[M], total: int, batch: int) -> list[M]:
    """Results of the complete batches; an incomplete one is cut off the file."""
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
        raise Corrupt(f"{path}: {error}; remove it to repeat its stage") from None
