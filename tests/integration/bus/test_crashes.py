"""Processes are killed, stopped and woken, the broker too: each input still has exactly one output."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from arf.kit.bus import parking
from arf.kit.bus.dlq import letters
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Message
from tests.integration.bus.conftest import PATIENCE_S, Place, drain, eventually

ROOT = Path(__file__).parents[3]


@contextmanager
def bus_process(role: str, place: Place, *names: str) -> Iterator[subprocess.Popen[str]]:
    """A process of tests.helpers.bus_process, killed when the block ends."""
    command = [sys.executable, "-m", "tests.helpers.bus_process", role, place.address, str(place.session_s), *names]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'services'}{os.pathsep}{ROOT}"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _publish(place: Place, topic: str, count: int) -> list[str]:
    """Publishes `count` records of as many calls, and gives their event ids."""
    ids = [f"e-{n}" for n in range(count)]
    tenants = ("acme", "poor")
    place.bus.publish([Message(topic, f"{tenants[n % 2]}/c-{n}", b"%d" % n, {EVENT_ID: ids[n]}) for n in range(count)])
    return ids


def test_nothing_is_visible_and_all_comes_again_when_a_process_dies_before_its_commit(place: Place, group: str) -> None:
    source, target = place.topic(), place.topic()
    _publish(place, source, 12)
    with bus_process("die", place, group, source, target) as process:
        assert process.wait(PATIENCE_S) == -signal.SIGKILL

    assert list(place.bus.read(target)) == []
    consumer = place.consumer(group, source)
    records = drain(consumer, 12)
    consumer.commit(records, [Message(target, record.key, record.value) for record in records])

    assert Counter(int(record.value) for record in place.bus.read(target)) == Counter(range(12))


def test_a_member_that_slept_through_a_takeover_commits_nothing(place: Place, group: str) -> None:
    source, target = place.topic(), place.topic()
    _publish(place, source, 12)
    with bus_process("zombie", place, group, source, target) as process:
        assert line_of(process) == "taken"
        process.send_signal(signal.SIGSTOP)

        heir = place.consumer(group, source)
        records = drain(heir, 12)
        heir.commit(records, [Message(target, record.key, record.value) for record in records])

        process.send_signal(signal.SIGCONT)
        assert process.stdin is not None
        process.stdin.write("go on\n")
        heir.close()
        assert line_of(process) == "lost"

    assert Counter(int(record.value) for record in place.bus.read(target)) == Counter(range(12))


def test_each_input_has_one_output_when_workers_and_the_broker_are_killed(place: Place, group: str) -> None:
    source, target, dlq, parked = (place.topic(4) for _ in range(4))
    chance = random.Random(7)
    names = (group, source, target, dlq, parked)
    ids = _publish(place, source, 150)
    with bus_process("stage", place, *names) as first, bus_process("stage", place, *names) as second:
        assert line_of(first) == line_of(second) == "running"
        eventually(lambda: len(list(place.bus.read(target))) > 10, "first outputs")
        chance.choice([first, second]).kill()
        ids += [f"late-{id_}" for id_ in ids]
        place.bus.publish([Message(source, f"acme/{id_}", b"1", {EVENT_ID: id_}) for id_ in ids[150:]])
        with bus_process("stage", place, *names) as third:
            assert line_of(third) == "running"
            if place.broker is not None:
                place.broker.kill()
                place.broker.start()
            time.sleep(chance.uniform(0.1, 1.0))
            third.kill()
            with bus_process("stage", place, *names) as fourth:
                assert line_of(fourth) == "running"
                expected = Counter(stage_id(group, id_) for id_ in ids)
                made = lambda: Counter(record.headers[EVENT_ID] for record in place.bus.read(target))  # noqa: E731
                eventually(lambda: len(made()) == len(expected), "all outputs")
                fourth.send_signal(signal.SIGTERM)
                assert fourth.wait(PATIENCE_S) == 0

    assert made() == expected
    assert letters(place.bus, dlq) == []
    assert any(not record.key.startswith("acme") for record in place.bus.read(parked))
    assert parking.parked(place.bus, group, parked) == []
    eventually(lambda: sum(lag.records for lag in place.bus.lag(group, [source])) == 0, "no lag")


def test_a_publisher_goes_on_when_the_broker_is_killed_and_started_again(place: Place) -> None:
    if place.broker is None:
        pytest.skip("SQLite has no broker")
    topic = place.topic()
    _publish(place, topic, 5)

    place.broker.kill()
    place.broker.start()
    place.bus.publish([Message(topic, f"acme/c-{n}", b"%d" % n) for n in range(5, 10)])

    assert Counter(int(record.value) for record in place.bus.read(topic)) == Counter(range(10))
