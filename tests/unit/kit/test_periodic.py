"""Work that is done again and again, outages survived."""

from __future__ import annotations

import threading

import pytest

from arf.kit.errors import Unavailable
from arf.kit.periodic import Periodic


def test_it_is_done_again_when_it_did_not_answer_and_ends_when_stopped() -> None:
    times: list[int] = []
    enough = threading.Event()

    def work() -> None:
        times.append(1)
        if len(times) == 3:
            enough.set()
        raise Unavailable("down")

    periodic = Periodic("test", work, 0.001)
    thread = threading.Thread(target=periodic.run)
    thread.start()
    assert enough.wait(timeout=60)
    periodic.stop()
    thread.join(60)
    assert not thread.is_alive()


def test_a_bug_ends_it() -> None:
    def work() -> None:
        raise ValueError("bug")

    with pytest.raises(ValueError, match="bug"):
        Periodic("test", work, 0.001).run()
