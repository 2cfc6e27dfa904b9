"""Opens the bus at an address; Kafka's adapter is imported only when needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from arf.kit.bus.port import Bus
from arf.kit.bus.sqlite.bus import SqliteBus
from arf.kit.errors import InvalidRecord, NotFound


def open_bus(address: str, *, session_s: float = 10.0, kafka_options: Mapping[str, Any] | None = None) -> Bus:
    """The bus at `sqlite:PATH` or `kafka:HOST:PORT[,HOST:PORT]`.

    `kafka_options` are those of KafkaSettings; plaintext without them. Members silent for `session_s` seconds lose
    their partitions. Raises InvalidRecord for another address, NotFound if kafka-python is not installed.
    """
    kind, _, place = address.partition(":")
    if kind == "sqlite" and place:
        return SqliteBus(Path(place), session_s)
    if kind == "kafka" and place:
        try:
            from arf.kit.bus.kafka.bus import KafkaBus
        except ModuleNotFoundError as error:
            if error.name != "kafka":
                raise
            raise NotFound("kafka-python is not installed: pip install 'arf[kafka]'") from None
        return KafkaBus(place, session_s=session_s, security=kafka_options)
    raise InvalidRecord("bus", f"{address!r} is neither sqlite:PATH nor kafka:HOST:PORT")
