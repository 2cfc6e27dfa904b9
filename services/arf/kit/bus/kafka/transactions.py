"""Kafka transactions whose outcome is always known, even if the broker dies in between.

kafka-python leaves three gaps, each closed here. It waits for the end of a transaction for ever: here it has a
deadline. A batch that fails while a transaction is being committed can bump the producer's epoch, which aborts the
transaction on the broker, while the commit returns as if it had succeeded: here all batches are acknowledged before
the commit begins. And a commit whose answer is lost may or may not have happened: a new producer of the same
transactional.id ends it, and whether its messages can be read then tells.

Kafka leaves one (docs/adr/0009): a broker that is killed after it has accepted a commit and before it has written the
markers skips them if a partition has no leader when it restarts. The transaction stays open, though its commit was
acknowledged, and ends as the producer's next one does, partition by partition. So whenever a transaction failed, the
one before it is first aborted wherever it may still be open; elsewhere that does nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from kafka import KafkaProducer, OffsetAndMetadata, TopicPartition, errors

from arf.kit.bus.kafka.client import DELIVERY_MS, PATIENCE_S, RETRY_S, Client, describe, discard, lasting, within
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Message
from arf.kit.errors import ArfError, Unavailable

logger = logging.getLogger(__name__)

_ATTEMPT_S = 30.0


class WrittenPlace(NamedTuple):
    """The partition and offset where a transaction wrote a message."""

    topic: str
    partition: int
    offset: int


class Consumed(NamedTuple):
    """Offsets to commit in a transaction, and the group membership that fences them."""

    offsets: dict[TopicPartition, OffsetAndMetadata]
    membership: Any


@dataclass
class _Attempt:
    """One transaction; until `committing` is set, just before the commit, it cannot have been committed."""

    messages: Sequence[tuple[Message, int]]
    consumed: Consumed | None
    places: list[WrittenPlace] = field(default_factory=list)
    committing: bool = False

    def run(self, producer: KafkaProducer) -> None:
        producer.begin_transaction()
        sent = [
            producer.send(
                message.topic,
                key=message.key.encode(),
                # An empty value is sent as null, so that compaction removes the key.
                value=message.value or None,
                headers=[(name, value.encode()) for name, value in message.headers.items()],
                partition=partition,
            )
            for message, partition in self.messages
        ]
        done = [future.get(timeout=DELIVERY_MS / 1000) for future in sent]
        self.places = [WrittenPlace(at.topic, at.partition, at.offset) for at in done]
        if self.consumed is not None:
            producer.send_offsets_to_transaction(*self.consumed)
        self.committing = True
        producer.commit_transaction()

    def undo(self, producer: KafkaProducer) -> None:
        """Aborts the transaction wherever it is still open, by an aborted one over the same partitions and offsets.

        Offsets first: if only they are undone, the records come again and their outputs are recognised; if only the
        outputs were, they would be lost.
        """
        producer.begin_transaction()
        if self.consumed is not None:
            producer.send_offsets_to_transaction({}, self.consumed.membership.group_id)
        slots = {(at.topic, at.partition) for at in self.places}
        for sent in [producer.send(topic, value=b"", partition=partition) for topic, partition in slots]:
            sent.get(timeout=DELIVERY_MS / 1000)
        producer.abort_transaction()


class Transactions:
    """The one transactional producer of a process, which runs one transaction at a time."""

    def __init__(self, client: Client, transactional_id: str) -> None:
        self._client = client
        self._id = transactional_id
        self._lock = threading.Lock()
        self._producer: KafkaProducer | None = None
        self._unsure: list[_Attempt] = []
        self.producers = 0
        """How many producers there have been: each but the first replaced one whose transaction failed."""

    def run(
        self,
        messages: Sequence[tuple[Message, int]],
        visible: Callable[[Sequence[WrittenPlace]], bool],
        consumed: Callable[[], Consumed] | None = None,
    ) -> None:
        """Commits messages, each with its partition, and the offsets that `consumed` returns before each attempt.

        `visible` says whether an attempt that has ended was committed; it may raise KafkaError.
        Raises what `consumed` raises, with nothing committed; Unavailable if the outcome is unknown after PATIENCE_S.
        """
        deadline = time.monotonic() + PATIENCE_S
        attempt: _Attempt | None = None
        with self._lock:
            while True:
                try:
                    producer = self._ready()
                    if attempt is not None and attempt.committing and visible(attempt.places):
                        return
                    attempt = None
                    attempt = _Attempt(messages, consumed() if consumed is not None else None)
                    self._try(attempt, producer)
                    return
                except errors.KafkaError as error:
                    self._drop()
                    lasting(error)
                    if time.monotonic() > deadline:
                        raise Unavailable(f"Kafka: a transaction's outcome is unknown: {describe(error)}") from None
                    logger.info("transaction failed, trying again: %s", describe(error))
                    time.sleep(RETRY_S)
                except ArfError:
                    raise
                except BaseException:
                    self._drop()
                    raise

    def settle(self) -> None:
        """Ensures that no earlier transaction can still be committed. Raises KafkaError."""
        with self._lock:
            self._ready()

    def renew(self) -> None:
        """Aborts what may still be open of the last commit. Raises KafkaError; then call `settle` to finish."""
        with self._lock:
            self._drop()
            self._ready()

    def close(self) -> None:
        """Closes the producer."""
        with self._lock:
            self._drop()

    def _try(self, attempt: _Attempt, producer: KafkaProducer) -> None:
        try:
            within(_ATTEMPT_S, partial(attempt.run, producer))
        except BaseException:
            if attempt.committing:
                self._unsure.append(attempt)
            raise
        # Nobody would publish again what was published without offsets: it may stay open, but is never undone.
        if attempt.consumed is not None:
            self._unsure = [attempt]

    def _ready(self) -> KafkaProducer:
        if self._producer is None:
            producer = self._client.producer(self._id)
            try:
                for attempt in self._unsure:
                    within(_ATTEMPT_S, partial(attempt.undo, producer))
            except BaseException:
                discard(producer)
                raise
            self._unsure = []
            self._producer = producer
            self.producers += 1
        return self._producer

    def _drop(self) -> None:
        if self._producer is not None:
            discard(self._producer)
        self._producer = None


def placed(messages: Sequence[Message], partitions: Callable[[str], int]) -> list[tuple[Message, int]]:
    """Pairs each message with its partition."""
    return [(message, partition_of(message.key, partitions(message.topic))) for message in messages]
