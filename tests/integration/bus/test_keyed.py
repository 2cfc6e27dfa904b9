"""A keyed stage on both buses: it counts words, and whoever dies, each key has one FINAL that holds all of them."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from arf.kit.bus import dlq
from arf.kit.bus.headers import EVENT_ID, REVISION, SCHEMA
from arf.kit.bus.kinds.keyed import Keyed
from arf.kit.bus.kinds.keyed_stage import changelog_spec
from arf.kit.bus.kinds.keyed_state import KeyState, States
from arf.kit.bus.loop import Worker
from arf.kit.bus.port import Message, Record
from arf.kit.bus.stage import Pace
from arf.kit.errors import InvalidRecord, Unavailable
from tests.helpers.servers import LoopThread
from tests.helpers.stages import Rounds
from tests.helpers.word_stage import EVERY, Words, word_stage
from tests.integration.bus.conftest import PATIENCE_S, Place, eventually
from tests.integration.bus.test_crashes import bus_process, line_of

IDLE_S, LATE_S = 1_000.0, 5_000.0
PACE = Pace(batch=8, poll_s=0.1, backoff_s=0.02, max_backoff_s=0.1, lag_s=0.5)


class Keys:
    """A keyed stage between topics of its own."""

    def __init__(self, place: Place, group: str, partitions: int = 3) -> None:
        self.bus, self.group = place.bus, group
        self.source, self.target, self.dlq = (place.topic(partitions) for _ in range(3))
        self.changelog = f"{self.source}-states"
        self.bus.create_topics([changelog_spec(self.changelog, partitions)])
        self.words = Words(self.target, IDLE_S, LATE_S)
        self.ahead_s = 0.0
        """By how much the stage's calendar is ahead."""

    @property
    def topics(self) -> tuple[str, str, str, str]:
        return self.source, self.target, self.changelog, self.dlq

    def publish(self, key: str, *values: str, first: int = 0) -> None:
        """Records of a key; the same number has the same event id."""
        records = [
            Message(self.source, f"acme/{key}", value.encode(), {EVENT_ID: f"{key}-{n}", "tenant": "acme"})
            for n, value in enumerate(values, first)
        ]
        self.bus.publish(records)

    @contextmanager
    def running(self) -> Iterator[None]:
        """A worker in a thread, stopped in order at the end."""
        loop, rounds = LoopThread(), Rounds()
        stage = word_stage(self.words, self.group, *self.topics)
        kind = Keyed(self.bus, stage, rounds, loop.loop, PACE, calendar=lambda: time.time() + self.ahead_s)
        worker = Worker(self.bus, kind, rounds, PACE)
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            yield
        finally:
            worker.stop()
            thread.join(60)
            loop.close()
            assert not thread.is_alive()

    def outputs(self, key: str) -> list[Record]:
        return [record for record in self.bus.read(self.target) if record.key == f"acme/{key}"]

    def made(self, key: str) -> list[tuple[str, int]]:
        """What was made of a key: the kind, and how many records it is of."""
        return [(said["kind"], said["records"]) for said in map(json.loads, (o.value for o in self.outputs(key)))]

    def until_idle(self) -> None:
        eventually(lambda: sum(lag.records for lag in self.bus.lag(self.group, [self.source])) == 0, "no lag")

    def state(self, key: str) -> KeyState | None:
        states, found = States(self.bus, self.changelog), None
        for partition in range(self.bus.partitions(self.changelog)):
            states.restore(partition)
            found = found or states.get(partition, f"acme/{key}")
        return found


@pytest.fixture
def keys(place: Place, group: str) -> Keys:
    return Keys(place, group)


def test_outputs_are_of_the_state_and_say_which_change_they_are_of(keys: Keys) -> None:
    with keys.running():
        keys.publish("a", "tea", "tea milk", "milk")
        keys.until_idle()
    with keys.running():
        keys.publish("a", "tea", "end", first=3)
        keys.until_idle()

    assert keys.made("a") == [("PARTIAL", 3), ("FINAL", 4)]
    partial, final = keys.outputs("a")
    assert json.loads(final.value)["words"] == {"tea": 3, "milk": 2}
    assert (partial.headers["tenant"], final.headers[SCHEMA]) == ("acme", "test.FINAL")
    assert 0 < int(partial.headers[REVISION]) < int(final.headers[REVISION])
    state = keys.state("a")
    assert state is not None
    assert (state.begun_by, state.revision) == ("a-0", int(final.headers[REVISION]))


def test_an_event_that_comes_twice_is_taken_in_once(keys: Keys) -> None:
    with keys.running():
        keys.publish("a", "tea", "milk")
        keys.publish("a", "tea")
        keys.until_idle()
    with keys.running():
        keys.publish("a", "tea", "milk", "sugar")
        keys.publish("a", "end", first=3)
        keys.publish("a", "end", first=3)
        keys.until_idle()

    assert keys.made("a") == [("PARTIAL", 3), ("FINAL", 3)]


