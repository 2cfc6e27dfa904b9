"""Laws of keyed stages, for any cut into batches, any death and any doubt about a commit."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.bus import dlq
from arf.kit.bus.headers import EVENT_ID, REVISION
from arf.kit.bus.kinds.keyed import Keyed
from arf.kit.bus.kinds.keyed_stage import Change, KeyedOutput
from arf.kit.bus.kinds.keyed_state import KeyState, States, seen_after
from arf.kit.bus.loop import Worker
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Message, Record, TopicSpec
from arf.kit.bus.stage import Pace
from arf.kit.errors import Unavailable
from tests.helpers.memory_bus import Died, MemoryBus
from tests.helpers.servers import LoopThread
from tests.helpers.stages import Rounds
from tests.helpers.word_stage import EVERY, Words, word_stage

WORDS = ("tea", "milk", "sugar")
TOPICS = ("source", "target", "changelog", "dlq")
IDLE_S, LATE_S, LAG_S = 100.0, 1_000.0, 15.0
LATER = 1e9
"""By the clock of any worker here, which ticks once each time it is asked."""


class Hesitant(Words):
    """Says now and then that it is not the time yet."""

    def __init__(self, run: Run) -> None:
        super().__init__("target", IDLE_S, LATE_S)
        self._run = run

    async def __call__(self, key: str, state: bytes | None, records: Sequence[Record], now: float) -> Change | NoOutput:
        if self._run.chance.random() < self._run.trouble:
            return NoOutput.NOT_YET
        return await super().__call__(key, state, records, now)


class Run:
    """A keyed stage on a bus in memory, worked on by one process after the other until nothing is left to do."""

    def __init__(self, seed: int, trouble: float, batch: int | None = None) -> None:
        self.batch = batch
        self.chance, self.trouble = random.Random(seed), trouble
        self.bus = MemoryBus(self.at)
        self.bus.create_topics(TopicSpec(name, 2) for name in TOPICS)
        self.today = 1_000.0
        self.handler: Words = Hesitant(self)
        self.rest: list[Message] = []
        self.late_s = 0.0
        """By how much it is later when something is polled next."""
        self.acts: list[Callable[[], None]] = []
        """What happens one after the other, whenever nothing is left to do."""
        self.deaths = self.idle = 0

    def at(self, where: str) -> None:
        if where == "poll":
            self.today, self.late_s = self.today + self.late_s, 0.0
        self.idle = self.idle + 1 if where == "idle" else 0
        if where == "idle":
            if self.rest:
                self.bus.publish([self.rest.pop(0) for _ in range(min(len(self.rest), self.chance.randint(1, 9)))])
            elif self.worker_is_busy():
                return
            elif self.acts:
                self.acts.pop(0)()
                self.idle = 0
            else:
                self.worker.stop()
        elif self.deaths < 30 and self.chance.random() < self.trouble:
            self.deaths += 1
            if where != "after commit" and self.chance.random() < 0.3:
                self.bus.take_away_and_give_back()
                return
            raise Died if where == "poll" or self.chance.random() < 0.5 else Unavailable("no answer")

    def worker_is_busy(self) -> bool:
        """Also before it has taken its partitions over, anew after trouble: it does after its first poll."""
        due = self.kind.due(LATER)
        catching_up = self.kind.lag_every_s() < LAG_S
        behind = any(lag.records for lag in self.bus.lag("words", ["source"]))
        return self.idle < 4 or behind or catching_up or (due is not None and due <= LATER)

    def work(self, loop: LoopThread) -> None:
        """Until all is committed and no timer is left that has come."""
        while True:
            pace = Pace(batch=self.batch or self.chance.randint(1, 7), poll_s=0.0, backoff_s=0.0)
            stage = word_stage(self.handler, "words", *TOPICS)
            calendar = lambda: self.today  # noqa: E731
            ticks, self.idle = count(), 0
            clock = lambda: float(next(ticks))  # noqa: B023, E731
            self.kind = Keyed(self.bus, stage, Rounds(), loop.loop, pace, clock, calendar)
            self.worker = Worker(self.bus, self.kind, Rounds(), pace, clock)
            try:
                self.worker.run()
                return
            except Died:
                continue

    def outputs(self) -> dict[str, list[dict[str, Any]]]:
        """What was made of each key, in order."""
        made: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for record in self.bus.read("target"):
            headers = {"revision": int(record.headers[REVISION]), "id": record.headers[EVENT_ID]}
            made[record.key].append(json.loads(record.value) | headers)
        return made


@pytest.fixture(scope="module")
def loop() -> Iterator[LoopThread]:
    made = LoopThread()
    yield made
    made.close()


def _words(key: str, number: int) -> bytes:
    return f"{WORDS[number % 3]} {WORDS[len(key) % 3]}".encode()


def _message(key: str, number: int, value: bytes) -> Message:
    return Message("source", key, value, {EVENT_ID: f"{key}-{number}", "tenant": "acme"})


def _published(chance: random.Random, records: list[int], *, ended: bool) -> list[Message]:
    """So many records for each key, in the key's order among those of others, some of them twice."""
    left = {
        f"acme/c-{n}": [_message(f"acme/c-{n}", i, _words(f"acme/c-{n}", i)) for i in range(size)]
        + [_message(f"acme/c-{n}", size, b"end")] * ended
        for n, size in enumerate(records)
    }
    found: list[Message] = []
    while left:
        key = chance.choice(sorted(left))
        found.append(left[key].pop(0))
        if chance.random() < 0.2:
            found.append(chance.choice([message for message in found if message.key == key]))
        left = {key: messages for key, messages in left.items() if messages}
    return found


