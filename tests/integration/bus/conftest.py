"""Every test of this folder runs on both buses: a fresh SQLite file, and topics of its own on one real broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from arf.kit.bus.open_bus import open_bus
from arf.kit.bus.port import Bus, Consumer, Record, TopicSpec
from tests.helpers import kafka_broker
from tests.helpers.needs import lacking

SESSION_S = {"sqlite": 2.0, "kafka": 6.0}
"""Kafka's broker takes no session under six seconds."""

PATIENCE_S = 240.0
"""How long a test waits for what must come: more than a member may hold up its Kafka group (120 s) and a transaction
may take to be settled (60 s)."""


@dataclass
class Place:
    """A bus under test, where other processes reach it, and names that no other test uses."""

    kind: str
    address: str
    bus: Bus
    broker: kafka_broker.KafkaBroker | None
    consumers: list[Consumer]

    @property
    def session_s(self) -> float:
        return SESSION_S[self.kind]

    def topic(self, partitions: int = 3, name: str = "t") -> str:
        """A new topic."""
        unique = f"{name}-{uuid4().hex[:12]}"
        self.bus.create_topics([TopicSpec(unique, partitions)])
        return unique

    def consumer(self, group: str, *topics: str) -> Consumer:
        """A consumer that is closed at the test's end."""
        consumer = self.bus.consumer(group, topics)
        self.consumers.append(consumer)
        return consumer


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kafka_broker.KafkaBroker]:
    if reason := kafka_broker.missing():
        lacking("kafka", reason)
    running = kafka_broker.KafkaBroker(tmp_path_factory.mktemp("kafka") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    kafka = request.getfixturevalue("broker") if request.param == "kafka" else None
    address = f"kafka:{kafka.servers}" if kafka else f"sqlite:{tmp_path / 'bus.db'}"
    bus = open_bus(address, session_s=SESSION_S[request.param])
    made = Place(request.param, address, bus, kafka, [])
    yield made
    for consumer in made.consumers:
        consumer.close()
    bus.close()


@pytest.fixture
def group() -> str:
    return f"g-{uuid4().hex[:12]}"


class Member:
    """A consumer polled by a thread of its own, as a process would: a rebalance needs all members at the same time."""

    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer
        self.records: list[Record] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll)
        self._thread.start()

    def _poll(self) -> None:
        while not self._stop.is_set():
            self.records += self.consumer.poll(100, 0.1)

    def leave(self) -> None:
        """Stops polling and leaves the group."""
        self._stop.set()
        self._thread.join()
        self.consumer.close()


@contextmanager
def polled(*consumers: Consumer) -> Iterator[list[Member]]:
    """The consumers as members that poll until the block ends."""
    members = [Member(consumer) for consumer in consumers]
    try:
        yield members
    finally:
        for member in members:
            member.leave()


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Waits for what must come. Fails after PATIENCE_S."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"did not come: {what}"
        time.sleep(0.05)


def drain(consumer: Consumer, count: int) -> list[Record]:
    """The next `count` records. Fails if there are fewer, or more come with them."""
    records: list[Record] = []

    def enough() -> bool:
        records.extend(consumer.poll(100, 0.1))
        return len(records) >= count

    eventually(enough, f"{count} records")
    assert len(records) == count
    return records


def hold(consumer: Consumer, count: int) -> None:
    """Takes part in the group until the consumer holds `count` partitions."""

    def holds() -> bool:
        consumer.poll(0, 0.1)
        return len(consumer.assignment()) == count

    eventually(holds, f"{count} partitions")
