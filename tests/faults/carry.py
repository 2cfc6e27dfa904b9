"""Carries calls through the services while the plan's faults come, and holds the topics against what was submitted."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arf.backbone import Backbone
from arf.calls import records
from arf.corpus.generator import generate
from arf.kit.bus.dlq import letters
from arf.kit.errors import Unavailable
from arf.site.site import entered
from arf.site.tracking import opened_tracking
from arf.v1.transcript_pb2 import Call, Role
from tests.faults.evidence import committed
from tests.faults.plan import STAGES, DropUpstream, Kill, Plan, RestartBroker, Submit
from tests.faults.progress import Progress
from tests.faults.site import TENANT, Say, Site
from tests.faults.upstream import sentence
from tests.faults.verdict import Topics, Verdict, judge, trace

_LOOK_S, _TELL_S, _NAP_S = 2.0, 5.0, 0.2


@dataclass
class Outcome:
    """What was done to the services, and what came of it."""

    plan: Plan
    away_s: float = 0.0
    """How long the upstream was away."""
    waiting: int = 0
    """Dead letters before the replay."""
    replayed: int = 0
    left: int = 0
    """Dead letters after it."""
    seconds: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def summary(self) -> str:
        """The closing line."""
        plan, found = self.plan, self.verdict
        kills = ", ".join(f"{stage} {plan.kills[stage]}" for stage in STAGES)
        restarts = [event.what.hard for event in plan.events if isinstance(event.what, RestartBroker)]
        counts = ", ".join(
            f"{name} {found.records.get(stage, 0)}"
            for name, stage in zip(("summaries", "findings", "revisions"), STAGES, strict=True)
        )
        replayed = f"{self.waiting} -> replayed {self.replayed} -> " if plan.poison else ""
        return (
            f"faults: {plan.calls} calls, seed {plan.seed}: {plan.kills.total()} kills ({kills}), broker restarts"
            f" {len(restarts)} ({sum(restarts)} kill -9), upstream away {self.away_s:.1f} s; {counts}; "
            f"lost {len(found.lost)}, doubled {len(found.doubled)}, wrong {len(found.wrong)}, "
            f"DLQ {replayed}{self.left}; {self.seconds:.0f} s"
        )


def corpus(plan: Plan) -> list[Call]:
    """The plan's calls; customers of the poisonous ones say what the upstream has its trouble with."""
    calls = list(generate(plan.calls, plan.seed))
    for number, trouble in plan.poison.items():
        calls[number].turns.add(turn_id="poison", speaker="customer", role=Role.ROLE_CUSTOMER, text=sentence(trouble))
    return calls


class _Stalled(Exception):
    """What has to come does not; the topics will say what is missing."""


