"""Files that change while the server runs: keys, certificates, tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from arf.kit.errors import ArfError, InvalidRecord

logger = structlog.get_logger(__name__)

T = TypeVar("T")


class WatchedFiles(Generic[T]):
    """A value read from files, and read again when one of them changes. Thread-safe.

    The constructor raises InvalidRecord if the files cannot be read or are bad. Later, a bad or half-written change is
    logged and the last good value kept.
    """

    def __init__(self, paths: Sequence[Path], parse: Callable[[Sequence[bytes]], T]) -> None:
        self._paths = tuple(paths)
        self._parse = parse
        self._lock = threading.Lock()
        self._stamp = self._stamped()
        self._value = self._load()

    def current(self) -> T:
        """The current value; the same object as before if nothing changed."""
        with self._lock:
            try:
                stamp = self._stamped()
                if stamp != self._stamp:
                    self._stamp = stamp
                    self._value = self._load()
                    logger.info("files reloaded", path=self._names())
            except ArfError as error:
                logger.error("changed files are not used", path=self._names(), reason=error.message)
            return self._value

    def _load(self) -> T:
        try:
            contents = [path.read_bytes() for path in self._paths]
        except OSError as error:
            raise InvalidRecord(self._names(), error.strerror or type(error).__name__) from None
        try:
            return self._parse(contents)
        except InvalidRecord as error:
            raise InvalidRecord(self._names(), error.message) from None

    def _stamped(self) -> tuple[tuple[int, int, int], ...] | None:
        """The files' stamps; None while a file is missing, as during its replacement."""
        try:
            found = [path.stat() for path in self._paths]
        except OSError:
            return None
        return tuple((stat.st_mtime_ns, stat.st_ino, stat.st_size) for stat in found)

    def _names(self) -> str:
        return ", ".join(str(path) for path in self._paths)


def watched_token(path: Path) -> WatchedFiles[str]:
    """A file with a bearer token, whose value is stripped of white space."""
    return WatchedFiles([path], lambda contents: contents[0].decode("ascii", "replace").strip())
