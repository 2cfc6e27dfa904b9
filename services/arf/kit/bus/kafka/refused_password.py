"""Has kafka-python 3.0.12 tell at once that the broker refuses the password: by itself it retries until its timeout.

It drops data that arrives together with a connection's end, as that answer does; and it takes the refusal for one more
connection that failed. Only this error ends its bootstrap.
"""

from __future__ import annotations

from typing import Any

from kafka import errors
from kafka.net.connection import KafkaConnection
from kafka.net.transport import KafkaSSLTransport, KafkaTCPTransport


class PasswordRefused(errors.SaslAuthenticationFailedError, errors.IncompatibleBrokerVersion):  # type: ignore[misc]
    """The broker refuses user or password."""


def install() -> None:
    """Changes kafka-python in this process."""
    _authenticate = KafkaConnection._sasl_authenticate

    async def authenticate(connection: Any, timeout_at: float | None = None) -> None:
        try:
            await _authenticate(connection, timeout_at)
        except errors.SaslAuthenticationFailedError as error:
            raise PasswordRefused(str(error)) from None

    KafkaConnection._sasl_authenticate = authenticate
    for transport in (KafkaTCPTransport, KafkaSSLTransport):
        transport._sock_recv = _data_before_the_end(transport._sock_recv)


def _data_before_the_end(received: Any) -> Any:
    def sock_recv(transport: Any) -> tuple[bytes, Exception | None]:
        data, error = received(transport)
        return data, None if data else error

    return sock_recv
