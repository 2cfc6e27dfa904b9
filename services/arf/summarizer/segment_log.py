"""Appends events of live calls to the log: masked, sealed with the call's key, and together with those of other calls.

A card number that is spread over several segments is masked in all but the first of them, which is in the log before
the others are known; the transcript of the finished call is masked as a whole.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from arf.flow import SEGMENTS
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.ids import call_key, submit_id
from arf.kit.bus.port import Bus, Message
from arf.kit.errors import ArfError
from arf.kit.threads import Runner
from arf.privacy.masking.calls import mask_last, mask_text
from arf.privacy.sealed_records import Seals, sealed_for_call
from arf.v1.live_pb2 import LiveEvent

LIVE = "live"
_CONTEXT = 6
"""How many final segments before a new one may hold the beginning of its numbers."""


class Masks:
    """Masks the events of one call, in the order in which they come."""

    def __init__(self) -> None:
        self._before: deque[tuple[str, str]] = deque(maxlen=_CONTEXT)

    def mask(self, event: LiveEvent) -> LiveEvent:
        """A copy of the event with card numbers and CVVs masked."""
        masked = LiveEvent()
        masked.CopyFrom(event)
        for person in masked.start.participants if masked.HasField("start") else ():
            person.speaker = mask_text(person.speaker)
        if masked.HasField("segment"):
            said = masked.segment.speaker, masked.segment.text
            masked.segment.speaker, masked.segment.text = mask_text(said[0]), mask_last([*self._before, said])
            if masked.segment.is_final:
                self._before.append(said)
        return masked


def live_message(event: LiveEvent, seals: Seals) -> Message:
    """The record of a masked event; the same event has the same id. Raises Forgotten, Unavailable."""
    tenant, call_id = event.tenant, event.call_id
    event_id = submit_id(tenant, call_id, event.SerializeToString(deterministic=True))
    headers = {EVENT_ID: event_id, TENANT: tenant, SCHEMA: LiveEvent.DESCRIPTOR.full_name, SOURCE: LIVE}
    value = sealed_for_call(seals, tenant, call_id, event).SerializeToString()
    return Message(SEGMENTS, call_key(tenant, call_id), value, headers)


class SegmentLog:
    """Appends the events of all streams of a process: whatever waits is one transaction. For one event loop."""

    def __init__(self, bus: Bus, seals: Seals, runner: Runner) -> None:
        self._bus, self._seals, self._runner = bus, seals, runner
        self._waiting: list[tuple[LiveEvent, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def append(self, event: LiveEvent) -> None:
        """Returns when the event is durable. Raises Forgotten, Unavailable, InvalidRecord if the bus refuses it."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((event, done))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                failures = await self._runner.run(self._publish, [event for event, _ in batch])
                for (_, done), failure in zip(batch, failures, strict=True):
                    if not done.cancelled():
                        _settle(done, failure)
        finally:
            self._flushing = None

    def _publish(self, events: Sequence[LiveEvent]) -> list[Exception | None]:
        """Publishes the events that can be; returns for each why it could not."""
        messages: list[Message] = []
        failures: list[Exception | None] = []
        try:
            self._seals.prepare((event.tenant, event.call_id) for event in events)
            for event in events:
                try:
                    messages.append(live_message(event, self._seals))
                    failures.append(None)
                except ArfError as error:
                    failures.append(error)
            self._bus.publish(messages)
        except Exception as error:  # noqa: BLE001  # told to every stream whose event it was
            return [error] * len(events)
        return failures


def _settle(done: asyncio.Future[None], failure: Exception | None) -> None:
    if failure is None:
        done.set_result(None)
    else:
        done.set_exception(failure)
