"""What the services of a folder complained of last, from their logs."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_END_BYTES = 65_536
_RECENT = timedelta(minutes=2)


def complaints(folder: Path, now: datetime | None = None) -> list[str]:
    """The newest warning of each process in the last two minutes, rather one that gives a reason: `… HTTP 401`."""
    since = (now or datetime.now(UTC)) - _RECENT
    found = (_newest(log, since) for log in sorted((folder / "logs").glob("*.log")))
    return [said for said in found if said]


def _newest(log: Path, since: datetime) -> str:
    with log.open("rb") as content:
        content.seek(max(0, content.seek(0, os.SEEK_END) - _END_BYTES))
        lines = content.read().splitlines()
    newest = ""
    for line in reversed(lines):
        try:
            said = json.loads(line)
            level, at, event = said["level"], datetime.fromisoformat(said["timestamp"]), said["event"]
        except (ValueError, LookupError, TypeError):
            continue  # cut off, or no line of ours
        if at < since:
            break
        if level in ("warning", "error", "critical"):
            if reason := said.get("reason"):
                return f"{log.stem}: {event}: {reason}"
            newest = newest or f"{log.stem}: {event}"
    return newest
