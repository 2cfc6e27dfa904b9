"""Clients of a Kafka cluster: transient errors are retried, permanent ones become ArfErrors."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, errors

from arf.kit.bus.kafka import refused_password
from arf.kit.errors import ArfError, Unavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_S = 60.0
"""How long the adapter itself retries: long enough for a broker's restart with log recovery."""

RETRY_S = 0.5
REQUEST_MS = 10_000
DELIVERY_MS = 12_000
"""Longer than one request may take; a transaction with undelivered messages is aborted then."""

TRANSACTION_MS = 10_000

_LASTING = (
    errors.AuthorizationError,
    errors.SaslAuthenticationFailedError,
    errors.KafkaConfigurationError,
    errors.MessageSizeTooLargeError,
)


refused_password.install()


class Client:
    """Makes Kafka clients with the same servers, security and timeouts."""

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
        """A new admin client, for topics and groups."""
        return KafkaAdminClient(**self._common)

    def producer(self, transactional_id: str) -> KafkaProducer:
        """A new producer; earlier ones of the same id are fenced, and their open transactions aborted."""
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
        """A new consumer without auto-commit, of committed records or of all."""
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
    """Closes a producer at once, dropping unsent messages."""
    try:
        producer.close(timeout=0)
    except errors.KafkaError as error:
        logger.debug("closing a producer: %s", error)


def patiently(call: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """What `call` returns, retried while the cluster does not answer. Raises Unavailable, or ArfError if permanent."""
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
    """Raises an ArfError if retrying cannot help."""
    if isinstance(error, _LASTING):
        raise ArfError(f"Kafka refuses: {describe(error)}") from None


def describe(error: BaseException) -> str:
    """The error's type and message on one line."""
    return f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")


def within(seconds: float, call: Callable[[], None]) -> None:
    """Runs `call` with a deadline: kafka-python waits without one for the end of a transaction.

    Raises what `call` raises, or KafkaTimeoutError: then `call` still runs in its thread, and the caller must fence it.
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
        raise errors.KafkaTimeoutError(f"the transaction did not end within {seconds:.0f} s")
    if raised:
        raise raised[0]
