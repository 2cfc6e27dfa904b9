"""Waits until submitted calls have passed all stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from arf.flow import STEPS
from arf.site.call_stages import Status
from arf.site.tracking import Tracking

_EVERY_S = 1.0
_FAILED = "failed"


def wait_until_through(
    tracking: Tracking,
    calls: Collection[tuple[str, str]],
    seconds: float,
    progress: Callable[[int, int], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Waits until each of the calls, (tenant, call id), has one record at every stage that a batch call passes.

    `progress` is told how many are through and how many have failed. Returns what is wrong, a line a call; an empty
    list if nothing is. Raises Unavailable.
    """
    deadline = clock() + seconds
    while True:
        tracking.catch_up()
        lacking = {call: lines for call in sorted(calls) if (lines := _lacking(tracking, *call))}
        failed = [call for call, stages in lacking.items() if _FAILED in stages.values()]
        progress(len(calls) - len(lacking), len(failed))
        if len(failed) == len(lacking) or clock() >= deadline:
            return [
                f"{tenant}/{call_id}: {', '.join(f'{stage} {why}' for stage, why in stages.items())}"
                for (tenant, call_id), stages in lacking.items()
            ]
        sleep(min(_EVERY_S, max(0.0, deadline - clock())))


def _lacking(tracking: Tracking, tenant: str, call_id: str) -> dict[str, str]:
    """For each stage without exactly one output of the call, what it has instead."""
    rows = tracking.stages.of_call(tenant, call_id)
    lacking: dict[str, str] = {}
    for step in STEPS:
        outcomes = [row.status for row in rows if row.stage == step.stage]
        done = outcomes.count(Status.DONE)
        if done != 1 and not step.keyed:
            lacking[step.stage] = _FAILED if outcomes and not done else f"{done} records"
    return lacking