def test_a_timer_ends_a_key_and_then_forgets_it_after_its_worker_has_gone(keys: Keys) -> None:
    with keys.running():
        keys.publish("a", "tea")
        keys.until_idle()
    assert keys.made("a") == []
    keys.ahead_s = IDLE_S
    with keys.running():
        eventually(lambda: keys.made("a") == [("FINAL", 1)], "the final")
    keys.ahead_s += LATE_S + 60
    with keys.running():
        eventually(lambda: keys.state("a") is None, "that it is forgotten")

    assert keys.made("a") == [("FINAL", 1)]


def test_a_record_at_fault_is_a_dead_letter_and_changes_no_state(keys: Keys) -> None:
    keys.publish("a", "tea", "bad", "milk", "end")
    keys.publish("b", "tea", "end")
    with keys.running():
        keys.until_idle()

    (letter,) = dlq.letters(keys.bus, keys.dlq)
    assert (letter.dead.key, letter.dead.value, letter.dead.stage) == (b"acme/a", b"bad", keys.group)
    assert letter.headers[EVENT_ID] == "a-1"
    assert (keys.made("a"), keys.made("b")) == ([("FINAL", 2)], [("FINAL", 1)])


def test_a_key_that_fails_holds_up_no_other_and_no_letters_are_written_in_an_outage(place: Place, group: str) -> None:
    keys = Keys(place, group, partitions=1)
    keys.words.broken["acme/a"] = Unavailable("no answer")
    keys.publish("a", "tea", "end")
    with keys.running():
        eventually(lambda: len(keys.words.called) > 8, "many tries")
        keys.publish("b", "tea", "end")
        eventually(lambda: keys.made("b") == [("FINAL", 1)], "the final of another key")
        assert dlq.letters(keys.bus, keys.dlq) == []
        assert keys.made("a") == []
    keys.words.broken.clear()
    with keys.running():
        keys.until_idle()
        keys.words.broken["acme/c"] = RuntimeError("secret")
        keys.publish("c", "tea")
        keys.publish("d", "tea", "end")
        eventually(lambda: len(dlq.letters(keys.bus, keys.dlq)) == 1, "the letter")
        keys.until_idle()

    assert [keys.made(key) for key in "abd"] == [[("FINAL", 1)]] * 3
    (letter,) = dlq.letters(keys.bus, keys.dlq)
    assert (letter.dead.key, letter.dead.attempts) == (b"acme/c", PACE.max_attempts)
    assert "secret" not in letter.dead.error_message


def test_a_changelog_partitioned_otherwise_is_refused(keys: Keys, place: Place) -> None:
    keys.changelog = place.topic(partitions=5)
    loop = LoopThread()
    kind = Keyed(keys.bus, word_stage(keys.words, keys.group, *keys.topics), Rounds(), loop.loop, PACE)
    with pytest.raises(InvalidRecord, match=r"has 5, but .* has 3"):
        Worker(keys.bus, kind, Rounds(), PACE).run()
    loop.close()


def test_each_key_has_one_final_with_all_its_words_when_workers_are_killed(place: Place, group: str) -> None:
    keys = Keys(place, group, partitions=4)
    names = (keys.group, *keys.topics)
    sizes = {f"k{n}": 1 + n % 7 for n in range(30)}
    for key, size in sizes.items():
        keys.publish(key, *["tea milk"] * size)
    with bus_process("keyed", place, *names) as first, bus_process("keyed", place, *names) as second:
        assert line_of(first) == line_of(second) == "running"
        eventually(lambda: len(list(keys.bus.read(keys.target))) > 5, "first outputs")
        first.kill()
        for key, size in sizes.items():
            keys.publish(key, "sugar", "end", first=size)
            keys.publish(key, "tea milk")
        second.kill()
        with bus_process("keyed", place, *names) as third:
            assert line_of(third) == "running"
            finals = lambda: Counter(  # noqa: E731
                record.key for record in keys.bus.read(keys.target) if record.headers[SCHEMA] == "test.FINAL"
            )
            eventually(lambda: len(finals()) == len(sizes), "all finals")
            keys.until_idle()
            third.send_signal(signal.SIGTERM)
            assert third.wait(PATIENCE_S) == 0

    assert finals() == Counter(f"acme/{key}" for key in sizes)
    for key, size in sizes.items():
        *partials, final = keys.outputs(key)
        said = json.loads(final.value)
        assert (said["kind"], said["words"]) == ("FINAL", {"tea": size, "milk": size, "sugar": 1})
        assert len(partials) == (size + 1) // EVERY
        revisions = [int(record.headers[REVISION]) for record in (*partials, final)]
        assert revisions == sorted(revisions)
    assert dlq.letters(keys.bus, keys.dlq) == []
