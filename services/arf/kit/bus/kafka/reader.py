"""Reads committed records without a group, and measures a group's lag."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from kafka import IsolationLevel, KafkaAdminClient, KafkaConsumer, OffsetSpec, TopicPartition, errors

from arf.kit.bus.kafka.client import PATIENCE_S, RETRY_S, Client, lasting, patiently
from arf.kit.bus.port import Lag, Record, Slot
from arf.kit.errors import Unavailable

_STALL_S = 20.0
_OPEN_S = 5.0


def read(
    client: Client, start: Mapping[TopicPartition, int | None], ends: Mapping[TopicPartition, int]
) -> Iterator[Record]:
    """Committed records of each partition from its start (None: the oldest) up to its end.

    Waits for open transactions below the end. Raises Unavailable after PATIENCE_S without progress.
    """
    left = {tp: at for tp, at in start.items() if ends[tp] > (at or 0)}
    patient_until = time.monotonic() + PATIENCE_S
    while left:
        # A consumer without progress is replaced: kafka-python's may never recover from a broker's restart.
        consumer = patiently(client.reader)
        try:
            _assign(consumer, left)
            stalled_at = time.monotonic() + _STALL_S
            while left and time.monotonic() < stalled_at:
                for tp, raws in _poll(consumer).items():
                    yield from (to_record(raw) for raw in raws if raw.offset < ends[tp])
                moved = {tp: at for tp in left if (at := _position(consumer, tp)) is not None and at != left[tp]}
                if moved:
                    left.update(moved)
                    stalled_at = time.monotonic() + _STALL_S
                    patient_until = time.monotonic() + PATIENCE_S
                ended = [tp for tp, at in left.items() if at is not None and at >= ends[tp]]
                consumer.pause(*ended)
                for tp in ended:
                    del left[tp]
        finally:
            consumer.close(autocommit=False)
        if left and time.monotonic() > patient_until:
            raise Unavailable("Kafka: records up to the end of the log cannot be read")


def ends(admin: KafkaAdminClient, slots: list[TopicPartition]) -> dict[TopicPartition, int]:
    """The offset after the last record of each partition, records of open transactions included."""
    level = IsolationLevel.READ_UNCOMMITTED
    found = admin.list_partition_offsets(dict.fromkeys(slots, OffsetSpec.LATEST), isolation_level=level)
    return {tp: at.offset for tp, at in found.items()}


def offsets(admin: KafkaAdminClient, slots: list[TopicPartition], since_ms: int) -> dict[int, int]:
    """For each partition the offset of its first record from `since_ms` on, or its end."""
    last = ends(admin, slots)
    found = admin.list_partition_offsets(dict.fromkeys(slots, max(0, since_ms)))
    return {tp.partition: at.offset if at.offset >= 0 else last[tp] for tp, at in found.items()}


def lag(client: Client, admin: KafkaAdminClient, group: str, slots: list[TopicPartition]) -> list[Lag]:
    """A group's lag on each partition; the oldest record's age is that of its own timestamp.

    Records of open transactions count: right after a publish its commit may not have reached all partitions.
    """
    last = ends(admin, slots)
    committed = admin.list_group_offsets({group: slots}).get(group, {})
    first = admin.list_partition_offsets(dict.fromkeys(slots, OffsetSpec.EARLIEST))
    start = {tp: max(first[tp].offset, committed[tp].offset if tp in committed else 0) for tp in slots}
    behind = {tp: at for tp, at in start.items() if at < last[tp]}
    oldest, open_ = _oldest(client, behind, last, committed=True)
    if open_:
        oldest |= _oldest(client, open_, last, committed=False)[0]
    now = time.time()
    return [
        Lag(Slot(*tp), last[tp] - start[tp], max(0.0, now - oldest[tp] / 1000))
        if tp in oldest
        else Lag(Slot(*tp), 0, 0.0)
        for tp in slots
    ]


def _oldest(
    client: Client, start: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int], *, committed: bool
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
    """The timestamp in ms of the first record from each start; missing if only transaction markers follow.

    With `committed` only committed records count; also returns the partitions where an open transaction comes first.
    """
    found: dict[TopicPartition, int] = {}
    left = dict(start)
    if not left:
        return found, left
    consumer = client.reader(committed=committed, max_partition_fetch_bytes=4_096)
    try:
        _assign(consumer, start)
        deadline = time.monotonic() + (_OPEN_S if committed else _STALL_S)
        while left and time.monotonic() < deadline:
            for tp, raws in _poll(consumer).items():
                found.setdefault(tp, raws[0].timestamp)
            ended = [tp for tp in left if tp in found or (_position(consumer, tp) or 0) >= ends[tp]]
            consumer.pause(*ended)
            for tp in ended:
                del left[tp]
    finally:
        consumer.close(autocommit=False)
    if left and not committed:
        raise errors.KafkaTimeoutError("the oldest records cannot be read")
    return found, left


def _assign(consumer: KafkaConsumer, start: Mapping[TopicPartition, int | None]) -> None:
    consumer.assign(sorted(start))
    for tp, at in start.items():
        if at is None:
            consumer.seek_to_beginning(tp)
        else:
            consumer.seek(tp, at)


def _poll(consumer: KafkaConsumer) -> dict[TopicPartition, list[Any]]:
    try:
        polled: dict[TopicPartition, list[Any]] = consumer.poll(timeout_ms=200)
        return polled
    except errors.KafkaError as error:
        lasting(error)
        time.sleep(RETRY_S)
        return {}


def _position(consumer: KafkaConsumer, tp: TopicPartition) -> int | None:
    try:
        at: int | None = consumer.position(tp, timeout_ms=2_000)
        return at
    except errors.KafkaError as error:
        lasting(error)
        return None


def to_record(raw: Any) -> Record:
    """The port's record of kafka-python's: NOT_TEXT in place of invalid UTF-8, empty for what is missing."""
    headers = {name: _text(value) for name, value in raw.headers}
    return Record(raw.topic, raw.partition, raw.offset, _text(raw.key), raw.value or b"", headers, raw.timestamp)


def _text(raw: bytes | None) -> str:
    # Not surrogateescape: no database, protobuf or hash accepts such a string.
    return (raw or b"").decode(errors="replace")
