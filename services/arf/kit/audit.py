"""The audit log: who changed what, when and why. It only grows.

This is the port, and its adapter for one machine: a file of JSON lines. The database's is in arf.kit.store.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from arf.kit.errors import Corrupt, InvalidRecord, Unavailable


class Action(Enum):
    """What is audited."""

    PROMOTE = "PROMOTE"
    ROLLBACK = "ROLLBACK"
    FORGET = "FORGET"
    REPLAY = "REPLAY"
    REVIEW = "REVIEW"
    BUDGET = "BUDGET"


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. `resource` is what it was done to, `reason` is why; neither is text of a call. `at` has a time zone."""

    at: datetime
    tenant: str
    actor: str
    action: Action
    resource: str
    reason: str


class Audit(Protocol):
    """Where a deed is written down before it takes effect."""

    def append(self, entry: Entry) -> int:
        """Adds an entry, durably; returns its number, which grows.

        Raises InvalidRecord if actor or reason is blank, Unavailable if it cannot be written: then the deed must not be
        done.
        """
        ...

    def entries(self, tenant: str, after: int = 0, limit: int = 100) -> list[tuple[int, Entry]]:
        """A tenant's entries with their numbers, the oldest first, from the one after number `after` on."""
        ...


class JsonlAudit:
    """Audit in a file that its owner alone can read; an entry's number is the place where its line ends.

    Several processes may append to one file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, entry: Entry) -> int:
        """As the port says: one write a line, so that lines never mix, then fsync."""
        for field in ("actor", "reason"):
            if not getattr(entry, field).strip():
                raise InvalidRecord(field, "the audit log needs it")
        row = {
            "at": entry.at.isoformat(),
            "tenant": entry.tenant,
            "actor": entry.actor,
            "action": entry.action.value,
            "resource": entry.resource,
            "reason": entry.reason,
        }
        try:
            return self._write((json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8"))
        except OSError as error:
            raise Unavailable(f"the audit log cannot be written: {error.strerror}") from None

    def entries(self, tenant: str, after: int = 0, limit: int = 100) -> list[tuple[int, Entry]]:
        """As the port says. Raises Corrupt if a line is not what was written."""
        found: list[tuple[int, Entry]] = []
        if not self._path.exists():
            return found
        with self._path.open("rb") as file:
            file.seek(after)
            while len(found) < limit and (line := file.readline()):
                entry = self._parse(line, file.tell())
                if entry.tenant == tenant:
                    found.append((file.tell(), entry))
        return found

    def _write(self, line: bytes) -> int:
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.write(file, line) != len(line):
                raise OSError(0, "no room for a whole line")
            os.fsync(file)
            return os.lseek(file, 0, os.SEEK_CUR)
        finally:
            os.close(file)

    def _parse(self, line: bytes, end: int) -> Entry:
        try:
            row = json.loads(line)
            return Entry(**{**row, "at": datetime.fromisoformat(row["at"]), "action": Action(row["action"])})
        except (ValueError, TypeError, KeyError):
            raise Corrupt(f"{self._path}: the entry that ends at byte {end:,} is not what was written") from None
