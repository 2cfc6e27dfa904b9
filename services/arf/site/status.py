"""Counts the events of each stage and checks that the counts add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from sqlalchemy import func, select

from arf.flow import CALLS, REVIEW, STEPS, SUBMIT, Step
from arf.kit.bus.dlq import DLQ
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.ids import split_call_key, stage_id
from arf.kit.bus.parking import ParkedRecord
from arf.kit.bus.parking import parked as read_parked
from arf.kit.bus.port import Bus
from arf.kit.db.database import Database
from arf.privacy.store import call_key
from arf.site.call_stages import StageCount, Status
from arf.site.live_calls import LiveCalls, count
from arf.site.store import call_stage
from arf.site.tracking import Tracking

RATE_WINDOW_S = 60

Call = tuple[str, str]
"""Tenant and call id."""

_CHUNK = 500


class FlowState(Enum):
    """What the counts say together."""

    ADDS_UP = "adds up"
    """Every call has exactly one record per stage, or a reason why it has none."""
    WORKING = "working"
    """Some stage has records to process."""
    DOES_NOT_ADD_UP = "does not add up"
    """Nothing is left to process, yet a record is missing or duplicated."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a stage cannot do for a tenant: how many events are parked, and why the first of them is."""

    stage: str
    tenant: str
    parked: int
    reason: str


@dataclass(frozen=True, slots=True)
class StageStatus:
    """One stage; correct if `received` = `out` + `failed` + `forgotten` + `parked` + `waiting`, and `doubled` is 0.

    A keyed stage may have any number `out`.
    """

    stage: str
    received: int
    """Events of its input. Those of a stage that no stage is before are not counted: it is what is out or waits."""
    out: int
    """Events with an output."""
    failed: int
    """Events with a dead letter that was not replayed successfully."""
    forgotten: int
    """Events whose call was forgotten before the stage processed them."""
    waiting: int
    """Other events not processed yet; for a keyed stage, its lag."""
    doubled: int
    """Outputs beyond the first for an event."""
    lag: int
    """Input records not committed yet; exact at 0."""
    oldest_s: float
    """Age of the oldest of them, in seconds."""
    rate: float
    """Outputs per second over the last minute."""
    parked: int = 0
    """Events that wait for something that their tenant lacks, while those of others go on."""


@dataclass(frozen=True)
class SiteStatus:
    """All stages in order, and whether they add up."""

    state: FlowState
    stages: tuple[StageStatus, ...]
    repeated: int
    """Records of calls that were submitted again unchanged, which no stage repeats."""
    reviewed: int
    """Reviewers' decisions in the log."""
    forgotten: int = 0
    """Calls that were forgotten, at whatever stage."""
    held: tuple[Held, ...] = ()
    """The tenants that wait, by stage."""
    live: LiveCalls = field(default_factory=LiveCalls)
    """Live calls by how far they are; `out` of their stage are final summaries and corrections."""


def take(bus: Bus, database: Database, tracking: Tracking) -> SiteStatus:
    """The current status. Raises Unavailable.

    For each stage it reads the input, then the lag, then what is parked, then the output, so that all that the lag
    counts as done is in one of them even while workers go on.
    """
    lags: dict[str, tuple[int, float]] = {}
    parked: dict[str, list[ParkedRecord]] = {}
    tracking.catch_up([CALLS])
    for step in STEPS:
        behind = bus.lag(step.stage, [step.input])
        lags[step.stage] = (sum(lag.records for lag in behind), max((lag.oldest_age_s for lag in behind), default=0.0))
        parked[step.stage] = read_parked(bus, step.stage)
        tracking.catch_up([step.output])
    tracking.catch_up([DLQ])
    counts = {count.stage: count for count in tracking.stages.counts()}
    none = StageCount("", 0, 0, 0, 0)
    gone = _forgotten_calls(database)
    rates, forgotten = _rates(database), _forgotten(gone, tracking)
    held = [one for step in STEPS for one in _held(step.stage, parked[step.stage], gone, tracking)]
    submitted = counts.get(SUBMIT, none)
    events = submitted.records - submitted.doubled
    stages = [StageStatus(SUBMIT, events, events, 0, 0, 0, 0, 0, 0.0, rates.get(SUBMIT, 0.0))]
    for step in STEPS:
        before, own = counts.get(step.before, none), counts.get(step.stage, none)
        received, out = before.records - before.doubled, own.records - own.doubled
        lag, oldest_s = lags[step.stage]
        passed = forgotten[step.stage]
        aside = sum(one.parked for one in held if one.stage == step.stage)
        received = received if step.before else out + own.failed + lag
        stages.append(
            StageStatus(
                stage=step.stage,
                received=received,
                out=out,
                failed=own.failed,
                forgotten=passed,
                parked=aside,
                waiting=lag if step.keyed else received - out - own.failed - passed - aside,
                doubled=own.doubled,
                lag=lag,
                oldest_s=round(oldest_s, 1),
                rate=rates.get(step.stage, 0.0),
            )
        )
    live, state = count(bus), _state(stages)
    if live.ended and state is FlowState.ADDS_UP:
        state = FlowState.WORKING
    reviewed = counts.get(REVIEW, none).records
    return SiteStatus(state, tuple(stages), submitted.doubled, reviewed, len(gone), tuple(held), live)


