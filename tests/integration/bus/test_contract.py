"""What both buses promise, word for word of arf.kit.bus.port."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from contextlib import closing
from uuid import uuid4

import pytest

from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import MAX_VALUE_BYTES, Message, PartitionsLost, Record, TopicSpec
from arf.kit.errors import InvalidRecord, NotFound
from tests.integration.bus.conftest import PATIENCE_S, Place, drain, eventually, hold, polled


def _messages(topic: str, count: int, keys: int = 5) -> list[Message]:
    return [Message(topic, f"acme/c-{n % keys}", b"%d" % n, {"event_id": f"e-{n}"}) for n in range(count)]


def _values(records: list[Record]) -> list[int]:
    return sorted(int(record.value) for record in records)


def test_records_of_a_key_come_in_order_and_in_its_partition(place: Place, group: str) -> None:
    topic = place.topic()
    messages = _messages(topic, 60)
    place.bus.publish(messages[:30])
    place.bus.publish(messages[30:])

    records = drain(place.consumer(group, topic), 60)

    by_key: dict[str, list[int]] = defaultdict(list)
    for record in records:
        assert record.partition == partition_of(record.key, 3)
        by_key[record.key].append(int(record.value))
    assert _values(records) == list(range(60))
    assert len(by_key) == 5
    assert all(values == sorted(values) for values in by_key.values())


def test_a_record_is_what_was_published(place: Place, group: str) -> None:
    topic = place.topic()
    headers = {"event_id": "e", "tenant": "Łódź", "empty": "", "traceparent": "00-aa-bb-01"}
    before = time.time() * 1000
    place.bus.publish([Message(topic, "acme/zażółć", bytes(range(256)), headers)])

    (record,) = drain(place.consumer(group, topic), 1)

    assert (record.topic, record.key, record.value, dict(record.headers)) == (
        topic,
        "acme/zażółć",
        bytes(range(256)),
        headers,
    )
    assert before - 1 <= record.timestamp_ms <= time.time() * 1000 + 1
    assert list(place.bus.read(topic)) == [record]


def test_a_commit_publishes_and_advances_together(place: Place, group: str) -> None:
    source, target = place.topic(), place.topic()
    place.bus.publish(_messages(source, 6))
    consumer = place.consumer(group, source)
    records = drain(consumer, 6)

    consumer.commit(records, [Message(target, record.key, record.value) for record in records])

    assert _values(list(place.bus.read(target))) == list(range(6))
    consumer.rewind()
    assert consumer.poll(10, 0.5) == []
    consumer.close()
    place.bus.publish(_messages(source, 1))
    (last,) = drain(place.consumer(group, source), 1)
    assert last.offset > max(record.offset for record in records if record.partition == last.partition)


def test_nothing_is_visible_when_a_commit_is_refused(place: Place, group: str) -> None:
    source, target = place.topic(), place.topic()
    place.bus.publish(_messages(source, 4))
    consumer = place.consumer(group, source)
    records = drain(consumer, 4)
    good = Message(target, "acme/c-1", b"0")

    with pytest.raises(NotFound):
        consumer.commit(records, [good, Message("no-such-topic", "acme/c-1", b"0")])
    with pytest.raises(InvalidRecord):
        consumer.commit(records, [good, Message(target, "acme/c-1", bytes(2 * MAX_VALUE_BYTES))])

    assert list(place.bus.read(target)) == []
    consumer.rewind()
    assert _values(drain(consumer, 4)) == [0, 1, 2, 3]


def test_a_commit_of_some_leaves_the_rest_to_come_again(place: Place, group: str) -> None:
    topic = place.topic(partitions=1)
    place.bus.publish(_messages(topic, 5))
    consumer = place.consumer(group, topic)
    records = drain(consumer, 5)

    consumer.commit(records[:2], [])
    consumer.rewind()

    assert _values(drain(consumer, 3)) == [2, 3, 4]


def test_records_come_once_when_they_are_not_committed(place: Place, group: str) -> None:
    topic = place.topic()
    place.bus.publish(_messages(topic, 3))
    consumer = place.consumer(group, topic)
    drain(consumer, 3)

    assert consumer.poll(10, 0.5) == []


def test_poll_gives_no_more_than_its_limit(place: Place, group: str) -> None:
    topic = place.topic()
    place.bus.publish(_messages(topic, 20))
    consumer = place.consumer(group, topic)
    hold(consumer, 3)

    first = consumer.poll(7, PATIENCE_S)

    assert 0 < len(first) <= 7
    assert _values(first + drain(consumer, 20 - len(first))) == list(range(20))


def test_two_members_share_and_one_takes_over_when_the_other_leaves(place: Place, group: str) -> None:
    topic = place.topic(partitions=4)
    first, second = place.consumer(group, topic), place.consumer(group, topic)
    everything = {(topic, p) for p in range(4)}
    with polled(first, second) as (one, other):
        eventually(lambda: len(first.assignment()) == len(second.assignment()) == 2, "two partitions each")
        assert set(first.assignment()) | set(second.assignment()) == everything

        place.bus.publish(_messages(topic, 40, keys=20))
        eventually(lambda: len(one.records) + len(other.records) >= 40, "all records")
        assert _values(one.records + other.records) == list(range(40))
        assert {r.slot for r in one.records} & {r.slot for r in other.records} == set()

        given_up = len(one.records)
        one.leave()
        eventually(lambda: set(second.assignment()) == everything, "the partitions of the one that left")
        eventually(lambda: len(other.records) >= 40, "its records, none being committed")
        assert given_up > 0


def test_a_partition_that_came_back_has_another_number(place: Place, group: str) -> None:
    topic = place.topic(partitions=1)
    first = place.consumer(group, topic)
    hold(first, 1)
    before = dict(first.assignment())
    first.close()
    second = place.consumer(group, topic)
    hold(second, 1)
    if place.kind == "sqlite":  # on Kafka numbers are of one consumer: there it is a new one
        assert second.assignment() != before

    third = place.consumer(group, topic)
    second.close()
    hold(third, 1)
    assert set(third.assignment()) == set(before)


def test_a_paused_partition_gives_nothing_until_it_is_resumed(place: Place, group: str) -> None:
    topic = place.topic(partitions=2)
    place.bus.publish(_messages(topic, 40, keys=20))
    consumer = place.consumer(group, topic)
    hold(consumer, 2)
    paused, open_ = sorted(consumer.assignment())

    got: list[Record] = []
    deadline = time.monotonic() + PATIENCE_S
    expected = sum(record.slot == open_ for record in place.bus.read(topic))
    while len(got) < expected and time.monotonic() < deadline:
        got += consumer.poll(100, 0.2, [paused])
    got += consumer.poll(100, 0.5, [paused])

    assert len(got) == expected > 0
    assert {record.slot for record in got} == {open_}
    assert {record.slot for record in drain(consumer, 40 - expected)} == {paused}


def test_membership_outlives_the_session_while_polls_take_nothing(place: Place, group: str) -> None:
    topic = place.topic()
    place.bus.publish(_messages(topic, 9))
    consumer = place.consumer(group, topic)
    records = drain(consumer, 9)
    before = dict(consumer.assignment())

    until = time.monotonic() + 1.5 * place.session_s
    while time.monotonic() < until:
        assert consumer.poll(0, 0.2) == []

    assert dict(consumer.assignment()) == before
    consumer.commit(records, [])


def test_work_is_void_when_its_consumer_has_closed(place: Place, group: str) -> None:
    source, target = place.topic(), place.topic()
    place.bus.publish(_messages(source, 2))
    left = place.consumer(group, source)
    records = drain(left, 2)
    left.close()
    other = place.consumer(group, source)
    hold(other, 3)
    foreign = [Message(target, record.key, record.value) for record in records]

    with pytest.raises(PartitionsLost) as caught:
        other.commit(records, foreign)

    assert caught.value.slots == {record.slot for record in records}
    assert list(place.bus.read(target)) == []


def test_what_is_made_for_a_held_partition_alone_is_published_while_it_is_held(place: Place, group: str) -> None:
    source, target = place.topic(), place.topic()
    place.bus.publish(_messages(source, 6))
    consumer = place.consumer(group, source)
    hold(consumer, 3)
    untouched = dict(consumer.assignment())

    consumer.commit([], [Message(target, "acme/c-1", b"0")], untouched)
    records = drain(consumer, 6)
    consumer.commit(records, [])
    consumer.commit([], [Message(target, "acme/c-1", b"1")], consumer.assignment())

    assert _values(list(place.bus.read(target))) == [0, 1]
    consumer.rewind()
    assert consumer.poll(10, 0.5) == []
    stale = {slot: number - 1 for slot, number in consumer.assignment().items()}
    with pytest.raises(PartitionsLost) as caught:
        consumer.commit([], [Message(target, "acme/c-1", b"2")], stale)
    assert caught.value.slots == set(untouched)
    with pytest.raises(ValueError, match="nothing consumed or held"):
        consumer.commit([], [Message(target, "acme/c-1", b"2")])
    assert _values(list(place.bus.read(target))) == [0, 1]


def test_lag_counts_records_whose_transaction_has_not_ended_everywhere(place: Place, group: str) -> None:
    """As right after a publication: it is acknowledged before its end is written to the partitions."""
    if place.broker is None:
        pytest.skip("on SQLite a publication ends at once")
    from kafka import KafkaProducer

    topic = place.topic(partitions=1)
    place.bus.publish(_messages(topic, 2))
    consumer = place.consumer(group, topic)
    consumer.commit(drain(consumer, 2), [])
    producer = KafkaProducer(bootstrap_servers=place.broker.servers, transactional_id=group)
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, key=b"acme/c-1", value=b"2").get(timeout=30)
    open_ = place.bus.lag(group, [topic])
    producer.commit_transaction()
    producer.close()

    assert [lag.records > 0 and lag.oldest_age_s > 0 for lag in open_] == [True]
    consumer.commit(drain(consumer, 1), [])
    assert [(lag.records, lag.oldest_age_s) for lag in place.bus.lag(group, [topic])] == [(0, 0.0)]


def test_lag_counts_what_is_not_committed_and_how_old_it_is(place: Place, group: str) -> None:
    topic = place.topic()
    place.bus.publish(_messages(topic, 30, keys=30))
    published = time.time()
    behind = place.bus.lag(group, [topic])
    time.sleep(0.2)
    older = place.bus.lag(group, [topic])

    assert [lag.slot for lag in behind] == [(topic, p) for p in range(3)]
    assert sum(lag.records for lag in behind) >= 30
    for now, later in zip(behind, older, strict=True):
        assert 0 < now.oldest_age_s < later.oldest_age_s <= time.time() - published + 60

    consumer = place.consumer(group, topic)
    consumer.commit(drain(consumer, 30), [])
    assert [(lag.records, lag.oldest_age_s) for lag in place.bus.lag(group, [topic])] == [(0, 0.0)] * 3


def test_a_value_of_900_kb_passes_and_one_too_large_is_named(place: Place, group: str) -> None:
    source, target = place.topic(), place.topic()
    large = bytes(900_000)
    place.bus.publish([Message(source, "acme/big", large, {"event_id": "e"}), Message(source, "acme/big", large)])

    consumer = place.consumer(group, source)
    records = drain(consumer, 2)
    consumer.commit(records, [Message(target, record.key, record.value) for record in records])

    assert [len(record.value) for record in place.bus.read(target)] == [900_000, 900_000]
    with pytest.raises(InvalidRecord, match=target):
        place.bus.publish([Message(target, "acme/big", bytes(2 * MAX_VALUE_BYTES))])


def test_an_unknown_topic_is_named(place: Place, group: str) -> None:
    for ask in (
        lambda: place.bus.publish([Message("nowhere", "acme/c", b"")]),
        lambda: place.bus.consumer(group, ["nowhere"]),
        lambda: place.bus.read("nowhere"),
        lambda: place.bus.lag(group, ["nowhere"]),
        lambda: place.bus.partitions("nowhere"),
    ):
        with pytest.raises(NotFound, match="nowhere"):
            ask()


def test_creating_topics_again_changes_nothing_and_another_count_is_refused(place: Place) -> None:
    topic = place.topic(partitions=3)
    place.bus.publish(_messages(topic, 4))

    place.bus.create_topics([TopicSpec(topic, 3)])

    assert place.bus.partitions(topic) == 3
    assert len(list(place.bus.read(topic))) == 4
    with pytest.raises(InvalidRecord, match=topic):
        place.bus.create_topics([TopicSpec(topic, 5)])


def test_retention_of_a_topic_that_exists_changes_where_its_spec_says_so(place: Place) -> None:
    topic = f"kept-{uuid4().hex[:12]}"
    for spec, kept in (
        (TopicSpec(topic, 1, 900), 900),
        (TopicSpec(topic, 1, 100), 900),
        (TopicSpec(topic, 1, 100, changing=True), 100),
        (TopicSpec(topic, 1, None, changing=True), None),
    ):
        place.bus.create_topics([spec])
        assert _retention_s(place, topic) == kept


def _retention_s(place: Place, topic: str) -> int | None:
    if place.kind == "sqlite":
        with closing(sqlite3.connect(place.address.removeprefix("sqlite:"))) as file:
            (kept,) = file.execute("SELECT retention_s FROM topic WHERE name = ?", (topic,)).fetchone()
            return kept if kept is None else int(kept)
    from kafka import KafkaAdminClient
    from kafka.admin import ConfigResource

    with closing(KafkaAdminClient(bootstrap_servers=place.address.removeprefix("kafka:"))) as admin:
        found = admin.describe_configs([ConfigResource("TOPIC", topic, configs=["retention.ms"])])
        ms = int(found["topic"][topic]["retention.ms"]["value"])
        return None if ms < 0 else ms // 1000


def test_publishing_is_all_or_nothing(place: Place) -> None:
    topic = place.topic()
    with pytest.raises(NotFound):
        place.bus.publish([*_messages(topic, 3), Message("nowhere", "acme/c", b"")])

    assert list(place.bus.read(topic)) == []


def test_reading_ends_where_the_log_ended_and_starts_where_it_is_told(place: Place) -> None:
    topic = place.topic(partitions=2)
    place.bus.publish(_messages(topic, 10, keys=10))
    reading = place.bus.read(topic)
    place.bus.publish(_messages(topic, 5))
    first = list(reading)
    assert _values(first) == list(range(10))

    last = {p: max((r.offset for r in first if r.partition == p), default=-1) for p in range(2)}
    assert _values(list(place.bus.read(topic, {p: at + 1 for p, at in last.items()}))) == [0, 1, 2, 3, 4]
    assert {record.partition for record in place.bus.read(topic, {1: 0})} == {1}
    assert list(place.bus.read(place.topic())) == []


def test_the_offsets_of_a_time_are_those_of_the_first_records_from_then_on_or_the_ends(place: Place) -> None:
    topic = place.topic(1)
    place.bus.publish(_messages(topic, 3))
    time.sleep(0.05)
    between = round(time.time() * 1000)
    time.sleep(0.05)
    place.bus.publish(_messages(topic, 2))

    def left(since_ms: int) -> list[int]:
        return [int(record.value) for record in place.bus.read(topic, place.bus.offsets(topic, since_ms))]

    assert left(0) == [0, 1, 2, 0, 1]
    assert left(between) == [0, 1]
    assert left(between + 3_600_000) == []


def test_groups_do_not_know_each_other(place: Place, group: str) -> None:
    topic = place.topic()
    place.bus.publish(_messages(topic, 5))
    first = place.consumer(group, topic)
    first.commit(drain(first, 5), [])

    assert _values(drain(place.consumer(f"{group}-other", topic), 5)) == [0, 1, 2, 3, 4]
