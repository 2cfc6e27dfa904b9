"""Connections to a Kafka cluster, and patience: what is transient is tried again, what lasts becomes an ArfError."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, errors

from arf.kit.errors import ArfError, Unavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_S = 60.0
"""How long the adapter itself tries again: a broker's restart, log recovery included, fits in."""

RETRY_S = 0.5
REQUEST_MS = 10_000
DELIVERY_MS = 12_000
"""More than a request may take: what is not delivered by then aborts its transaction."""

TRANSACTION_MS = 10_000

_LASTING = (
    errors.AuthorizationError,
    errors.SaslAuthenticationFailedError,
    errors.KafkaConfigurationError,
    errors.MessageSizeTooLargeError,
)


class Client:
    """Makes clients that agree on the cluster, its security, and how long they wait."""

    def __init__(self, servers: str, name: str, security: Mapping[str, Any]) -> None:
        self._common = {
            "bootstrap_servers": servers.split(","),
            "client_id": name,
            "request_timeout_ms": REQUEST_MS,
            "bootstrap_timeout_ms": REQUEST_MS,
            "reconnect_backoff_max_ms": 1_000,
            **security,
        }

    def admin(self) -> KafkaAdminClient:
        """A client for topics and groups."""
        return KafkaAdminClient(**self._common)

    def producer(self, transactional_id: str) -> KafkaProducer:
        """A producer whose earlier namesakes are fenced, and their open transactions aborted, when it returns."""
        producer = KafkaProducer(
            **self._common,
            transactional_id=transactional_id,
            transaction_timeout_ms=TRANSACTION_MS,
            delivery_timeout_ms=DELIVERY_MS,
            max_block_ms=2 * REQUEST_MS,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )
        try:
            producer.init_transactions()
        except BaseException:
            discard(producer)
            raise
        return producer

    def reader(self, *, committed: bool = True, **more: Any) -> KafkaConsumer:
        """A consumer of committed records, or of all, that commits nothing by itself."""
        return KafkaConsumer(
            **self._common,
            isolation_level="read_committed" if committed else "read_uncommitted",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            metrics_enabled=False,
            **more,
        )


def discard(producer: KafkaProducer) -> None:
    """Closes a producer at once, dropping what it has not sent."""
    try:
        producer.close(timeout=0)
    except errors.KafkaError as error:
        logger.debug("closing a producer: %s", error)


def patiently(call: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """What `call` returns, trying again while the cluster does not answer. Raises Unavailable, or ArfError for good."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return call()
        except errors.KafkaError as error:
            lasting(error)
            if time.monotonic() > deadline:
                raise Unavailable(f"Kafka does not answer: {describe(error)}") from None
            logger.info("Kafka: %s; trying again", describe(error))
            time.sleep(RETRY_S)


def lasting(error: errors.KafkaError) -> None:
    """Raises an ArfError for what trying again cannot help."""
    if isinstance(error, _LASTING):
        raise ArfError(f"Kafka refuses: {describe(error)}") from None


def describe(error: BaseException) -> str:
    """The error's name and message, in one line."""
    return f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")


def within(seconds: float, call: Callable[[], None]) -> None:
    """Runs `call` with a deadline: kafka-python waits for the end of a transaction without one.

    Raises what it raises, or KafkaTimeoutError; then it goes on in its thread, and the caller must fence what it does.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001  # handed over to the caller's thread
            raised.append(error)

    thread = threading.Thread(target=run, name="kafka-transaction", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise errors.KafkaTimeoutError(f"no end of the transaction within {seconds:.0f} s")
    if raised:
        raise raised[0]
