"""Kafka takes back what it has acknowledged (docs/adr/0009): what depended on it is done again, and once.

A broker does this only when it is killed within a few milliseconds. So here a producer believes in a commit that was
never asked for: on the broker the transaction stays open and ends as the producer's next one does, just as it would.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from arf.kit.bus.done import OutputLog
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.kafka import acknowledged
from arf.kit.bus.open_bus import open_bus
from arf.kit.bus.port import Bus, Message
from arf.kit.bus.window import Output
from tests.integration.bus.conftest import Place, drain, eventually
from tests.integration.bus.flow import Flow


class Trouble:
    """What goes wrong in the next transaction that commits offsets, once."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        from kafka import KafkaProducer

        self.next = ""
        self.happened = threading.Event()
        self._with_offsets = False
        self._send_offsets = KafkaProducer.send_offsets_to_transaction
        self._commit = KafkaProducer.commit_transaction
        patch.setattr(KafkaProducer, "send_offsets_to_transaction", lambda *given: self.send_offsets(*given))
        patch.setattr(KafkaProducer, "commit_transaction", lambda producer: self.commit(producer))

    def make(self, what: str) -> None:
        """`believed`, `failed`, or `unanswered`."""
        self.next = what
        self.happened.clear()

    def send_offsets(self, producer: Any, offsets: Any, membership: Any) -> None:
        self._with_offsets = True
        if self._is_next("failed"):
            self._fail()
        self._send_offsets(producer, offsets, membership)

    def commit(self, producer: Any) -> None:
        with_offsets, self._with_offsets = self._with_offsets, False
        if with_offsets and self._is_next("believed"):
            from kafka.producer.transaction_manager import TransactionState

            producer._transaction_manager._transition_to(TransactionState.COMMITTING_TRANSACTION)
            producer._transaction_manager._complete_transaction()
            return
        self._commit(producer)
        if with_offsets and self._is_next("unanswered"):
            self._fail()

    def _is_next(self, what: str) -> bool:
        if self.next != what:
            return False
        self.next = ""
        self.happened.set()
        return True

    @staticmethod
    def _fail() -> None:
        from kafka.errors import KafkaTimeoutError

        raise KafkaTimeoutError("the broker is gone")


@pytest.fixture
def kafka(place: Place) -> Place:
    if place.broker is None:
        pytest.skip("SQLite takes nothing back")
    return place


@pytest.fixture
def trouble(kafka: Place, monkeypatch: pytest.MonkeyPatch) -> Trouble:
    return Trouble(monkeypatch)


@pytest.fixture
def other(kafka: Place) -> Iterator[Bus]:
    """A bus whose transactions end none of the first one's."""
    made = open_bus(kafka.address)
    yield made
    made.close()


def test_a_stage_makes_again_what_was_taken_back(kafka: Place, group: str, trouble: Trouble, other: Bus) -> None:
    flow = Flow(kafka, group, partitions=1)

    def publish(id_: str) -> None:
        other.publish([Message(flow.source, f"acme/{id_}", id_.encode(), {EVENT_ID: id_})])

    with flow.running(lambda record: Output(record.value, "test.Copy")):
        publish("kept")
        eventually(lambda: flow.outputs() == Counter(["kept"]), "the first output")
        trouble.make("believed")
        publish("lost")
        assert trouble.happened.wait(60)
        trouble.make("failed")
        publish("later")
        assert trouble.happened.wait(60)
        eventually(lambda: len(flow.outputs()) == 3, "all outputs")

    assert flow.outputs() == Counter(["kept", "lost", "later"])
    eventually(lambda: sum(lag.records for lag in flow.bus.lag(group, [flow.source])) == 0, "no lag")


def test_what_was_taken_back_is_made_again_though_nothing_more_comes(
    kafka: Place, group: str, trouble: Trouble, other: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledged, "LOOK_S", 1.0)
    flow = Flow(kafka, group)
    with flow.running(lambda record: Output(record.value, "test.Copy")):
        trouble.make("believed")
        other.publish([Message(flow.source, "acme/c", b"lost", {EVENT_ID: "lost"})])
        assert trouble.happened.wait(60)
        eventually(lambda: flow.outputs() == Counter(["lost"]), "the output")

    eventually(lambda: sum(lag.records for lag in flow.bus.lag(group, [flow.source])) == 0, "no lag")


