"""What the SQLite bus still holds after a member has polled: by age, and of compacted topics the last of each key."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from arf.kit.bus.port import Message, TopicSpec
from arf.kit.bus.sqlite.bus import SqliteBus

DAY_S = 24 * 3600


class Site:
    """A bus whose records can be made older."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "bus.db"
        self.bus = SqliteBus(self._file)

    def publish(self, topic: str, key: str, value: str, age_s: float = 0.0) -> None:
        """Publishes a record that is so old."""
        self.bus.publish([Message(topic, key, value.encode())])
        with closing(sqlite3.connect(self._file)) as file, file:
            newest = "rowid = (SELECT max(rowid) FROM record)"
            file.execute(f"UPDATE record SET timestamp_ms = timestamp_ms - ? WHERE {newest}", (round(age_s * 1000),))

    def swept(self, *topics: str) -> None:
        """A member comes, polls and goes."""
        consumer = self.bus.consumer("anybody", topics)
        consumer.poll(0, 0.0)
        consumer.close()

    def kept(self, topic: str) -> list[tuple[str, str]]:
        """Key and value of what is there."""
        return sorted((record.key, record.value.decode()) for record in self.bus.read(topic))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.bus.close()


def test_records_go_when_they_are_older_than_their_topic_keeps_them(here: Site) -> None:
    here.bus.create_topics([TopicSpec("kept", 1, 900), TopicSpec("short", 1, 60), TopicSpec("for-ever", 1)])
    for topic in ("kept", "short", "for-ever"):
        for age_s in (0, 50, 70, 890, 910, 400 * DAY_S):
            here.publish(topic, "acme/c", str(age_s), age_s)
    here.swept("kept")

    assert {value for _, value in here.kept("kept")} == {"0", "50", "70", "890"}
    assert {value for _, value in here.kept("short")} == {"0", "50"}
    assert len(here.kept("for-ever")) == 6


def test_whoever_reads_on_misses_nothing_that_is_kept_when_older_records_went(here: Site) -> None:
    here.bus.create_topics([TopicSpec("kept", 1, 900)])
    here.publish("kept", "acme/c", "old", 1_000)
    here.publish("kept", "acme/c", "new")
    here.swept("kept")
    here.publish("kept", "acme/c", "newer")

    assert [(record.offset, record.value) for record in here.bus.read("kept")] == [(1, b"new"), (2, b"newer")]
    assert sum(lag.records for lag in here.bus.lag("anybody", ["kept"])) == 2


def test_a_compacted_topic_keeps_the_last_record_of_each_key_for_ever(here: Site) -> None:
    here.bus.create_topics([TopicSpec("states", 2, compacted=True), TopicSpec("log", 2)])
    for n in range(3):
        for key in ("acme/a", "acme/b", "other/a"):
            for topic in ("states", "log"):
                here.publish(topic, key, str(n), (400 - n) * DAY_S)
    here.swept("states")

    assert here.kept("states") == [("acme/a", "2"), ("acme/b", "2"), ("other/a", "2")]
    assert len(here.kept("log")) == 9


def test_a_key_that_ended_goes_a_day_after_all_else_of_it(here: Site) -> None:
    here.bus.create_topics([TopicSpec("states", 1, compacted=True)])
    here.publish("states", "acme/old", "state", 3 * DAY_S)
    here.publish("states", "acme/old", "", 2 * DAY_S)
    here.publish("states", "acme/new", "state")
    here.publish("states", "acme/new", "")
    here.publish("states", "acme/again", "", 2 * DAY_S)
    here.publish("states", "acme/again", "state", DAY_S)

    here.swept("states")
    assert here.kept("states") == [("acme/again", "state"), ("acme/new", ""), ("acme/old", "")]
    here.swept("states")
    assert here.kept("states") == [("acme/again", "state"), ("acme/new", "")]
