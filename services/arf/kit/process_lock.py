"""A lock on a folder that names the processes which hold it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from arf.kit.errors import ArfError


class ProcessLock:
    """A lock file. Processes that inherit its descriptor hold it too: it is held until the last of them has ended."""

    def __init__(self, path: Path, busy: str) -> None:
        """Raises ArfError, beginning with `busy` and saying how to end the others, if the file is locked."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            first, *others = self._file.read().split() or [""]
            self._file.close()
            # The first one, if it is alive, ends the others in order.
            ending = [first] if _holds(first, path) else [pid for pid in others if _holds(pid, path)]
            way_out = f"; end them with: kill {' '.join(ending)}" if ending else ""
            raise ArfError(f"{path.parent}: {busy}{way_out}") from None
        self.note([])

    @property
    def descriptor(self) -> int:
        """The file descriptor for other processes to inherit."""
        return self._file.fileno()

    def note(self, pids: Sequence[int]) -> None:
        """Writes this process's id and those of others to the file."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(" ".join(map(str, [os.getpid(), *pids])) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Releases the lock."""
        self._file.close()


def is_held(path: Path) -> bool | None:
    """Whether a process holds the lock file; None if there is no such file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return True
    return False


def _holds(pid: str, lock: Path) -> bool:
    """Whether the process has the lock file open; its id may have been reused by an unrelated process."""
    try:
        return lock.resolve() in {opened.resolve() for opened in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return False
