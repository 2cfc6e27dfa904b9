"""A database and its transactions, which are retried after conflicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from arf.kit.db.contention import is_contention, translated
from arf.kit.errors import InvalidRecord, Unavailable
from arf.kit.private_files import private

T = TypeVar("T")

LOCK_TIMEOUT_S = 10
"""Seconds that a statement waits for another transaction's lock."""

STATEMENT_TIMEOUT_S = 30
"""Longest time of one PostgreSQL statement, in seconds."""

RETRY_S = 30
"""Seconds for which a transaction is retried after conflicts."""


class Database:
    """A database. Thread-safe; make one per process, and never carry it across a fork."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, *, connections: int = 10) -> Database:
        """The database at `sqlite:///PATH` or `postgresql://USER@HOST/NAME`; connects on first use.

        `connections` is the most that this process keeps open. Raises InvalidRecord for any other URL.
        """
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite":
            return cls(_sqlite(parsed, connections))
        return cls(_postgres(parsed, connections))

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite rather than PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    def write(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a transaction and returns its result. It may run again, so it must have no other effects.

        Raises Unavailable if the database does not answer or conflicts last RETRY_S, Corrupt if it is damaged.
        After Unavailable the transaction may or may not have been committed.
        """
        return self._run(work, {"sqlite_begin": "IMMEDIATE"})

    def read(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` on one read snapshot, which waits for no writer. Raises as `write` does."""
        if self.is_sqlite:
            return self._run(work, {"sqlite_begin": "DEFERRED"})
        return self._run(work, {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})

    def now(self, connection: Connection) -> datetime:
        """The time by the database's clock, which all replicas of a service share."""
        if self.is_sqlite:
            return datetime.now(UTC)
        now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)

    def scrub(self) -> None:
        """Empties SQLite's WAL of overwritten data. Waits for readers; raises Unavailable if they stay.

        On PostgreSQL it does nothing: old row versions stay until vacuum, WAL and backups as long as they are kept.
        """
        if not self.is_sqlite:
            return
        options = {"isolation_level": "AUTOCOMMIT"}
        busy = self._run(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one(), options)
        if busy:
            raise Unavailable("database: readers keep the log file from being emptied")

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def _run(self, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
        retrying = Retrying(
            retry=retry_if_exception(is_contention),
            wait=wait_random_exponential(multiplier=0.01, max=1),
            stop=stop_after_delay(RETRY_S),
            reraise=True,
        )
        try:
            result: T = retrying(self._once, work, options)
            return result
        except SQLAlchemyError as error:
            if (meant := translated(error)) is None:
                raise
            raise meant from error

    def _once(self, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            return work(connection)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidRecord("database_url", "is not a URL") from None
    # Never quote the URL: it may hold a password.
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise InvalidRecord("database_url", f"{parsed.drivername} is neither sqlite:///PATH nor postgresql://HOST/NAME")


def _sqlite(url: URL, connections: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=RETRY_S,
        hide_parameters=True,
        connect_args={"timeout": LOCK_TIMEOUT_S},
    )
    file = Path(url.database or "")
    file.parent.mkdir(parents=True, exist_ok=True)
    private(file)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # The driver begins no transaction before reads and DDL.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        # If a power cut undid the commit of a key, the text sealed with it would be lost.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # A destroyed key must be overwritten in the file.
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once: SQLite refuses it to one that has read an older snapshot.
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _postgres(url: URL, connections: int) -> Engine:
    settings = {
        "statement_timeout": STATEMENT_TIMEOUT_S,
        "lock_timeout": LOCK_TIMEOUT_S,
        "idle_in_transaction_session_timeout": STATEMENT_TIMEOUT_S,
    }
    options = " ".join(f"-c {name}={seconds}s" for name, seconds in settings.items())
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=RETRY_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10, "options": options},
    )
