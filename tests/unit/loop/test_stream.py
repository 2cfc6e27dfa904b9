import asyncio
import errno
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.errors import ArfError
from arf.loop.stream import stream
from arf.v1.summary_pb2 import CallSummary


def _work(batches: list[list[int]]) -> Callable[..., Awaitable[list[CallSummary]]]:
    async def work(items: Sequence[int], progress: Any) -> list[CallSummary]:
        batches.append(list(items))
        return [CallSummary(call_id=str(i)) for i in items]

    return work


def test_every_item_has_one_result_in_order_when_run_at_once(tmp_path: Path) -> None:
    steps: list[int] = []
    results = asyncio.run(stream(tmp_path / "x.jsonl", CallSummary, list(range(10)), 4, _work([]), steps.append))
    assert [r.call_id for r in results] == [str(i) for i in range(10)]
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == 10


@given(cut=st.integers(0, 2000), batch=st.integers(1, 5), items=st.integers(0, 11))
def test_file_is_the_same_when_resumed_after_a_cut_anywhere(
    tmp_path_factory: pytest.TempPathFactory, cut: int, batch: int, items: int
) -> None:
    path = tmp_path_factory.mktemp("stream") / "x.jsonl"
    asyncio.run(stream(path, CallSummary, list(range(items)), batch, _work([]), lambda _: None))
    whole = path.read_bytes()
    path.write_bytes(whole[: cut % (len(whole) + 1)])
    batches: list[list[int]] = []
    asyncio.run(stream(path, CallSummary, list(range(items)), batch, _work(batches), lambda _: None))
    assert path.read_bytes() == whole
    assert all(b[0] % batch == 0 for b in batches), "a batch's make-up depends on where the run was stopped"


def test_finished_batches_are_not_done_again_when_resumed(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    asyncio.run(stream(path, CallSummary, list(range(8)), 4, _work([]), lambda _: None))
    again: list[list[int]] = []
    asyncio.run(stream(path, CallSummary, list(range(8)), 4, _work(again), lambda _: None))
    assert again == []


def test_full_disk_names_the_file_and_a_later_run_leaves_no_trace_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.jsonl"

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(ArfError, match=r"x.jsonl: cannot be written: No space left"):
        patch.setattr("arf.loop.stream.os.fsync", full)
        asyncio.run(stream(path, CallSummary, list(range(10)), 4, _work([]), lambda _: None))
    asyncio.run(stream(path, CallSummary, list(range(10)), 4, _work([]), lambda _: None))
    assert [json.loads(line)["call_id"] for line in path.read_text().splitlines()] == [str(i) for i in range(10)]
