"""Processes that use a bus and come to harm.

Called as `python -m tests.helpers.bus_process ROLE ADDRESS SESSION_S GROUP SOURCE TARGET [DLQ [PARKED]]`:

die     takes what is there and kills itself when the outputs are written and the commit is not
zombie  takes what is there, says so, waits for a line, tries to commit, and says how that went
stage   a worker that copies its input until it is killed, or SIGTERM stops it
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any, NoReturn

from arf.kit.bus import window
from arf.kit.bus.done import OutputLog
from arf.kit.bus.kinds.keyed import Keyed
from arf.kit.bus.kinds.keyed_stage import Change
from arf.kit.bus.kinds.one_to_one import OneToOne
from arf.kit.bus.loop import Worker, WorkerKind
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.open_bus import open_bus
from arf.kit.bus.port import Bus, Consumer, Lag, Message, PartitionsLost, Record
from arf.kit.bus.stage import Handled, Pace, Stage
from arf.kit.errors import TenantHeld
from tests.helpers.word_stage import Words, word_stage

PACE = Pace(batch=8)


def _die(*_: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("alive")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _take(consumer: Consumer) -> list[Record]:
    """What is there: all until nothing more comes."""
    records: list[Record] = []
    while True:
        more = consumer.poll(100, 1.0)
        if records and not more:
            return records
        records += more


def _commit(consumer: Consumer, records: Sequence[Record], target: str) -> None:
    consumer.commit(records, [Message(target, record.key, record.value, record.headers) for record in records])


def die(address: str, bus: Bus, group: str, source: str, target: str) -> None:
    """Ends between the writing and the committing of a transaction."""
    if address.startswith("sqlite:"):
        from arf.kit.bus.sqlite import group as leases

        leases.advance = _die  # type: ignore[assignment]
    else:
        from kafka import KafkaProducer

        KafkaProducer.commit_transaction = _die
    consumer = bus.consumer(group, [source])
    _commit(consumer, _take(consumer), target)


def zombie(bus: Bus, group: str, source: str, target: str) -> None:
    """Is stopped from outside while it waits for its line."""
    consumer = bus.consumer(group, [source])
    records = _take(consumer)
    _say("taken")
    sys.stdin.readline()
    try:
        _commit(consumer, records, target)
        _say("committed")
    except PartitionsLost:
        _say("lost")


class _Silent:
    """Metrics for nobody."""

    def processed(self, count: int, seconds: float) -> None: ...
    def failed(self, code: str) -> None: ...
    def dead_lettered(self, code: str) -> None: ...
    def repeated(self, count: int) -> None: ...
    def lag(self, lags: Sequence[Lag]) -> None: ...


def stage(bus: Bus, group: str, source: str, target: str, dlq: str, parked: str) -> None:
    """Copies, taking a moment for each batch, as a model would; now and then the tenant `poor` has to wait."""

    async def copy(records: Sequence[Record]) -> list[Handled]:
        await asyncio.sleep(0.1)
        return [
            TenantHeld("spent")
            if record.key.startswith("poor/") and random.random() < 0.3
            else window.Output(record.value, "test.Copy")
            for record in records
        ]

    copying = Stage(group, [source], target, copy, dlq, parked=parked)
    _work(bus, OneToOne(copying, OutputLog(bus, target), _Silent(), _loop(), PACE))


def keyed(bus: Bus, group: str, source: str, target: str, changelog: str, dlq: str) -> None:
    """Counts words, taking a moment for each key."""

    class Slow(Words):
        async def __call__(
            self, key: str, state: bytes | None, records: Sequence[Record], now: float
        ) -> Change | NoOutput:
            await asyncio.sleep(0.1)
            return await super().__call__(key, state, records, now)

    counting = word_stage(Slow(target), group, source, target, changelog, dlq)
    _work(bus, Keyed(bus, counting, _Silent(), _loop(), PACE))


def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


def _work(bus: Bus, kind: WorkerKind) -> None:
    worker = Worker(bus, kind, _Silent(), PACE)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    _say("running")
    worker.run()


if __name__ == "__main__":
    logging.basicConfig(format=f"%(relativeCreated)d {os.getpid()} %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("arf").setLevel(logging.INFO)  # why it waited, if a test fails
    role, at, session_s, *names = sys.argv[1:]
    opened = open_bus(at, session_s=float(session_s))
    if role == "die":
        die(at, opened, *names)
    elif role == "zombie":
        zombie(opened, *names)
    elif role == "keyed":
        keyed(opened, *names)
    else:
        stage(opened, *names)
