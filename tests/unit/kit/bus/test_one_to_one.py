"""What a stage knows of its outputs when partitions come and go, on a bus in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from arf.kit.bus.done import OutputLog
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.ids import stage_id
from arf.kit.bus.kinds.one_to_one import OneToOne
from arf.kit.bus.loop import Worker
from arf.kit.bus.port import Message, Record, TopicSpec
from arf.kit.bus.stage import Pace, Stage
from arf.kit.bus.window import Output
from arf.kit.errors import Unavailable
from tests.helpers.memory_bus import MemoryBus
from tests.helpers.servers import LoopThread
from tests.helpers.stages import Rounds

PACE = Pace(poll_s=0.0, backoff_s=0.0)


class Script:
    """A bus at whose idle moments one act after the other happens; after the last the worker is stopped."""

    def __init__(self, *acts: Callable[[MemoryBus], None]) -> None:
        self._acts = list(acts)
        self.bus = MemoryBus(self._at)
        self.bus.create_topics(TopicSpec(name, 1) for name in ("source", "target", "arf.dlq.v1", "arf.parked.v1"))
        self.handled: list[str] = []
        self.fails: list[str] = []

    def _at(self, where: str) -> None:
        if where == "idle":
            if self._acts:
                self._acts.pop(0)(self.bus)
            else:
                self._worker.stop()
        elif where in self.fails:
            self.fails.remove(where)
            raise Unavailable("no answer")

    def run(self) -> list[str]:
        """The event ids of all outputs."""

        async def copy(records: Sequence[Record]) -> list[Output]:
            self.handled += [record.headers[EVENT_ID] for record in records]
            return [Output(record.value, "test.Copy") for record in records]

        loop, done, rounds = LoopThread(), OutputLog(self.bus, "target"), Rounds()
        kind = OneToOne(Stage("copy", ["source"], "target", copy), done, rounds, loop.loop, PACE)
        self._worker = Worker(self.bus, kind, rounds, PACE)
        self._worker.run()
        loop.close()
        done.close()
        return [record.headers[EVENT_ID] for record in self.bus.read("target")]


def _submit(*ids: str) -> Callable[[MemoryBus], None]:
    return lambda bus: bus.publish([Message("source", "acme/c", b"", {EVENT_ID: id_}) for id_ in ids])


def _made_by_another_worker(id_: str) -> Callable[[MemoryBus], None]:
    """While the partition was away, its owner made the output of an event."""

    def act(bus: MemoryBus) -> None:
        bus.publish([Message("target", "acme/c", b"", {EVENT_ID: stage_id("copy", id_)})])
        bus.take_away_and_give_back()

    return act


def test_what_another_worker_made_is_known_when_the_partition_comes_back() -> None:
    script = Script(_submit("a"), _made_by_another_worker("b"), _submit("b", "c"))

    assert script.run() == [stage_id("copy", id_) for id_ in ("a", "b", "c")]
    assert script.handled == ["a", "c"]


def test_a_commit_whose_answer_was_lost_is_looked_up_and_its_work_is_not_done_again() -> None:
    script = Script(_submit("a"), _submit("a", "b"))
    script.fails = ["after commit"]

    assert script.run() == [stage_id("copy", id_) for id_ in ("a", "b")]
    assert script.handled == ["a", "b"]


def test_work_is_done_again_when_its_commit_did_not_happen() -> None:
    script = Script(_submit("a"))
    script.fails = ["before commit"]

    assert script.run() == [stage_id("copy", "a")]
    assert script.handled == ["a", "a"]