def _expect(run: Run, records: list[int]) -> None:
    """Of each key all PARTIALs and one FINAL with all words, each under its own id, their revisions in order."""
    made = run.outputs()
    for n, size in enumerate(records):
        outputs = made.pop(key := f"acme/c-{n}")
        assert [(o["kind"], o["records"]) for o in outputs] == [
            *[("PARTIAL", EVERY * (i + 1)) for i in range(size // EVERY)],
            ("FINAL", size),
        ]
        said = Counter(word for i in range(size) for word in _words(key, i).decode().split())
        assert outputs[-1]["words"] == said
        revisions = [o["revision"] for o in outputs]
        assert revisions == sorted(revisions)
        assert len({o["id"] for o in outputs}) == len(outputs)
    assert made == {}
    assert dlq.letters(run.bus, "dlq") == []


sizes = st.lists(st.integers(1, 10), min_size=1, max_size=6)
troubles = st.sampled_from([0.0, 0.1, 0.4])


@given(st.integers(0, 2**32), sizes, troubles)
def test_each_key_has_one_final_with_all_of_it_however_it_is_cut_and_whoever_dies(
    loop: LoopThread, seed: int, records: list[int], trouble: float
) -> None:
    run = Run(seed, trouble)
    run.rest = _published(run.chance, records, ended=True)
    run.work(loop)
    _expect(run, records)


@given(st.integers(0, 2**32), sizes, troubles)
def test_a_timer_ends_each_key_once_and_then_it_is_forgotten(
    loop: LoopThread, seed: int, records: list[int], trouble: float
) -> None:
    run = Run(seed, trouble)
    run.rest = _published(run.chance, records, ended=False)
    run.work(loop)
    assert all(o["kind"] == "PARTIAL" for outputs in run.outputs().values() for o in outputs)

    run.today += IDLE_S
    run.deaths = 0
    run.work(loop)
    _expect(run, records)

    run.today += LATE_S
    run.work(loop)
    _expect(run, records)
    states = States(run.bus, "changelog")
    for partition in range(2):
        states.restore(partition)
        assert list(states.timers(partition)) == []
        assert all(states.get(partition, f"acme/c-{n}") is None for n in range(len(records)))


def _kinds(run: Run, key: str = "acme/c-0") -> list[str]:
    return [output["kind"] for output in run.outputs()[key]]


def test_what_was_said_in_time_is_heard_before_a_timer_that_came_while_nobody_worked(loop: LoopThread) -> None:
    run = Run(1, 0.0)
    run.rest = [_message("acme/c-0", 0, b"tea")]
    run.work(loop)
    run.today += IDLE_S
    run.bus.publish([_message("acme/c-0", n, b"milk") for n in (1, 2)])
    run.bus.slow_polls = 3
    run.work(loop)
    assert _kinds(run) == ["PARTIAL"]

    run.today += IDLE_S
    run.work(loop)
    assert _kinds(run) == ["PARTIAL", "FINAL"]


@pytest.mark.parametrize("other", [0, 1], ids=["behind another partition's", "behind its own partition's"])
def test_what_waits_in_the_log_is_heard_before_a_timer(loop: LoopThread, other: int) -> None:
    run = Run(1, 0.0, batch=1)
    key = next(key for key in (f"acme/c-{n}" for n in range(99)) if partition_of(key, 2) == 1)
    before = next(key for key in (f"acme/d-{n}" for n in range(99)) if partition_of(key, 2) == other)

    def late() -> None:
        run.bus.publish([_message(before, 0, b"tea"), *[_message(key, n, b"milk") for n in (1, 2)]])
        run.late_s = IDLE_S

    run.rest, run.acts = [_message(key, 0, b"tea")], [late]
    run.work(loop)
    assert _kinds(run, key) == ["PARTIAL"]


def test_a_key_that_ends_at_once_ends_once_though_another_before_it_waits_and_its_worker_dies(
    loop: LoopThread,
) -> None:
    class Dying(Run):
        """Its worker dies after a while, until when one key is not to be handled."""

        waits = True

        def at(self, where: str) -> None:
            super().at(where)
            if self.waits and self.idle == 20:
                self.waits = False
                raise Died

    class AtOnce(Words):
        async def __call__(
            self, key: str, state: bytes | None, records: Sequence[Record], now: float
        ) -> Change | NoOutput:
            if key == first and run.waits:
                return NoOutput.NOT_YET
            made = await super().__call__(key, state, records, now)
            assert isinstance(made, Change)
            return Change(None, made.outputs)

    run = Dying(1, 0.0, batch=5)
    run.handler = AtOnce("target")
    first, second = [key for key in (f"acme/c-{n}" for n in range(9)) if partition_of(key, 2) == 0][:2]
    run.bus.publish([_message(first, 0, b"end"), _message(second, 0, b"end")])
    run.work(loop)

    assert not run.waits
    assert (_kinds(run, first), _kinds(run, second)) == (["FINAL"], ["FINAL"])


def test_a_key_that_was_forgotten_begins_anew_under_other_ids(loop: LoopThread) -> None:
    run = Run(1, 0.0)

    def again() -> None:
        run.today += LATE_S
        run.acts = [
            lambda: run.bus.publish([_message("acme/c-0", n, value) for n, value in ((7, b"tea"), (8, b"end"))])
        ]

    run.rest, run.acts = [_message("acme/c-0", 0, b"tea"), _message("acme/c-0", 1, b"end")], [again]
    run.work(loop)

    assert [(o["kind"], o["records"]) for o in run.outputs()["acme/c-0"]] == [("FINAL", 1)] * 2
    assert len({o["id"] for o in run.outputs()["acme/c-0"]}) == 2


def test_a_record_that_lies_where_its_state_is_not_is_a_dead_letter(loop: LoopThread) -> None:
    run = Run(1, 0.0)
    stray = _message("acme/c-0", 0, b"tea")
    run.bus.write(1 - partition_of("acme/c-0", 2), stray)
    run.bus.publish([_message("acme/c-0", 1, b"milk"), _message("acme/c-0", 2, b"end")])
    run.work(loop)

    assert [output["words"] for output in run.outputs()["acme/c-0"]] == [{"milk": 1}]
    (letter,) = dlq.letters(run.bus, "dlq")
    assert letter.dead.error_message.startswith("key: it belongs in another partition")


class Echo:
    """A Background and its handler: each record starts work on its key, whose result becomes an output."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.results: dict[str, str] = {}
        self.dropped: list[str] = []
        self.fails = 1

    def busy(self) -> bool:
        return bool(self.started)

    def finished(self) -> list[str]:
        """What was started is finished when it is looked for again."""
        self.results |= {key: f"of {key}" for key in self.started}
        self.started.clear()
        return list(self.results)

    def drop(self, key: str) -> None:
        self.dropped.append(key)
        self.results.pop(key, None)

    async def __call__(self, key: str, state: bytes | None, records: Sequence[Record], now: float) -> Change:
        if records:
            self.started.append(key)
            return Change(b"state")
        if self.fails:
            self.fails -= 1
            raise Unavailable("no keys")
        return Change(
            b"state", [KeyedOutput("target", json.dumps({"is": self.results.pop(key)}).encode(), "test.Echo")]
        )


def test_a_key_has_a_turn_of_its_own_when_its_work_is_done_and_again_if_that_fails(loop: LoopThread) -> None:
    run, echo = Run(1, 0.0), Echo()
    run.bus.publish([_message(f"acme/c-{n}", 0, b"tea") for n in range(3)])
    echo.results["acme/nobodys"] = "of another worker"
    stage = replace(word_stage(run.handler, "words", *TOPICS), handler=echo, background=echo)
    ticks = count()
    pace = Pace(batch=8, poll_s=0.0, backoff_s=0.0)
    run.kind = Keyed(run.bus, stage, Rounds(), loop.loop, pace, lambda: float(next(ticks)), lambda: run.today)
    run.worker = Worker(run.bus, run.kind, Rounds(), pace, lambda: float(next(ticks)))
    run.worker.run()

    made = [(record.key, json.loads(record.value)["is"]) for record in run.bus.read("target")]
    assert sorted(made) == [(f"acme/c-{n}", f"of acme/c-{n}") for n in range(3)]
    assert echo.dropped == ["acme/nobodys"]


def test_the_newest_events_are_remembered_when_there_are_more_than_can_be() -> None:
    state = KeyState(1, "e-0", b"", (), seen_after(None, ["e-0", "e-1", "e-2"], 4), {})
    after = KeyState(2, "e-0", b"", (), seen_after(state, ["e-3", "e-4"], 4), {})

    assert [after.has_seen(f"e-{n}") for n in range(6)] == [False, True, True, True, True, False]
    assert KeyState.from_bytes(after.to_bytes()) == after
