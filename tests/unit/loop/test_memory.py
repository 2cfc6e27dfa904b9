from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from arf.loop.memory import PeakMemory

_MIB = 2**20

_FLOOR = 128
"""MiB that show in the peak when 256 are held: the tests' own process may give back others' memory meanwhile."""


def test_peak_is_known_when_the_work_was_shorter_than_an_interval() -> None:
    with PeakMemory(every=60.0) as memory:
        pass
    assert memory.mib == pytest.approx(psutil.Process().memory_info().rss / _MIB, rel=0.5)


def test_peak_stays_when_the_memory_was_given_back() -> None:
    with PeakMemory(every=0.01) as memory:
        before = psutil.Process().memory_info().rss / _MIB
        block = bytearray(b"x") * (256 * _MIB)
        _wait_until(lambda: memory.mib >= before + _FLOOR)
        del block
    assert memory.mib >= before + _FLOOR


def test_memory_of_children_counts() -> None:
    hold = "import sys; block = bytearray(b'x') * (256 << 20); print('held', flush=True); sys.stdin.read()"
    with (
        subprocess.Popen(
            [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child,
        PeakMemory(every=0.01) as memory,
    ):
        assert child.stdout is not None and child.stdin is not None
        assert child.stdout.readline() == "held\n"
        own = psutil.Process().memory_info().rss / _MIB
        _wait_until(lambda: memory.mib >= own + _FLOOR)
        child.stdin.close()
    assert memory.mib >= own + _FLOOR


def test_error_passes_and_the_watch_ends_when_the_work_fails() -> None:
    memory = PeakMemory(every=60.0)
    with pytest.raises(RuntimeError, match="work"), memory:
        raise RuntimeError("work")
    assert not memory._thread.is_alive()


def _wait_until(true: Callable[[], bool]) -> None:
    """The watch runs in a thread of its own: however slow the machine, its next look comes."""
    for _ in range(6000):
        if true():
            return
        time.sleep(0.01)
