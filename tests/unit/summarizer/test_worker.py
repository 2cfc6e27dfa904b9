"""The live stage on a real bus, with a fake engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from arf.flow import CALLS, LIVE, SEGMENTS
from arf.inference.port import ModelFailed
from arf.kit.bus import dlq
from arf.kit.bus.headers import KIND, SOURCE
from arf.kit.bus.stage import Pace
from arf.kit.metrics import Metrics
from arf.kit.stage_worker import keyed_worker
from arf.kit.threads import InPlace
from arf.summarizer.call_state import Question
from arf.summarizer.refreshes import Refreshes
from arf.summarizer.schedule import Pacing
from arf.summarizer.segment_log import live_message
from arf.summarizer.worker import LiveHandler
from arf.v1.live_pb2 import EndCall, LiveEvent, Segment, StartCall, SummaryUpdate
from arf.v1.routing_table_pb2 import RoutingTable
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_model import down
from tests.helpers.live_client import FINAL, PARTIAL, segment
from tests.helpers.sealing import Site, site
from tests.helpers.servers import LoopThread
from tests.helpers.stages import until

PACING = Pacing(settle_ms=0, every_ms=50, lateness_ms=500)


class Engine:
    """Writes how many turns it was shown; fails with what `failing` holds."""

    def __init__(self) -> None:
        self.failing: list[ModelFailed] = []
        self.asked: list[Question] = []

    async def __call__(self, question: Question) -> SummaryUpdate:
        self.asked.append(question)
        if self.failing:
            raise self.failing.pop()
        return SummaryUpdate(text=f"{len(question.call.turns)} turns")


@contextmanager
def working(here: Site, engine: Engine, metrics: Metrics) -> Iterator[None]:
    """A worker of the stage, as its process has it."""
    loop = LoopThread()

    async def made() -> LiveHandler:
        refreshes = Refreshes(engine, 4)
        return LiveHandler(refreshes, here.sealer, lambda tenant: RoutingTable(), PACING, InPlace(), metrics)

    pace = Pace(batch=8, poll_s=0.02, backoff_s=0.02, max_backoff_s=0.05, lag_s=0.1)
    worker = keyed_worker(here.bus, loop.run(made()).stage(), metrics, loop.loop, pace)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(60)
        loop.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


def publish(here: Site, call_id: str, *said: Segment | StartCall | EndCall, tenant: str = "acme") -> None:
    """Publishes events of a call."""
    events = []
    for one in said:
        event = LiveEvent(call_id=call_id, tenant=tenant)
        name = {Segment: "segment", StartCall: "start", EndCall: "end"}[type(one)]
        getattr(event, name).CopyFrom(one)
        events.append(event)
    here.bus.publish([live_message(event, here.sealer) for event in events])


def finals(here: Site) -> dict[str, str]:
    """The texts of the final summaries, by call."""
    return {update.call_id: update.text for update in here.messages(LIVE, SummaryUpdate) if update.kind == FINAL}


def test_calls_of_several_tenants_each_get_their_one_final_summary_whoever_works(here: Site) -> None:
    engine, calls = Engine(), [f"c-{n}" for n in range(6)]
    with working(here, engine, Metrics("first")):
        for call_id in calls:
            publish(here, call_id, StartCall(call_id=call_id), segment(0, "Hello"), tenant=f"t-{call_id}")
        until(lambda: len(here.messages(LIVE, SummaryUpdate)) == len(calls))
    with working(here, engine, Metrics("second")):
        for call_id in calls:
            publish(here, call_id, segment(1, "Bye"), EndCall(), tenant=f"t-{call_id}")
        until(lambda: finals(here) == dict.fromkeys(calls, "2 turns"))
    assert sorted(call.id for call in here.messages(CALLS, Call)) == calls
    assert {(r.headers[SOURCE], r.headers[KIND]) for r in here.bus.read(LIVE)} == {
        ("live", "PARTIAL"),
        ("live", "FINAL"),
    }


def test_a_summary_that_a_dead_worker_was_waiting_for_is_asked_for_again(here: Site) -> None:
    stuck = Engine()
    stuck.failing = [down() for _ in range(1_000)]
    with working(here, stuck, Metrics("first")):
        publish(here, "c-1", segment(0, "Hello"), EndCall())
        until(lambda: bool(stuck.asked))
        until(lambda: not any(lag.records for lag in here.bus.lag("summarizer", [SEGMENTS])))
    with working(here, Engine(), Metrics("second")):
        until(lambda: finals(here) == {"c-1": "1 turns"})


def test_the_metrics_count_updates_and_finals_that_are_overdue(here: Site) -> None:
    engine, metrics = Engine(), Metrics("summarizer")
    engine.failing = [down() for _ in range(4)]

    def count(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"arf_summarizer_{name}", labels)

    with working(here, engine, metrics):
        publish(here, "c-1", segment(40, "Hello"), segment(0, "Long ago"), EndCall())
        until(lambda: count("finals_overdue") == 1)
        until(lambda: count("finals_overdue") == 0)
        until(lambda: count("updates_total", kind="FINAL") == 1)
    assert count("late_segments_total") == 1


def test_an_event_that_breaks_a_rule_is_a_dead_letter_and_the_call_goes_on(here: Site) -> None:
    backwards = segment(1, "Hm")
    backwards.end_ms = 0
    with working(here, Engine(), Metrics("summarizer")):
        publish(here, "c-1", segment(0, "Hello"), backwards, StartCall(call_id="c-2"), EndCall())
        until(lambda: finals(here) == {"c-1": "1 turns"})
    letters = dlq.letters(here.bus)
    assert sorted(letter.dead.error_message.split(":")[0] for letter in letters) == ["segment", "value"]
    assert {update.kind for update in here.messages(LIVE, SummaryUpdate)} <= {PARTIAL, FINAL}
