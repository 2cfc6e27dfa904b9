"""Records that no ARF wrote: each becomes a dead letter, and the stage goes on."""

from __future__ import annotations

from collections import Counter

import pytest

from arf.kit.bus import dlq
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.port import ENVELOPE_BYTES, MAX_VALUE_BYTES, Message, Record
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError, InvalidRecord
from tests.integration.bus.conftest import Place, drain, eventually
from tests.integration.bus.flow import Flow

GOOD = {EVENT_ID: "g-1", "tenant": "acme"}
LARGEST = MAX_VALUE_BYTES + ENVELOPE_BYTES - 100


@pytest.fixture
def flow(place: Place, group: str) -> Flow:
    return Flow(place, group, partitions=1)


def _short(record: Record) -> Output | ArfError:
    return Output(record.value, "test.Copy") if len(record.value) < 10 else InvalidRecord("value", "long")


def _publish_raw(place: Place, topic: str, key: bytes | None, value: bytes | None, **headers: bytes) -> None:
    """What a client of another kind writes. Kafka alone takes it: the other bus is a file that only ARF opens."""
    if place.broker is None:
        pytest.skip("nobody else writes to the SQLite bus")
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=place.broker.servers, max_request_size=4_000_000)
    producer.send(topic, key=key, value=value, headers=list(headers.items()), partition=0).get(timeout=30)
    producer.close()


def test_bytes_that_are_no_text_are_read_as_replacement_characters(place: Place, group: str) -> None:
    topic = place.topic(partitions=1)
    _publish_raw(place, topic, b"\xffkey", None, bad=b"\xff\xfe", empty=b"")

    (record,) = drain(place.consumer(group, topic), 1)

    assert (record.key, record.value) == ("\ufffdkey", b"")
    assert record.headers == {"bad": "\ufffd\ufffd", "empty": ""}
    assert list(place.bus.read(topic)) == [record]


@pytest.mark.parametrize(
    ("key", "headers", "fault"),
    [
        ("acme/\ufffd", {EVENT_ID: "e"}, "key: not UTF-8"),
        ("acme/c", {EVENT_ID: "e", "odd": "\ufffd\ufffd"}, "headers.odd: not UTF-8"),
        ("acme/c", {}, f"headers.{EVENT_ID}: missing"),
    ],
)
def test_a_record_that_is_no_text_is_a_dead_letter_and_the_rest_goes_on(
    flow: Flow, key: str, headers: dict[str, str], fault: str
) -> None:
    flow.bus.publish([Message(flow.source, key, b"bad", headers), Message(flow.source, "acme/g", b"good", GOOD)])
    with flow.running(_short):
        eventually(lambda: flow.outputs() == Counter(["good"]), "the output")

    (letter,) = flow.letters()
    assert (letter.dead.error_message, letter.dead.value, letter.whole) == (fault, b"bad", True)
    assert (letter.dead.key.decode(), letter.headers) == (key, headers)


def test_what_other_clients_write_stops_no_stage(flow: Flow, place: Place) -> None:
    _publish_raw(place, flow.source, b"acme/c", b"x", event_id=b"e-1", odd=b"\xff\xfe")
    _publish_raw(place, flow.source, b"\xff", b"x", event_id=b"e-2")
    _publish_raw(place, flow.source, None, b"x")
    _publish_raw(place, flow.source, b"acme/large", bytes(1_030_000), event_id=b"e-3")
    flow.bus.publish([Message(flow.source, "acme/g", b"good", GOOD)])
    with flow.running(_short):
        eventually(lambda: flow.outputs() == Counter(["good"]), "the output")

    assert [(letter.dead.origin_offset, letter.whole) for letter in flow.letters()] == [
        (0, True),
        (1, True),
        (2, True),
        (3, False),
    ]


@pytest.mark.parametrize("headers", [{}, {"long": "x" * ENVELOPE_BYTES}], ids=["value", "value and headers"])
def test_a_record_too_large_for_a_letter_leaves_one_that_says_where_it_was(flow: Flow, headers: dict[str, str]) -> None:
    large = bytes(LARGEST - sum(map(len, headers.values())))
    flow.bus.publish([Message(flow.source, "acme/large", large, {EVENT_ID: "e", "tenant": "acme", **headers})])
    flow.bus.publish([Message(flow.source, "acme/g", b"good", GOOD)])
    with flow.running(_short):
        eventually(lambda: flow.outputs() == Counter(["good"]), "the output")

    (letter,) = flow.letters()
    dead = letter.dead
    assert not letter.whole
    assert (dead.origin_topic, dead.origin_partition, dead.origin_offset) == (flow.source, 0, 0)
    assert (dead.key, dead.value) == (b"acme/large", b"")
    assert dead.error_message.startswith(f"value: long; its value of {len(large):,} bytes")
    assert letter.headers == {EVENT_ID: "e", "tenant": "acme"}


def test_a_letter_without_its_record_is_not_replayed_and_holds_up_no_other(flow: Flow) -> None:
    flow.bus.publish([Message(flow.source, "acme/large", bytes(LARGEST), {EVENT_ID: "e"})])
    flow.bus.publish([Message(flow.source, "acme/b", bytes(20), {EVENT_ID: "e-2"})])
    with flow.running(_short):
        eventually(lambda: len(flow.letters()) == 2, "letters")
    lost, whole = sorted(flow.letters(), key=lambda letter: letter.whole)

    with pytest.raises(ArfError, match="too large"):
        dlq.replay(flow.bus, [lost.id], flow.dlq)
    assert [letter.id for letter in dlq.replay(flow.bus, [lost.id, whole.id], flow.dlq)] == [whole.id]
    assert dlq.replay(flow.bus, topic=flow.dlq) == []
    assert {letter.id for letter in flow.letters() if not letter.replayed} == {lost.id}


def test_an_output_that_does_not_fit_with_its_headers_is_the_records_fault(flow: Flow) -> None:
    long = {EVENT_ID: "e", "long": "x" * (ENVELOPE_BYTES + 1)}
    flow.bus.publish([Message(flow.source, "acme/c", b"x", long), Message(flow.source, "acme/g", b"good", GOOD)])
    with flow.running(lambda record: Output(bytes(MAX_VALUE_BYTES if record.value == b"x" else 3), "test.Copy")):
        eventually(lambda: len(flow.letters()) == 1 and len(flow.outputs()) == 1, "a letter and an output")

    assert flow.letters()[0].headers[EVENT_ID] == "e"


def test_what_is_no_letter_among_the_letters_is_passed_over(flow: Flow) -> None:
    flow.bus.publish(
        [
            Message(flow.dlq, "acme/c", b"\xff\xff", {EVENT_ID: "e"}),
            Message(flow.dlq, "acme/c", b"", {EVENT_ID: "e"}),
            Message(flow.dlq, "acme/c", b""),
        ]
    )

    assert flow.letters() == []
