"""The teacher's stage on the bus: a Call in, its CallSummary out."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence

from arf.flow import TEACHER
from arf.kit.bus.headers import EVENT_ID, SOURCE
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError, BudgetExhausted, DeadlineExceeded, RateLimited, Unavailable
from arf.privacy.sealed_outputs import sealed_output, settled
from arf.privacy.sealed_records import Seals, opened
from arf.tasks.base import Task
from arf.teacher.batch import Batches, Result
from arf.teacher.ports import UpstreamLimited
from arf.teacher.proxy import Outcome
from arf.v1.transcript_pb2 import Call

STAGE = TEACHER.stage

_LIMITED_S = 900.0
"""An upstream that says 429 to a call for so long does not take it at any time: then it fails as others do."""

Handled = Output | NoOutput | ArfError


class TeacherHandler:
    """Summarises calls as they come."""

    def __init__(self, task: Task, batches: Batches, seals: Seals, *, live_share: float) -> None:
        self._task = task
        self._batches, self._seals, self._live_share = batches, seals, live_share
        self._limited: dict[str, tuple[float, float]] = {}
        """When the upstream first had no room for a record, and when last, by event id."""

    async def __call__(self, records: Sequence[Record]) -> list[Handled]:
        """Of each call its summary; PASSED_BY where the call was forgotten, or live and not of the share.

        NOT_YET where the tenant's budget or rate is used up: that is nobody's fault, and ends. So, for a while, where
        the upstream's is.
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
        """Whether the record can be opened, and the upstream summarises a call that it was never asked for."""
        if not isinstance(call := await asyncio.to_thread(self._call, record), Call):
            return False
        return isinstance(await self._batches.one(self._task.canary(call.tenant).call, refresh=True), Outcome)

    def _call(self, record: Record) -> Call | NoOutput | ArfError:
        if record.headers.get(SOURCE) == "live" and not _in_share(record.key, self._live_share):
            return NoOutput.PASSED_BY
        return settled(lambda: opened(self._seals, record, Call))

    def _handled(self, record: Record, call: Call, result: Result) -> Handled:
        if isinstance(result, UpstreamLimited):
            return NoOutput.NOT_YET if self._waits(record) else Unavailable(result.message, result.retry_after_s)
        self._limited.pop(record.headers[EVENT_ID], None)
        if isinstance(result, RateLimited | BudgetExhausted):
            return NoOutput.NOT_YET
        if isinstance(result, DeadlineExceeded):
            return Unavailable(result.message)
        if isinstance(result, ArfError):
            return result
        if not isinstance(result, Outcome):
            raise result
        return sealed_output(self._seals, call.tenant, call.id, result.summary)

    def _waits(self, record: Record) -> bool:
        """Whether a call that the upstream has no room for may wait; one that was another worker's begins anew."""
        now, event_id = time.monotonic(), record.headers[EVENT_ID]
        # Those whose partition went to another worker are heard of no more.
        self._limited = {key: held for key, held in self._limited.items() if now - held[1] <= _LIMITED_S}
        since, _ = self._limited.get(event_id, (now, now))
        self._limited[event_id] = since, now
        return now - since <= _LIMITED_S


def _in_share(key: str, share: float) -> bool:
    """Whether a live call is one of those that the teacher takes: the same call always is, or never."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) < share * 2**32
