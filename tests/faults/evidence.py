"""What the topics hold, read back by a plain consumer of committed records: not by the bus that is under test."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from arf.flow import CALLS, FINDINGS, REVISIONS, SUMMARIES
from arf.kit.bus.dlq import DLQ
from arf.kit.bus.port import Record

TOPICS = (CALLS, SUMMARIES, FINDINGS, REVISIONS, DLQ)

_PATIENCE_S = 300.0


def committed(servers: str, topics: Sequence[str] = TOPICS) -> Mapping[str, list[Record]]:
    """All committed records of each topic. Raises TimeoutError if a transaction stays open, or nothing can be read."""
    from kafka import KafkaConsumer

    from arf.kit.bus.kafka.reader import to_record

    common = {"bootstrap_servers": servers, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    found: dict[str, list[Record]] = {topic: [] for topic in topics}
    everything = KafkaConsumer(**common, isolation_level="read_uncommitted")
    consumer = KafkaConsumer(**common, isolation_level="read_committed")
    try:
        slots = _slots(consumer, topics)
        # The end of the log itself: what an open transaction holds back is waited for, not passed by.
        ends = everything.end_offsets(slots)
        consumer.assign(slots)
        consumer.seek_to_beginning(*slots)
        deadline = time.monotonic() + _PATIENCE_S
        while any(consumer.position(slot) < ends[slot] for slot in slots):
            if time.monotonic() > deadline:
                raise TimeoutError("the topics cannot be read to their ends")
            for slot, raws in consumer.poll(timeout_ms=500).items():
                found[slot.topic] += [to_record(raw) for raw in raws]
    finally:
        everything.close(autocommit=False)
        consumer.close(autocommit=False)
    return found


def _slots(consumer: object, topics: Sequence[str]) -> list[object]:
    from kafka import TopicPartition

    known = consumer.topics()  # type: ignore[attr-defined]
    assert set(topics) <= known, sorted(set(topics) - known)
    return [TopicPartition(topic, p) for topic in topics for p in sorted(consumer.partitions_for_topic(topic))]  # type: ignore[attr-defined]
