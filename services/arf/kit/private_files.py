"""Files that hold what is not for every user of the machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def private(path: Path) -> Path:
    """Makes the file for its owner alone, and returns its path.

    Of a file that exists, and of what SQLite keeps beside it, all but owner and group lose their rights. What
    cannot be made or changed is left to whoever opens it, and says best what is wrong.
    """
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            # Not by opening it: closing a file ends the locks that this process's SQLite holds on it.
            for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
                if file.is_file() and (mode := file.stat().st_mode) & 0o007:
                    file.chmod(mode & 0o770)
    return path
