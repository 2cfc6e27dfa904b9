"""The loop of every stage: take records, make one output of each, commit outputs and offsets together.

Handlers run on the service's event loop, before the transaction opens; meanwhile the worker's thread keeps the
membership. What becomes of a record that fails is decided here, the same for every stage:

- its own fault (any ArfError but Unavailable): a dead letter, in the transaction that marks it as consumed;
- the dependency does not answer (Unavailable, and nothing else succeeded since): the worker pauses, longer each time,
  and tries again;
- it fails five times, while the dependency answers others or by an exception that nobody expected: a dead letter too;
  when there are no others, the stage is asked whether it would answer one;
- it has to wait (NoOutput.NOT_YET): it is tried again for as long as its handler says so, and holds up its partition
  alone.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from arf.kit.bus import dlq
from arf.kit.bus.done import Done
from arf.kit.bus.headers import EVENT_ID, SCHEMA
from arf.kit.bus.letter_log import log_letter
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import MAX_VALUE_BYTES, Bus, Consumer, Lag, Message, PartitionsLost, Record, check_size
from arf.kit.bus.retries import Retries
from arf.kit.bus.stage import (
    Handled,
    HandlerFailed,
    Pace,
    Stage,
    WorkerMetrics,
    answers_others,
    handled,
)
from arf.kit.bus.watchdog import watched
from arf.kit.bus.window import Item, Outcome, Output, Repeated, Window
from arf.kit.errors import ArfError, InvalidRecord, Unavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Worker:
    """One member of a stage's group, for one thread: `run` works until `stop` is called from any other."""

    def __init__(
        self,
        bus: Bus,
        stage: Stage,
        done: Done,
        metrics: WorkerMetrics,
        loop: asyncio.AbstractEventLoop,
        pace: Pace | None = None,
    ) -> None:
        """`loop` is where the stage's handler runs; it must go on running until `run` has returned."""
        self._bus = bus
        self._stage = stage
        self._done = done
        self._metrics = metrics
        self._loop = loop
        self._pace = pace or Pace()
        self._window = Window(stage.name, self._pace.batch)
        self._stopping = threading.Event()
        self._restored: dict[object, int] = {}
        self._retries = Retries(self._pace)
        self._lag: Future[list[Lag]] | None = None
        self._lag_due = 0.0
        self._steps = 0

    def stop(self) -> None:
        """Lets the worker finish what it is handling, commit it, and leave the group."""
        self._stopping.set()

    def run(self) -> None:
        """Works until `stop`. Raises ArfError if topics are missing or not partitioned alike, or the bus refuses."""
        self._check_topics()
        consumer = self._bus.consumer(self._stage.name, self._stage.inputs)
        with ThreadPoolExecutor(2, thread_name_prefix=self._stage.name) as pool:
            try:
                with watched(self._stage.name, lambda: self._steps):
                    while not self._stopping.is_set():
                        self._step(consumer, pool)
            finally:
                consumer.close()

    def _check_topics(self) -> None:
        """An output has its input's partition: only then is a stage's memory that of the partitions it holds."""
        self._bus.partitions(self._stage.dlq)
        wanted = self._bus.partitions(self._stage.output)
        for topic in self._stage.inputs:
            if (count := self._bus.partitions(topic)) != wanted:
                raise InvalidRecord("partitions", f"{topic} has {count}, but {self._stage.output} has {wanted}")

    def _step(self, consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        self._steps += 1
        self._report_lag(consumer, pool)
        now = time.monotonic()
        if rest_s := self._retries.rest_s(now):
            consumer.poll(0, min(self._pace.poll_s, rest_s))
            self._window.keep(consumer.assignment())
            return
        ready = self._window.ready(now)
        room = max(0, self._pace.batch - len(ready))
        polled = consumer.poll(room, 0.0 if ready else self._wait_s(now), self._window.full())
        self._window.keep(consumer.assignment())
        try:
            self._admit(polled, consumer, pool)
        except Unavailable as error:
            logger.warning("outputs cannot be read: %s", error)
            self._start_over(consumer)
            return
        if items := self._window.ready(time.monotonic())[: self._pace.batch]:
            outcomes, others = self._meanwhile(consumer, self._on_loop(items))
            self._judge(items, outcomes, others)
            self._window.keep(consumer.assignment())
        self._commit(consumer)

    def _wait_s(self, now: float) -> float:
        """How long to poll for: until something that waits may be tried again."""
        due = self._window.next_retry()
        return self._pace.poll_s if due is None else max(0.0, min(self._pace.poll_s, due - now))

    def _admit(self, records: Sequence[Record], consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        assignment = consumer.assignment()
        for record in records:
            epoch = assignment.get(record.slot)
            if epoch is None:
                continue
            if self._restored.get(record.slot) != epoch:
                self._meanwhile(consumer, pool.submit(self._done.restore, record.partition))
                self._restored[record.slot] = epoch
            item = self._window.add(record, epoch, self._retries.answered)
            if item.outcome is None and self._done.among(record.partition, [item.output_id]):
                item.outcome = Repeated.REPEATED

    def _meanwhile(self, consumer: Consumer, future: Future[T]) -> T:
        """What the future comes to, the membership being kept while it is waited for."""
        while not wait([future], timeout=0.2).done:
            consumer.poll(0, 0.05)
            self._steps += 1
        return future.result()

    def _on_loop(self, items: Sequence[Item]) -> Future[tuple[list[Handled], int]]:
        """Hands the records from the worker's thread to the service's event loop, where handlers run."""
        return asyncio.run_coroutine_threadsafe(self._handle(items), self._loop)

    async def _handle(self, items: Sequence[Item]) -> tuple[list[Handled], int]:
        """What the handler makes of the records, and how many others it would answer now.

        Of records that were all tried before, nothing but another one tells whether it is their fault or an outage. It
        goes first: a dependency that has been away may let but one through to see, and that should not be one at fault.
        """
        failed = [item.record for item in items if item.failed]
        again = bool(failed) and all(item.not_before for item in items)
        others = int(again and await answers_others(self._stage, failed[0]))
        return await handled(self._stage, [item.record for item in items], self._metrics), others

    def _judge(self, items: Sequence[Item], outcomes: Sequence[Handled], others: int) -> None:
        # First of all: whether a record is at fault depends on what others came to.
        if self._retries.judged(outcomes, others):
            logger.warning("%s pauses: its dependency does not answer", self._stage.name)
        for item, outcome in zip(items, outcomes, strict=True):
            if isinstance(outcome, Output):
                item.outcome = self._checked(item, outcome)
            elif outcome is NoOutput.NOT_YET:
                self._retries.wait(item)
            elif isinstance(outcome, NoOutput):
                item.outcome = outcome
            else:
                self._metrics.failed(outcome.code.value)
                again = isinstance(outcome, Unavailable | HandlerFailed)
                item.outcome = self._retries.failed(item, outcome) if again else outcome

    def _commit(self, consumer: Consumer) -> None:
        items = self._window.decided()
        if not items:
            return
        try:
            consumer.commit([item.record for item in items], [m for item in items for m in self._messages(item)])
        except PartitionsLost as error:
            logger.warning("work is void: %s", error)
            self._window.drop(error.slots)
            return
        except Unavailable as error:
            logger.warning("commit: %s", error)
            self._start_over(consumer)
            return
        self._window.retire(items)
        for item in items:
            if isinstance(item.outcome, Output):
                self._done.add(item.record.partition, [item.output_id])
            elif isinstance(item.outcome, ArfError):
                self._metrics.dead_lettered(item.outcome.code.value)
                log_letter(self._stage.name, item.record, item.event_id, item.outcome)
        if repeated := sum(isinstance(item.outcome, Repeated) for item in items):
            self._metrics.repeated(repeated)

    def _messages(self, item: Item) -> list[Message]:
        if isinstance(item.outcome, Output):
            return [self._message(item, item.outcome)]
        if isinstance(item.outcome, ArfError):
            name, topic = self._stage.name, self._stage.dlq
            return [dlq.letter(topic, name, item.record, item.event_id, item.outcome, item.attempts)]
        return []

    def _message(self, item: Item, output: Output) -> Message:
        headers = {**dlq.own_headers(item.record), EVENT_ID: item.output_id, SCHEMA: output.schema}
        return Message(self._stage.output, item.record.key, output.value, headers)

    def _checked(self, item: Item, output: Output) -> Outcome:
        """The output, or why the bus would not take it: found out here, since a commit takes all or nothing."""
        if len(output.value) > MAX_VALUE_BYTES:
            return InvalidRecord("output", f"{len(output.value):,} bytes are more than {MAX_VALUE_BYTES:,}")
        try:
            check_size(self._message(item, output))
        except InvalidRecord as error:
            return error
        return output

    def _start_over(self, consumer: Consumer) -> None:
        """Back to what is committed, however long the bus takes to say it; what was handled is handled again."""
        self._window.drop()
        self._restored.clear()
        while not self._stopping.is_set():
            self._steps += 1
            try:
                consumer.rewind()
                return
            except Unavailable as error:
                logger.warning("rewind: %s", error)
                self._stopping.wait(self._pace.backoff_s)

    def _report_lag(self, consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        if self._lag is not None and self._lag.done():
            try:
                held = consumer.assignment()
                self._metrics.lag([lag for lag in self._lag.result() if lag.slot in held])
            except ArfError as error:
                logger.warning("lag: %s", error)
            self._lag = None
        if self._lag is None and time.monotonic() >= self._lag_due:
            self._lag_due = time.monotonic() + self._pace.lag_s
            self._lag = pool.submit(self._bus.lag, self._stage.name, list(self._stage.inputs))