class Carrier:
    """One run of a plan, in an environment that is its own."""

    def __init__(self, plan: Plan, folder: Path, say: Say, patience_s: float) -> None:
        """`patience_s` is how long nothing may come before the run is given up."""
        self._plan, self._folder, self._say, self._patience_s = plan, folder, say, patience_s
        self._calls = corpus(plan)
        self._poison = {self._calls[number].id for number in plan.poison}
        self._troubles = sorted(set(plan.poison.values()))
        self._events: dict[str, str] = {}
        self._site = Site(folder, plan.workers, plan.answer_s)
        self._outcome = Outcome(plan)
        self._begun = self._moved = time.monotonic()

    async def run(self) -> Outcome:
        """Carries calls, mends the upstream, replays dead letters, drains. Raises ArfError if a worker cannot start."""
        for number, portion in enumerate(self._plan.portions):
            records.write(self._file(number), [self._calls[n] for n in portion])
        try:
            await self._site.start(self._troubles, self._note)
            self._say("all workers are ready")
            with entered(self._site.data) as backbone:
                self._progress = Progress(backbone.bus, self._plan.calls)
                self._begun = self._moved = time.monotonic()
                watching = asyncio.create_task(self._watch())
                try:
                    replayed = await self._carry()
                finally:
                    watching.cancel()
                await self._site.stop()
                self._outcome.seconds = time.monotonic() - self._begun
                if self._outcome.verdict.holds:
                    await asyncio.to_thread(self._conclude, backbone, replayed)
        finally:
            await self._site.end()
        return self._outcome

    async def _carry(self) -> bool:
        """Whether the dead letters were replayed: not if the calls did not come through as they should."""
        try:
            acted = time.monotonic()
            for event in self._plan.events:
                await self._until(lambda event=event: self._progress.records >= event.records)  # type: ignore[misc]
                await asyncio.sleep(max(0.0, acted + event.pause_s - time.monotonic()))
                self._say(f"{self._clock()} {event.what}")
                await self._do(event.what)
                acted = time.monotonic()
            await self._until(lambda: self._progress.records >= self._progress.total)
            await self._adds_up(len(self._poison))
            if not self._poison:
                return True
            found = judge(self._events, TENANT, await self._topics(), poison=self._poison, replayed=False)
            self._outcome.verdict, self._outcome.waiting = found, len(found.letters)
            if found.holds:
                await self._replay()
            return found.holds
        except _Stalled as error:
            self._outcome.verdict.wrong.append(str(error))
            topics = await self._topics()
            found = judge(self._events, TENANT, topics, poison=self._poison, replayed=bool(self._outcome.replayed))
            found.wrong.insert(0, str(error))
            self._outcome.verdict = found
            return False

    async def _do(self, what: Submit | Kill | RestartBroker | DropUpstream) -> None:
        match what:
            case Submit(portion):
                await self._submit(portion)
            case Kill(worker):
                await self._site.kill(worker)
            case RestartBroker(hard, worker, again):
                await self._site.end_broker(hard=hard)
                await self._site.kill(worker, at_work=False)
                submitting = asyncio.create_task(self._submit(again))
                await self._site.start_broker()
                await submitting
            case DropUpstream(seconds, worker, after_s):
                await self._drop(seconds, worker, after_s)
        # Whatever stood still meanwhile was made to.
        self._moved = time.monotonic()

    async def _drop(self, seconds: float, worker: str, after_s: float) -> None:
        begun = time.monotonic()
        self._site.kill_upstream()
        await asyncio.sleep(after_s)
        await self._site.kill(worker, at_work=False)
        await asyncio.sleep(max(0.0, begun + seconds - time.monotonic()))
        await self._site.start_upstream(self._troubles)
        self._outcome.away_s = time.monotonic() - begun

    async def _submit(self, portion: int) -> None:
        """As a client does it: again until it is told that all are in the log."""
        told = self._folder / f"submitted-{portion}.json"
        while (done := await self._site.arf("submit", str(self._file(portion)), "--json", str(told))).status:
            self._note(f"submit: {done.said}")
            self._check()
            await asyncio.sleep(1.0)
        said = json.loads(told.read_text())
        # What an attempt before this one published is known by now.
        self._events |= {event["call_id"]: event["event_id"] for event in said["submitted"] + said["known"]}

    async def _adds_up(self, failed: int) -> None:
        """Waits until `arf status` says that all calls are through but `failed` of them."""
        told = self._folder / "status.json"
        while True:
            done = await self._site.arf("status", "--json", str(told))
            self._note(done.said)
            status: dict[str, Any] = json.loads(told.read_text()) if done.status in (0, 1) and told.exists() else {}
            given_up = {s["stage"]: s["failed"] for s in status.get("stages", [])[1:] if s["failed"]}
            if status.get("state") == "adds up" and given_up == ({"teacher": failed} if failed else {}):
                return
            self._check(f"arf status does not add up:\n{done.said}")
            await asyncio.sleep(1.0)

    async def _replay(self) -> None:
        """The upstream is mended, and the dead letters go back."""
        self._site.kill_upstream()
        await self._site.start_upstream()
        done = await self._site.arf("dlq", "replay", "--all", "--reason", "the upstream is mended")
        self._say(f"{self._clock()} the upstream is mended; {done.said.strip()}")
        self._outcome.replayed = int(done.said.split()[0]) if done.status == 0 else 0
        self._moved = time.monotonic()
        await self._until(lambda: self._progress.revisions >= self._plan.calls)
        await self._adds_up(0)

    def _conclude(self, backbone: Backbone, replayed: bool) -> None:
        topics = committed(self._site.servers)
        self._outcome.verdict = judge(self._events, TENANT, topics, poison=self._poison, replayed=replayed)
        tracking = opened_tracking(backbone)
        tracking.catch_up()
        self._outcome.verdict.wrong += trace(topics, backbone.sealer, tracking.lineage, TENANT)
        self._outcome.left = sum(not letter.replayed for letter in letters(backbone.bus))

    async def _topics(self) -> Topics:
        return await asyncio.to_thread(committed, self._site.servers)

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._check()
            await asyncio.sleep(_NAP_S)

    def _check(self, what: str = "") -> None:
        """Raises _Stalled if nothing has come for too long."""
        if time.monotonic() - self._moved > self._patience_s:
            raise _Stalled(f"nothing came for {self._patience_s:.0f} s: {self._progress}" + (what and f"; {what}"))

    async def _watch(self) -> None:
        """Looks at the topics all the time, and now and then says how far it is."""
        told = 0.0
        while True:
            before = self._progress.records + self._progress.revisions
            with suppress(Unavailable):
                await asyncio.to_thread(self._progress.look)
            if self._progress.records + self._progress.revisions != before:
                self._moved = time.monotonic()
            if time.monotonic() - told > _TELL_S:
                told = time.monotonic()
                self._say(f"{self._clock()} {self._progress}{self._left()}")
            await asyncio.sleep(_LOOK_S)

    def _left(self) -> str:
        done = self._progress.records / self._progress.total
        left_s = (time.monotonic() - self._begun) * (1 - done) / done if 0 < done < 1 else 0.0
        return f", about {_minutes(left_s)} left" if left_s else ""

    def _clock(self) -> str:
        return _minutes(time.monotonic() - self._begun)

    def _note(self, line: str) -> None:
        with (self._folder / "notes.log").open("a") as log:
            log.write(f"{self._clock()} {line}\n")

    def _file(self, portion: int) -> Path:
        return self._folder / f"calls-{portion}.jsonl"


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