def _state(stages: Iterable[StageStatus]) -> FlowState:
    found = list(stages)
    if any(stage.doubled for stage in found):
        return FlowState.DOES_NOT_ADD_UP
    # More out than in: calls arrived while the tables were read.
    if any(stage.lag or stage.waiting < 0 for stage in found):
        return FlowState.WORKING
    return FlowState.DOES_NOT_ADD_UP if any(stage.waiting for stage in found) else FlowState.ADDS_UP


def _rates(database: Database) -> dict[str, float]:
    row = call_stage.c
    since = datetime.now(UTC) - timedelta(seconds=RATE_WINDOW_S)
    query = (
        select(row.stage, func.count())
        .where(row.created_at >= since, row.status == Status.DONE.value)
        .group_by(row.stage)
    )
    rows = database.read(lambda connection: connection.execute(query).all())
    return {stage: round(count / RATE_WINDOW_S, 2) for stage, count in rows}


def _held(stage: str, parked: Iterable[ParkedRecord], gone: set[Call], tracking: Tracking) -> Iterator[Held]:
    """The tenants with parked events, of which none is forgotten, or counted as failed or done."""
    events = {stage_id(stage, item.record.headers[EVENT_ID]): item for item in parked}
    waiting: dict[str, list[ParkedRecord]] = {}
    ids = list(events)
    for at in range(0, len(ids), _CHUNK):
        known = tracking.stages.among(stage, ids[at : at + _CHUNK])
        for event_id in ids[at : at + _CHUNK]:
            item = events[event_id]
            if event_id not in known and split_call_key(item.record.key) not in gone:
                waiting.setdefault(item.tenant, []).append(item)
    for tenant, items in sorted(waiting.items()):
        yield Held(stage, tenant, len(items), items[0].reason)


def _forgotten_calls(database: Database) -> set[Call]:
    query = select(call_key.c.tenant, call_key.c.call_id).where(call_key.c.destroyed_at.is_not(None))
    return {(tenant, call_id) for tenant, call_id in database.read(lambda connection: connection.execute(query).all())}


def _forgotten(calls: Iterable[Call], tracking: Tracking) -> dict[str, int]:
    """For each stage, the events of forgotten calls without an output or a dead letter."""
    counts = dict.fromkeys((step.stage for step in STEPS), 0)
    for tenant, call_id in calls:
        done: dict[str, set[str]] = {}
        seen: dict[str, set[str]] = {}
        for row in tracking.stages.of_call(tenant, call_id):
            seen.setdefault(row.stage, set()).add(row.event_id)
            if row.status is Status.DONE:
                done.setdefault(row.stage, set()).add(row.event_id)
        for step in STEPS:
            if step.keyed:
                continue
            counts[step.stage] += len(_expected(step, done) - seen.get(step.stage, set()))
    return counts


def _expected(step: Step, done: dict[str, set[str]]) -> set[str]:
    return {stage_id(step.stage, event_id) for event_id in done.get(step.before, set())}
