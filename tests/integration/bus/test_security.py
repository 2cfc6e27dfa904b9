"""The bus on a broker that asks for a password."""

from __future__ import annotations

import time

import pytest

from arf.kit.bus.kafka_settings import KafkaSettings
from arf.kit.bus.open_bus import open_bus
from arf.kit.bus.port import Bus, Message, TopicSpec
from arf.kit.environment import from_environment
from arf.kit.errors import ArfError, Unavailable
from tests.helpers.kafka_broker import PASSWORD, KafkaBroker
from tests.integration.bus.conftest import Place, drain


def _bus(broker: KafkaBroker, password: str = PASSWORD) -> Bus:
    given = {
        "ARF_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "ARF_KAFKA_SASL_MECHANISM": "PLAIN",
        "ARF_KAFKA_SASL_USERNAME": "arf",
        "ARF_KAFKA_SASL_PASSWORD": password,
    }
    options = from_environment(KafkaSettings, given).client_options()
    return open_bus(f"kafka:{broker.sasl_servers}", session_s=6.0, kafka_options=options)


def test_all_that_a_bus_does_is_done_with_a_password(place: Place, group: str) -> None:
    if place.broker is None:
        pytest.skip("SQLite asks for no password")
    source, target = place.topic(1), place.topic(1)
    bus = _bus(place.broker)
    bus.publish([Message(source, "acme/c", b"1")])
    consumer = bus.consumer(group, [source])
    consumer.commit(drain(consumer, 1), [Message(target, "acme/c", b"2")])

    assert [record.value for record in bus.read(target)] == [b"2"]
    assert [lag.records for lag in bus.lag(group, [source])] == [0]
    consumer.close()
    bus.close()


@pytest.mark.parametrize("act", ["topics", "publish", "consume", "read"])
def test_a_wrong_password_is_told_within_seconds(place: Place, group: str, act: str) -> None:
    if place.broker is None:
        pytest.skip("SQLite asks for no password")
    topic = place.topic(1)
    bus = _bus(place.broker, "open barley")
    # As if the password had been changed since.
    bus._counts[topic] = 1  # type: ignore[attr-defined]
    acts = {
        "topics": lambda: bus.create_topics([TopicSpec(topic, 1)]),
        "publish": lambda: bus.publish([Message(topic, "acme/c", b"1")]),
        "consume": lambda: bus.consumer(group, [topic]),
        "read": lambda: list(bus.read(topic)),
    }
    begun = time.monotonic()
    with pytest.raises(ArfError, match="PasswordRefused") as told:
        acts[act]()
    assert not isinstance(told.value, Unavailable)
    assert time.monotonic() - begun < 10.0
    bus.close()
