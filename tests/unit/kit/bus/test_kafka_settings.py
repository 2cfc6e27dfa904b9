"""What `ARF_KAFKA_…` variables say reaches every client of Kafka, and what would have no effect is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("kafka", reason="kafka-python is not installed: pip install 'arf[kafka]'")

from arf.kit.bus.kafka import client
from arf.kit.bus.kafka.bus import KafkaBus
from arf.kit.bus.kafka_settings import KafkaSettings
from arf.kit.bus.open_bus import open_bus
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord

SASL = {"SECURITY_PROTOCOL": "SASL_PLAINTEXT", "SASL_USERNAME": "arf"}


def _options(**variables: str) -> dict[str, Any]:
    given = {f"ARF_KAFKA_{name}": value for name, value in variables.items()}
    return from_environment(KafkaSettings, given).client_options()


def test_connections_are_plain_when_nothing_is_said() -> None:
    assert _options() == {"security_protocol": "PLAINTEXT"}


def test_all_that_is_said_becomes_options_of_the_client(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("open sesame \n")
    assert _options(
        SECURITY_PROTOCOL="SASL_SSL",
        SASL_MECHANISM="SCRAM-SHA-256",
        SASL_USERNAME="arf",
        SASL_PASSWORD_FILE=str(secret),
        SSL_CA="/ca.pem",
        SSL_CERT="/cert.pem",
        SSL_KEY="/key.pem",
    ) == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-256",
        "sasl_plain_username": "arf",
        "sasl_plain_password": "open sesame ",
        "ssl_cafile": "/ca.pem",
        "ssl_certfile": "/cert.pem",
        "ssl_keyfile": "/key.pem",
    }
    assert _options(**SASL, SASL_PASSWORD="x")["sasl_plain_password"] == "x"
    assert _options(**SASL, SASL_PASSWORD="x")["sasl_mechanism"] == "SCRAM-SHA-512"
    assert _options(SECURITY_PROTOCOL="SSL", SSL_CA="/ca.pem") == {
        "security_protocol": "SSL",
        "ssl_cafile": "/ca.pem",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SASL_USERNAME": "arf"}, "no effect with PLAINTEXT"),
        ({"SASL_PASSWORD": "hunter2"}, "no effect with PLAINTEXT"),
        ({"SECURITY_PROTOCOL": "SSL", "SASL_USERNAME": "arf"}, "no effect with SSL"),
        ({"SSL_CA": "/ca.pem"}, "no effect with PLAINTEXT"),
        ({**SASL, "SASL_PASSWORD": "hunter2", "SSL_CA": "/ca.pem"}, "no effect with SASL_PLAINTEXT"),
        (SASL, "takes a user name, and a password"),
        ({"SECURITY_PROTOCOL": "SASL_SSL", "SASL_PASSWORD": "hunter2"}, "takes a user name, and a password"),
        ({**SASL, "SASL_PASSWORD": "hunter2", "SASL_PASSWORD_FILE": "/x"}, "or the file that holds it"),
        ({"SECURITY_PROTOCOL": "SSL", "SSL_CERT": "/c"}, "go together"),
        ({"SECURITY_PROTOCOL": "TLS"}, "ARF_KAFKA_SECURITY_PROTOCOL"),
        ({**SASL, "SASL_PASSWORD_FILE": "/no/such"}, "ARF_KAFKA_SASL_PASSWORD_FILE: No such file"),
    ],
)
def test_what_is_wrong_or_would_have_no_effect_is_refused_and_never_shown(given: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidRecord, match=said) as caught:
        _options(**given)
    assert "hunter2" not in str(caught.value)


def test_every_client_is_made_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, dict[str, Any]] = {}

    def kind(name: str) -> type:
        class Fake:
            def __init__(self, **options: Any) -> None:
                made[name] = options

            def init_transactions(self) -> None:
                pass

        return Fake

    for name in ("KafkaAdminClient", "KafkaProducer", "KafkaConsumer"):
        monkeypatch.setattr(client, name, kind(name))
    options = _options(**SASL, SASL_PASSWORD="x")
    bus = open_bus("kafka:one:1,two:2", kafka_options=options)
    assert isinstance(bus, KafkaBus)
    clients = bus._client
    clients.admin()
    clients.producer("id")
    clients.reader(group_id="g")

    assert len(made) == 3
    for given in made.values():
        assert given["bootstrap_servers"] == ["one:1", "two:2"]
        assert options.items() <= given.items()
