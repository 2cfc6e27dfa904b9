"""A stage at work between topics of its own, on either bus."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from arf.kit.bus import dlq
from arf.kit.bus.done import OutputLog
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.kinds.one_to_one import OneToOne
from arf.kit.bus.loop import Worker
from arf.kit.bus.port import Lag, Message, Record
from arf.kit.bus.stage import Handled, Pace, Stage
from tests.helpers.servers import LoopThread
from tests.integration.bus.conftest import Place

PACE = Pace(batch=8, poll_s=0.1, backoff_s=0.02, max_backoff_s=0.1, lag_s=0.5)


@dataclass
class Counts:
    """Metrics that are kept."""

    processed_: int = 0
    repeated_: int = 0
    failed_: Counter[str] = field(default_factory=Counter)
    dead: Counter[str] = field(default_factory=Counter)
    lags: list[Lag] = field(default_factory=list)

    def processed(self, count: int, seconds: float) -> None:
        assert seconds >= 0
        self.processed_ += count

    def failed(self, code: str) -> None:
        self.failed_[code] += 1

    def dead_lettered(self, code: str) -> None:
        self.dead[code] += 1

    def repeated(self, count: int) -> None:
        self.repeated_ += count

    def lag(self, lags: Sequence[Lag]) -> None:
        self.lags = list(lags)


class Flow:
    """A stage between topics of its own."""

    def __init__(self, place: Place, group: str, partitions: int = 3) -> None:
        self.bus = place.bus
        self.source, self.target, self.dlq, self.parked = (place.topic(partitions) for _ in range(4))
        self.group = group
        self.counts = Counts()

    def publish(self, *ids: str) -> None:
        self.publish_of("acme", *ids)

    def publish_of(self, tenant: str, *ids: str) -> None:
        """Publishes records of a tenant."""
        headers = [{EVENT_ID: id_, "tenant": tenant} for id_ in ids]
        self.bus.publish(Message(self.source, f"{tenant}/{h[EVENT_ID]}", h[EVENT_ID].encode(), h) for h in headers)

    @contextmanager
    def running(
        self, handle: Callable[[Record], Handled], answers: Callable[[Record], bool] | None = None
    ) -> Iterator[None]:
        """A worker in a thread, stopped in order at the end."""
        with self.running_batches(lambda batch: [handle(record) for record in batch], answers):
            yield

    @contextmanager
    def running_batches(
        self, handle: Callable[[Sequence[Record]], Sequence[Handled]], answers: Callable[[Record], bool] | None = None
    ) -> Iterator[None]:
        """The same with a handler of batches."""

        async def handler(records: Sequence[Record]) -> Sequence[Handled]:
            return handle(records)

        async def others(record: Record) -> bool:
            return answers is not None and answers(record)

        loop = LoopThread()
        probe = others if answers else None
        stage = Stage(self.group, [self.source], self.target, handler, self.dlq, probe, self.parked)
        kind = OneToOne(stage, OutputLog(self.bus, self.target), self.counts, loop.loop, PACE)
        running = Worker(self.bus, kind, self.counts, PACE)
        thread = threading.Thread(target=running.run)
        thread.start()
        try:
            yield
        finally:
            running.stop()
            thread.join(60)
            loop.close()
            assert not thread.is_alive()

    def outputs(self) -> Counter[str]:
        return Counter(record.value.decode() for record in self.bus.read(self.target))

    def letters(self) -> list[dlq.Letter]:
        return dlq.letters(self.bus, self.dlq)
