"""A real PostgreSQL server in a folder of its own, on a Unix socket alone; each test gets a database of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_PROGRAMS = ("initdb", "pg_ctl", "postgres")


def missing() -> str | None:
    """What is absent for running a server here; None if nothing is."""
    for program in _PROGRAMS:
        if _program(program) is None:
            return f"PostgreSQL's {program} is neither in PATH nor in /usr/lib/postgresql/*/bin"
    if os.geteuid() == 0 and _owner() is None:
        return "PostgreSQL does not run as root, and there is no user postgres or nobody"
    return None


class PostgresServer:
    """A running server whose clients are trusted."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """A database's URL."""
        return f"postgresql://arf@/{database}?host={quote(str(self._sockets))}"

    def create(self, template: str = "template1") -> str:
        """A new database like `template`, which nobody may be connected to."""
        import psycopg

        name = f"arf_{next(self._numbers)}"
        with psycopg.connect(host=str(self._sockets), user="arf", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


@contextmanager
def running(listen: tuple[str, int] | None = None) -> Iterator[PostgresServer]:
    """A server that ends with the block; it listens on an address and a port too, and trusts who asks there."""
    # The path of a socket may have 107 bytes, so pytest's folders are too deep.
    folder = Path(tempfile.mkdtemp(prefix="arf-pg-"))
    owner = _owner() if os.geteuid() == 0 else None
    try:
        if owner is not None:
            shutil.chown(folder, owner)
        _run(owner, "initdb", "-D", folder / "data", "-U", "arf", "-A", "trust", "-E", "UTF8", "--no-sync")
        host, port = listen or ("", 5432)
        if listen:
            with (folder / "data/pg_hba.conf").open("a") as rules:
                rules.write("host all all all trust\n")
        options = f"-k {folder} -c listen_addresses='{host}' -c port={port} -c fsync=off -c max_connections=100"
        try:
            _run(
                owner, "pg_ctl", "-D", folder / "data", "-w", "-t", "120", "-l", folder / "log", "-o", options, "start"
            )
            yield PostgresServer(folder)
        finally:
            _run(owner, "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(owner: str | None, program: str, *arguments: object) -> None:
    path = _program(program)
    assert path is not None
    # The server outlives pg_ctl and would hold a pipe open.
    command = [path, *map(str, arguments)]
    subprocess.run(command, check=True, user=owner, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _program(name: str) -> str | None:
    beside = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *beside]))


def _owner() -> str | None:
    import pwd

    users = {user.pw_name for user in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in users), None)
