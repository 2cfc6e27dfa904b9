"""A projection follows its topics: committed after the rows, again where rows could not be written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from arf.flow import REVISIONS
from arf.kit.bus.kinds.projection import Projection
from arf.kit.bus.loop import Worker
from arf.kit.bus.port import Message, Record, TopicSpec
from arf.kit.bus.stage import Pace
from arf.kit.errors import NotFound, Unavailable
from tests.helpers.memory_bus import MemoryBus
from tests.helpers.sealing import Site, site
from tests.helpers.stages import Rounds

PACE = Pace(batch=100, poll_s=0.05, backoff_s=0.02, lag_s=0.1)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


@contextmanager
def _following(here: Site, apply: Callable[[Sequence[Record]], None]) -> Iterator[Rounds]:
    rounds = Rounds()
    worker = Worker(here.bus, Projection("rows", [REVISIONS], apply, rounds, PACE), rounds, PACE)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield rounds
    finally:
        worker.stop()
        thread.join(60)
    assert not thread.is_alive()


def _publish(here: Site, *values: str) -> None:
    here.bus.publish([Message(REVISIONS, value, value.encode()) for value in values])


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.02)


def _behind(here: Site) -> int:
    return sum(lag.records for lag in here.bus.lag("rows", [REVISIONS]))


def test_every_record_is_applied_and_committed_afterwards(here: Site) -> None:
    rows: list[str] = []
    behind: list[int] = []

    def apply(records: Sequence[Record]) -> None:
        behind.append(_behind(here))
        rows.extend(record.key for record in records)

    _publish(here, "a", "b", "c")
    with _following(here, apply):
        _until(lambda: len(rows) == 3 and _behind(here) == 0)
        _publish(here, "d")
        _until(lambda: len(rows) == 4 and _behind(here) == 0)

    assert sorted(rows) == ["a", "b", "c", "d"]
    assert all(behind)


def test_records_come_again_when_rows_could_not_be_written(here: Site) -> None:
    tries: list[list[str]] = []

    def apply(records: Sequence[Record]) -> None:
        tries.append(sorted(record.key for record in records))
        if len(tries) < 3:
            raise Unavailable("database: down")

    _publish(here, "a")
    with _following(here, apply):
        _until(lambda: _behind(here) == 0)

    assert tries == [["a"]] * 3


def test_it_goes_on_where_it_was_when_it_starts_again(here: Site) -> None:
    rows: list[str] = []
    for value in ("a", "b"):
        _publish(here, value)
        with _following(here, lambda records: rows.extend(record.key for record in records)):
            _until(lambda: _behind(here) == 0)
    assert rows == ["a", "b"]


def test_a_topic_that_does_not_exist_is_told(here: Site) -> None:
    with pytest.raises(NotFound, match=r"no\.such"):
        Worker(here.bus, Projection("rows", ["no.such"], lambda records: None, Rounds(), PACE), Rounds(), PACE).run()


def test_lag_is_told_while_rows_cannot_be_written_and_when_they_are(here: Site) -> None:
    up = threading.Event()

    def apply(records: Sequence[Record]) -> None:
        if not up.is_set():
            raise Unavailable("database: down")

    _publish(here, "a", "b")
    with _following(here, apply) as rounds:
        _until(lambda: rounds.behind == 2)
        up.set()
        _until(lambda: rounds.behind == 0)


def test_what_could_not_be_written_after_something_was_is_not_committed(here: Site) -> None:
    rows: list[str] = []
    tries: list[str] = []

    def apply(records: Sequence[Record]) -> None:
        tries.extend(record.key for record in records)
        if "b" in tries and tries.count("b") < 4:
            assert _behind(here) == 1
            raise Unavailable("database: down")
        rows.extend(record.key for record in records)

    _publish(here, "a")
    with _following(here, apply):
        _until(lambda: rows == ["a"] and _behind(here) == 0)
        _publish(here, "b")
        _until(lambda: _behind(here) == 0)

    assert rows == ["a", "b"]
    assert tries == ["a", "b", "b", "b", "b"]


def test_rows_of_partitions_that_went_and_came_back_are_written_by_their_new_number() -> None:
    rows: list[str] = []
    bus = MemoryBus()
    bus.create_topics([TopicSpec("source", 2)])
    bus.publish([Message("source", f"acme/{n}", b"") for n in range(9)])

    def apply(records: Sequence[Record]) -> None:
        rows.extend(record.key for record in records)

    def at(where: str) -> None:
        if where == "before commit" and len(rows) == 9:
            bus.take_away_and_give_back()
        elif where == "idle" and not sum(lag.records for lag in bus.lag("rows", ["source"])):
            worker.stop()

    bus.at = at
    worker = Worker(bus, Projection("rows", ["source"], apply, Rounds(), PACE), Rounds(), PACE)
    worker.run()

    assert sorted(rows) == sorted([f"acme/{n}" for n in range(9)] * 2)
