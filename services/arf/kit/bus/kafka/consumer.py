"""A member of a Kafka consumer group, with commits that stay correct through a rebalance."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition, errors
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.structs import MemberState

from arf.kit.bus.kafka.acknowledged import Acknowledged, CommittedOffset
from arf.kit.bus.kafka.client import PATIENCE_S, RETRY_S, Client, describe, lasting, patiently
from arf.kit.bus.kafka.reader import to_record
from arf.kit.bus.kafka.transactions import Consumed, Transactions, WrittenPlace, placed
from arf.kit.bus.port import NOTHING, Message, PartitionsLost, Record, Slot, check_size

logger = logging.getLogger(__name__)

_REBALANCE_S = 5.0
_REBALANCE_POLL_S = 0.1


@dataclass(slots=True)
class _Held:
    """A held partition: records in [committed, position) were returned but not committed; None before the first."""

    epoch: int
    committed: int | None = None
    position: int | None = None


class KafkaGroupConsumer(ConsumerRebalanceListener):  # type: ignore[misc]  # untyped base
    """A Consumer on Kafka. kafka-python's own thread sends heartbeats; every poll takes part in rebalances."""

    def __init__(
        self,
        client: Client,
        transactions: Transactions,
        partitions: Callable[[str], int],
        group: str,
        topics: Collection[str],
        session_s: float,
    ) -> None:
        self._transactions = transactions
        self._partitions = partitions
        self._held: dict[Slot, _Held] = {}
        self._aside: deque[tuple[int, Record]] = deque()
        self._epoch = 0
        self._acknowledged = Acknowledged()
        self._looked_after = 0
        self._consumer: KafkaConsumer = patiently(
            lambda: client.reader(
                group_id=group,
                session_timeout_ms=round(session_s * 1000),
                heartbeat_interval_ms=round(session_s * 1000 / 5),
                metadata_max_age_ms=10_000,
                # How long others wait for a member that sends heartbeats but does not poll.
                max_poll_interval_ms=round(2 * PATIENCE_S * 1000),
                partition_assignment_strategy=[CooperativeStickyAssignor],
            )
        )
        self._consumer.subscribe(sorted(topics), listener=self)
        patiently(lambda: self._know(topics))

    # kafka-python calls these from its own thread while poll or close waits.
    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        for tp in assigned:
            self._epoch += 1
            self._held[Slot(*tp)] = _Held(self._epoch)

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        for tp in revoked:
            self._held.pop(Slot(*tp), None)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        self.on_partitions_revoked(lost)

    def poll(self, limit: int, timeout: float, paused: Collection[Slot] = ()) -> list[Record]:
        if self._acknowledged.due():
            self._look()
        self._pause(set(self._held) if limit == 0 else set(paused))
        ready = self._take_aside(limit, paused)
        self._receive(0.0 if ready else timeout, max(1, limit - len(ready)))
        return ready + self._take_aside(limit - len(ready), paused)

    def assignment(self) -> Mapping[Slot, int]:
        return {slot: held.epoch for slot, held in list(self._held.items())}

    def commit(
        self, consumed: Iterable[Record], produced: Iterable[Message], holding: Mapping[Slot, int] = NOTHING
    ) -> None:
        messages = list(produced)
        for message in messages:
            check_size(message)
        records = list(consumed)
        if not records and not holding:
            raise ValueError("nothing consumed or held: publish() is for messages alone")
        upto: dict[Slot, CommittedOffset] = {}
        for record in records:
            upto[record.slot] = max(CommittedOffset(record.offset + 1), upto.get(record.slot, CommittedOffset(0)))
        unread = [slot for slot in holding if slot not in upto]

        def membership() -> Consumed:
            metadata = self._stable_membership()
            stale = {record.slot for record in records if not self._in_flight(record)}
            if stale := stale | {slot for slot, epoch in holding.items() if self.assignment().get(slot) != epoch}:
                raise PartitionsLost(stale)
            if self._looked_after != self._transactions.producers:
                # The producer was replaced, and with the failed transaction an earlier commit may have been undone.
                if taken_back := self._reread_lost_commits():
                    raise PartitionsLost(taken_back)
                self._looked_after = self._transactions.producers
            upto.update((slot, self._once_more(slot)) for slot in unread)
            offsets = {TopicPartition(*slot): OffsetAndMetadata(at.offset, str(at.mark)) for slot, at in upto.items()}
            return Consumed(offsets, metadata)

        def visible(_places: Collection[WrittenPlace]) -> bool:
            return all((self._committed(slot) or CommittedOffset(0)) >= at for slot, at in upto.items())

        self._transactions.run(placed(messages, self._partitions), visible, membership)
        for slot, at in upto.items():
            self._acknowledged.note(slot, at)
            if (held := self._held.get(slot)) is not None and slot not in unread:
                held.committed = at.offset

    def rewind(self) -> None:
        def go_back() -> None:
            self._transactions.settle()
            self._aside.clear()
            for slot in list(self._held):
                self._seek(slot, self._committed(slot))
                if (held := self._held.get(slot)) is not None:
                    held.committed = held.position = None
            self._acknowledged.clear()

        patiently(go_back)

    def close(self) -> None:
        try:
            self._consumer.close(autocommit=False)
        except errors.KafkaError as error:
            logger.warning("could not leave the group, its session will expire: %s", describe(error))
        self._held.clear()
        self._aside.clear()

    def _know(self, topics: Collection[str]) -> None:
        """Fetches the topics' metadata: kafka-python may join without, and then is assigned nothing."""
        for topic in topics:
            if not self._consumer.partitions_for_topic(topic):
                raise errors.KafkaTimeoutError(f"no metadata of {topic} yet")

    def _receive(self, timeout: float, limit: int) -> None:
        """Polls until a rebalance is complete; records are set aside, since some may be of partitions not asked for.

        kafka-python 3.0.12 forgets a join that completes between two polls, and joins again: members that poll rarely
        would rebalance for ever.
        """
        deadline = time.monotonic() + _REBALANCE_S
        self._receive_once(timeout, limit)
        while self._consumer.group_metadata().state == MemberState.REBALANCING and time.monotonic() < deadline:
            self._receive_once(_REBALANCE_POLL_S, limit)

    def _receive_once(self, timeout: float, limit: int) -> None:
        deadline = time.monotonic() + timeout
        try:
            polled = self._consumer.poll(timeout_ms=round(timeout * 1000), max_records=limit)
        except errors.KafkaError as error:
            lasting(error)
            logger.warning("poll: %s", describe(error))
            time.sleep(max(0.0, min(RETRY_S, deadline - time.monotonic())))
            return
        for tp, raws in polled.items():
            if (held := self._held.get(Slot(*tp))) is not None:
                self._aside.extend((held.epoch, to_record(raw)) for raw in raws)

    def _take_aside(self, limit: int, paused: Collection[Slot]) -> list[Record]:
        taken: list[Record] = []
        kept: deque[tuple[int, Record]] = deque()
        for epoch, record in self._aside:
            held = self._held.get(record.slot)
            if held is None or held.epoch != epoch:
                continue
            if len(taken) == limit or record.slot in paused:
                kept.append((epoch, record))
                continue
            taken.append(record)
            held.committed = record.offset if held.committed is None else held.committed
            held.position = record.offset + 1
        self._aside = kept
        return taken

    def _in_flight(self, record: Record) -> bool:
        """Whether a record of a held partition was returned and is not committed."""
        held = self._held.get(record.slot)
        if held is None or held.committed is None or held.position is None:
            return False
        return held.committed <= record.offset < held.position

    def _pause(self, slots: Collection[Slot]) -> None:
        wanted = {TopicPartition(*slot) for slot in slots} & self._consumer.assignment()
        paused = self._consumer.paused()
        self._consumer.pause(*wanted - paused)
        self._consumer.resume(*paused - wanted)
        # kafka-python 3.0.12 returns what it fetched before a pause only if this is None, and leaves an exhausted batch
        # here if another partition was read meanwhile: the resumed partition would never be read again.
        fetcher = self._consumer._fetcher
        if not fetcher._next_partition_records:
            fetcher._next_partition_records = None

    def _stable_membership(self) -> Any:
        """The membership to commit under, with a generation so that it is fenced. Raises KafkaTimeoutError."""
        deadline = time.monotonic() + 2 * _REBALANCE_S
        while True:
            metadata = self._consumer.group_metadata()
            if metadata.state == MemberState.STABLE and metadata.generation_id > 0 and metadata.member_id:
                return metadata
            if time.monotonic() > deadline:
                raise errors.KafkaTimeoutError("the group is being rebalanced")
            self._pause(self._held)
            self._receive(_REBALANCE_POLL_S, 1)

    def _look(self) -> None:
        """Checks for lost commits even when nothing is left to commit."""
        try:
            try:
                self._reread_lost_commits()
            except errors.KafkaTimeoutError:
                # Offsets cannot be read while a transaction is open, perhaps one of our own.
                self._transactions.renew()
                self._reread_lost_commits()
        except errors.KafkaError as error:
            logger.warning("cannot read the committed offsets: %s", describe(error))

    def _reread_lost_commits(self) -> set[Slot]:
        """Goes back to the committed offset of partitions whose acknowledged commit was lost, under a new epoch."""
        taken_back = self._acknowledged.taken_back(self._committed, self._held)
        for slot in taken_back.keys() & self._held.keys():
            # Nothing in between asks the broker: if that failed, the rest would never be done.
            self._seek(slot, taken_back[slot])
            self.on_partitions_assigned([TopicPartition(*slot)])
        return set(taken_back)

    def _seek(self, slot: Slot, at: CommittedOffset | None) -> None:
        """Seeks to an offset, or to the oldest record if nothing was ever committed."""
        if at is None:
            self._consumer.seek_to_beginning(TopicPartition(*slot))
        else:
            self._consumer.seek(TopicPartition(*slot), at.offset)

    def _once_more(self, slot: Slot) -> CommittedOffset:
        """The offset to commit for a partition of which nothing is consumed: the same again, which also fences."""
        if (at := self._committed(slot)) is not None:
            return CommittedOffset(at.offset, at.mark + 1)
        held = self._held[slot]
        if held.committed is not None:
            return CommittedOffset(held.committed)
        if (position := self._consumer.position(TopicPartition(*slot), timeout_ms=5_000)) is None:
            raise errors.KafkaTimeoutError(f"no position of {slot} yet")
        return CommittedOffset(position)

    def _committed(self, slot: Slot) -> CommittedOffset | None:
        at = self._consumer.committed(TopicPartition(*slot), metadata=True, timeout_ms=5_000)
        # Only our commits hold a mark: another client's metadata may be anything.
        return None if at is None else CommittedOffset(at.offset, int(at.metadata) if at.metadata.isdecimal() else 0)
