"""The teacher's stage on the bus: turns a Call into its CallSummary."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence

from arf.flow import TEACHER
from arf.kit.bus.headers import EVENT_ID, SOURCE
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.bus.stage import Handled
from arf.kit.errors import ArfError, DeadlineExceeded, Unavailable
from arf.privacy.sealed_outputs import sealed_output, settled
from arf.privacy.sealed_records import Seals, opened
from arf.tasks.base import Task
from arf.teacher.batch import Batches, Result
from arf.teacher.ports import UpstreamLimited
from arf.teacher.proxy import Summarised
from arf.v1.transcript_pb2 import Call

STAGE = TEACHER.stage

_LIMITED_S = 900.0
"""After this many seconds of 429 for the same call, it is treated as failed like any other error."""


class TeacherHandler:
    """Summarises calls from the bus."""

    def __init__(self, task: Task, batches: Batches, seals: Seals, *, live_share: float) -> None:
        self._task = task
        self._batches, self._seals, self._live_share = batches, seals, live_share
        self._limited: dict[str, tuple[float, float]] = {}
        """For each event id, when the upstream first and last rate-limited the record."""

    async def __call__(self, records: Sequence[Record]) -> list[Handled]:
        """Each call's summary; PASSED_BY if the call was forgotten, or is a live one outside the share.

        The tenant's limit while its budget or rate is used up, and for a while when the upstream rate-limits: waiting
        helps.
        """
        # Keys are read from the database, which blocks.
        given = await asyncio.to_thread(lambda: [self._call(record) for record in records])
        calls = [call for call in given if isinstance(call, Call)]
        results = iter(await asyncio.gather(*(self._batches.one(call) for call in calls)))
        return await asyncio.to_thread(
            lambda: [
                self._handled(record, call, next(results)) if isinstance(call, Call) else call
                for record, call in zip(records, given, strict=True)
            ]
        )

    async def answers(self, record: Record) -> bool:
        """Whether the record can be opened and an upstream summarises a test call."""
        if not isinstance(call := await asyncio.to_thread(self._call, record), Call):
            return False
        return isinstance(await self._batches.one(self._task.canary(call.tenant).call, refresh=True), Summarised)

    def _call(self, record: Record) -> Call | NoOutput | ArfError:
        if record.headers.get(SOURCE) == "live" and not _in_share(record.key, self._live_share):
            return NoOutput.PASSED_BY
        return settled(lambda: opened(self._seals, record, Call))

    def _handled(self, record: Record, call: Call, result: Result) -> Handled:
        if isinstance(result, UpstreamLimited):
            return result if self._waits(record) else Unavailable(result.message, result.retry_after_s)
        self._limited.pop(record.headers[EVENT_ID], None)
        if isinstance(result, DeadlineExceeded):
            return Unavailable(result.message)
        if isinstance(result, ArfError):
            return result
        if not isinstance(result, Summarised):
            raise result
        return sealed_output(self._seals, call.tenant, call.id, result.summary)

    def _waits(self, record: Record) -> bool:
        """Whether a rate-limited call may keep waiting; the clock restarts when another worker takes it over."""
        now, event_id = time.monotonic(), record.headers[EVENT_ID]
        # Drop records whose partition went to another worker.
        self._limited = {key: held for key, held in self._limited.items() if now - held[1] <= _LIMITED_S}
        since, _ = self._limited.get(event_id, (now, now))
        self._limited[event_id] = since, now
        return now - since <= _LIMITED_S


def _in_share(key: str, share: float) -> bool:
    """Whether the teacher summarises this live call; always the same answer for the same call."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) < share * 2**32
