"""A stage at work on a test's bus: the real worker in a thread, and waits for what it must do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from arf.kit.bus.done import OutputLog
from arf.kit.bus.kinds.one_to_one import OneToOne
from arf.kit.bus.loop import Worker
from arf.kit.bus.parking import parked
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Lag
from arf.kit.bus.stage import DependencyProbe, Handler, Pace, Stage
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site
from tests.helpers.servers import LoopThread

PATIENCE_S = 200.0


class Rounds:
    """WorkerMetrics that count the rounds in which records were handled, and know the last lag."""

    def __init__(self) -> None:
        self.rounds = 0
        self.behind: int | None = None

    def processed(self, count: int, seconds: float) -> None:
        self.rounds += 1

    def failed(self, code: str) -> None:
        pass

    def dead_lettered(self, code: str) -> None:
        pass

    def repeated(self, count: int) -> None:
        pass

    def lag(self, lags: Sequence[Lag]) -> None:
        self.behind = sum(lag.records for lag in lags)


class Working:
    """A stage that is at work."""

    def __init__(self, here: Site, name: str, topic: str, output: str, rounds: Rounds) -> None:
        self._here, self._name, self._topic, self._output, self._rounds = here, name, topic, output, rounds

    def partition(self, call: Call) -> int:
        """The partition of everything that concerns the call."""
        return partition_of(f"{call.tenant}/{call.id}", self._here.bus.partitions(self._topic))

    def until_outputs(self, count: int) -> None:
        """Returns when the output topic holds so many records."""
        until(lambda: sum(1 for _ in self._here.bus.read(self._output)) >= count)

    def until_idle(self) -> None:
        """Returns when everything is committed, and nothing is parked."""
        until(lambda: not any(lag.records for lag in self._here.bus.lag(self._name, [self._topic])))
        until(lambda: not parked(self._here.bus, self._name))

    def until_tried_again(self, times: int) -> None:
        """Returns when records were handled in so many more rounds."""
        wanted = self._rounds.rounds + times
        until(lambda: self._rounds.rounds >= wanted)


@contextmanager
def working(
    here: Site, name: str, topic: str, output: str, handler: Handler, answers: DependencyProbe | None = None
) -> Iterator[Working]:
    """The stage's worker, stopped at the end; what it raises is raised."""
    loop = LoopThread()
    done, rounds, failures = OutputLog(here.bus, output), Rounds(), []
    pace = Pace(batch=8, poll_s=0.05, backoff_s=0.02, max_backoff_s=0.05)
    stage = Stage(name, [topic], output, handler, answers=answers)
    worker = Worker(here.bus, OneToOne(stage, done, rounds, loop.loop, pace), rounds, pace)

    def run() -> None:
        try:
            worker.run()
        except BaseException as error:  # noqa: BLE001  # told to the test below
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield Working(here, name, topic, output, rounds)
    finally:
        worker.stop()
        thread.join(PATIENCE_S)
        done.close()
        loop.close()
    assert failures == []
    assert not thread.is_alive()


def until(true: Callable[[], bool]) -> None:
    """Returns when it is true."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.02)
