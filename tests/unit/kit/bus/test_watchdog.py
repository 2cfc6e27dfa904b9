"""A loop that stands still is ended, one that works is not."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading

import pytest

from arf.kit.bus.watchdog import watched

EVERY_S, CHECKS = 0.01, 5


def test_a_loop_that_stands_still_is_ended_once() -> None:
    ended: list[str] = []
    told = threading.Event()

    def end(name: str) -> None:
        ended.append(name)
        told.set()

    with watched("stage", lambda: 7, every_s=EVERY_S, checks=CHECKS, end=end):
        assert told.wait(60)

    assert ended == ["stage"]


@pytest.mark.parametrize("looks_a_step", [1, CHECKS])
def test_a_loop_that_goes_on_is_left_alone_however_slow(looks_a_step: int) -> None:
    ended: list[str] = []
    looks, many = itertools.count(), threading.Event()

    def steps() -> int:
        look = next(looks)
        if look > 10 * CHECKS:
            many.set()
        return look // looks_a_step

    with watched("stage", steps, every_s=EVERY_S, checks=CHECKS, end=ended.append):
        assert many.wait(60)

    assert ended == []


def test_the_process_is_ended_though_its_loop_hangs() -> None:
    program = (
        "import threading\nfrom arf.kit.bus.watchdog import watched\n"
        f"with watched('teacher', lambda: 0, every_s={EVERY_S}, checks={CHECKS}):\n    threading.Event().wait()\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)

    assert done.returncode == 1
    assert "teacher hangs" in done.stderr