@pytest.mark.parametrize("what", ["failed", "unanswered"])
def test_a_commit_that_stands_is_not_undone_with_one_that_fails(
    kafka: Place, group: str, trouble: Trouble, what: str
) -> None:
    source, target = kafka.topic(1), kafka.topic(1)
    consumer = kafka.consumer(group, source)
    for n in range(3):
        kafka.bus.publish([Message(source, "acme/c", b"%d" % n)])
        (record,) = drain(consumer, 1)
        if n == 1:
            trouble.make(what)
        consumer.commit([record], [Message(target, record.key, record.value)])

    assert trouble.happened.is_set()
    assert [record.value for record in kafka.bus.read(target)] == [b"0", b"1", b"2"]
    assert sum(lag.records for lag in kafka.bus.lag(group, [source])) == 0


@pytest.mark.parametrize("what", ["failed", "unanswered"])
def test_what_is_made_for_a_held_partition_is_made_once_when_its_commit_is_in_doubt(
    kafka: Place, group: str, trouble: Trouble, what: str
) -> None:
    """Its offset does not move: only the mark beside it tells whether it was committed."""
    source, target = kafka.topic(1), kafka.topic(1)
    consumer = kafka.consumer(group, source)
    kafka.bus.publish([Message(source, "acme/c", b"0")])
    consumer.commit(drain(consumer, 1), [])
    for n in range(3):
        if n == 1:
            trouble.make(what)
        consumer.commit([], [Message(target, "acme/c", b"%d" % n)], consumer.assignment())

    assert trouble.happened.is_set()
    assert [record.value for record in kafka.bus.read(target)] == [b"0", b"1", b"2"]


def test_what_was_noted_and_is_not_in_the_log_is_not_done(place: Place) -> None:
    topic = place.topic(1)
    place.bus.publish([Message(topic, "acme/c", b"", {EVENT_ID: "there"})])
    done = OutputLog(place.bus, topic)
    done.restore(0)
    done.add(0, ["there too", "taken back"])
    assert done.among(0, ["there", "there too", "taken back", "never"]) == {"there", "there too", "taken back"}

    place.bus.publish([Message(topic, "acme/c", b"", {EVENT_ID: "there too"})])
    done.restore(0)

    assert done.among(0, ["there", "there too", "taken back"]) == {"there", "there too"}
    done.close()


class Broker:
    """What one transaction after the other of a producer comes to, on a broker that forgot to end one."""

    def __init__(self) -> None:
        self.forgets = False
        self.fails = False
        self.open: set[str] = set()
        self.ended: dict[str, str] = {}

    def end(self, touched: set[str], how: str) -> None:
        """Where the last transaction was left open it ends as this one does, if this one comes there."""
        if self.forgets and how == "committed":
            self.forgets, self.open = False, set(touched)
            return
        for place in touched:
            self.ended[place] = how
        self.open -= touched


class Producer:
    """kafka-python's producer, as far as transactions use it."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._touched: set[str] = set()

    def begin_transaction(self) -> None:
        self._touched = set()

    def send(self, topic: str, *, partition: int, **_: Any) -> Any:
        self._touched.add(f"{topic}[{partition}]")
        return SimpleNamespace(get=lambda timeout: SimpleNamespace(topic=topic, partition=partition, offset=0))

    def send_offsets_to_transaction(self, offsets: Any, membership: Any) -> None:
        if self._broker.fails:
            from kafka.errors import KafkaTimeoutError

            self._broker.fails = False
            raise KafkaTimeoutError("the broker is gone")
        self._touched.add("offsets")

    def commit_transaction(self) -> None:
        self._broker.end(self._touched, "committed")

    def abort_transaction(self) -> None:
        self._broker.end(self._touched, "aborted")

    def close(self, timeout: float | None = None) -> None:
        pass


@pytest.mark.parametrize("ending", ["a failure", "a look"])
def test_what_the_broker_left_open_is_undone_everywhere_before_anything_else_is_committed(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Or readers would wait at it for ever, and half of it might be committed with what comes next."""
    transactions = pytest.importorskip("arf.kit.bus.kafka.transactions", reason="kafka-python is not installed")
    monkeypatch.setattr(transactions, "RETRY_S", 0.0)
    broker = Broker()
    made = transactions.Transactions(SimpleNamespace(producer=lambda _: Producer(broker)), "id")
    consumed = lambda: transactions.Consumed({}, SimpleNamespace(group_id="g"))  # noqa: E731

    def commit(*partitions: int) -> None:
        made.run([(Message("t", "acme/c", b""), partition) for partition in partitions], lambda _: False, consumed)

    commit(0)
    broker.forgets = True
    commit(1, 2)
    assert broker.open == {"t[1]", "t[2]", "offsets"}
    if ending == "a failure":
        broker.fails = True
        commit(3)
    else:
        made.renew()

    assert broker.open == set()
    assert (broker.ended["t[1]"], broker.ended["t[2]"]) == ("aborted", "aborted")
    assert broker.ended["offsets"] == ("committed" if ending == "a failure" else "aborted")
    assert broker.ended["t[0]"] == "committed"
