"""The bus on a Kafka cluster: topics, transactional publishing, reading and lag."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from kafka import KafkaAdminClient, TopicPartition, errors
from kafka.admin import ConfigResource

from arf.kit.bus.kafka import reader
from arf.kit.bus.kafka.client import Client, patiently
from arf.kit.bus.kafka.consumer import KafkaGroupConsumer
from arf.kit.bus.kafka.transactions import Transactions, WrittenPlace, placed
from arf.kit.bus.port import Lag, Message, Record, TopicSpec, check_size
from arf.kit.errors import InvalidRecord, NotFound

T = TypeVar("T")

_RETENTION = "retention.ms"
_COMPACTING = {"segment.ms": str(60 * 1000), "min.cleanable.dirty.ratio": "0.1"}
"""The newest segment is never compacted, and lasts a week by default: a takeover reads all that is not."""


class KafkaBus:
    """A Bus on Kafka. Thread-safe. A worker silent for `session_s` seconds loses its partitions."""

    def __init__(
        self,
        servers: str,
        *,
        client_id: str = "arf",
        session_s: float = 10.0,
        replication: int = -1,
        security: Mapping[str, Any] | None = None,
    ) -> None:
        """`servers` is HOST:PORT, or several with commas; `security` is kafka-python's TLS and SASL settings.

        `replication` is the factor of topics created here, -1 for the broker's default. Connects on first use.
        """
        self._client = Client(servers, client_id, security or {})
        self._session_s = session_s
        self._replication = replication
        # Unique to this instance, so that it fences nobody; the open transaction of one that crashed times out.
        self._transactions = Transactions(self._client, f"{client_id}-{uuid4().hex}")
        self._lock = threading.RLock()
        self._admin: KafkaAdminClient | None = None
        self._counts: dict[str, int] = {}

    def create_topics(self, specs: Iterable[TopicSpec]) -> None:
        for spec in specs:
            self._create(spec)
            if (count := self.partitions(spec.name)) != spec.partitions:
                raise InvalidRecord("partitions", f"{spec.name} exists with {count}, not {spec.partitions}")

    def partitions(self, topic: str) -> int:
        with self._lock:
            if topic not in self._counts:
                self._counts[topic] = self._ask(lambda admin: _count(admin, topic))
            return self._counts[topic]

    def publish(self, messages: Iterable[Message]) -> None:
        batch = list(messages)
        for message in batch:
            check_size(message)
        if batch:
            self._transactions.run(placed(batch, self.partitions), self._visible)

    def consumer(self, group: str, topics: Collection[str]) -> KafkaGroupConsumer:
        for topic in topics:
            self.partitions(topic)
        return KafkaGroupConsumer(self._client, self._transactions, self.partitions, group, topics, self._session_s)

    def read(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        chosen = range(self.partitions(topic)) if start is None else start
        slots = [TopicPartition(topic, partition) for partition in chosen]
        # Up to the log's own end: what one open transaction holds back may be committed already.
        ends = self._ask(lambda admin: reader.ends(admin, slots))
        first = {tp: None if start is None else start[tp.partition] for tp in slots}
        return reader.read(self._client, first, ends)

    def offsets(self, topic: str, since_ms: int) -> Mapping[int, int]:
        slots = [TopicPartition(topic, partition) for partition in range(self.partitions(topic))]
        return self._ask(lambda admin: reader.offsets(admin, slots, since_ms))

    def lag(self, group: str, topics: Collection[str]) -> list[Lag]:
        slots = [TopicPartition(topic, p) for topic in topics for p in range(self.partitions(topic))]
        return self._ask(lambda admin: reader.lag(self._client, admin, group, slots))

    def close(self) -> None:
        self._transactions.close()
        with self._lock:
            self._forget_admin()

    def _create(self, spec: TopicSpec) -> None:
        configs = {
            _RETENTION: str(-1 if spec.retention_s is None else spec.retention_s * 1000),
            "cleanup.policy": "compact" if spec.compacted else "delete",
            **(_COMPACTING if spec.compacted else {}),
        }
        wanted = {
            spec.name: {
                "num_partitions": spec.partitions,
                "replication_factor": self._replication,
                "configs": configs,
            }
        }

        def create(admin: KafkaAdminClient) -> None:
            try:
                admin.create_topics(wanted, wait_for_metadata=True)
            except errors.TopicAlreadyExistsError:
                admin.wait_for_topics([spec.name])
                if spec.changing:
                    admin.alter_configs([ConfigResource("TOPIC", spec.name, configs={_RETENTION: configs[_RETENTION]})])

        self._ask(create)

    def _visible(self, places: Sequence[WrittenPlace]) -> bool:
        """Whether the transaction was committed, which is whether its first message can be read."""
        at = places[0]
        slot = TopicPartition(at.topic, at.partition)
        found = reader.read(self._client, {slot: at.offset}, {slot: at.offset + 1})
        return any(record.offset == at.offset for record in found)

    def _ask(self, question: Callable[[KafkaAdminClient], T]) -> T:
        def ask() -> T:
            try:
                if self._admin is None:
                    self._admin = self._client.admin()
                return question(self._admin)
            except errors.KafkaError:
                self._forget_admin()
                raise

        with self._lock:
            return patiently(ask)

    def _forget_admin(self) -> None:
        if self._admin is not None:
            self._admin.close()
        self._admin = None


def _count(admin: KafkaAdminClient, topic: str) -> int:
    (found,) = admin.describe_topics([topic])
    if found["error_code"] == errors.UnknownTopicOrPartitionError.errno:
        raise NotFound(f"topic {topic} does not exist on this bus")
    if found["error_code"]:
        raise errors.for_code(found["error_code"])()
    return len(found["partitions"])
