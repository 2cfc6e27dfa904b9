"""What the worker of any service can be told, beside what it works at."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from arf.kit.bus.stage import Pace


class WorkerSettings(BaseSettings):
    """Settings of a worker; a service's own settings are a subclass, and give the prefix of the variables."""

    batch: int = Field(default=16, ge=1)
    """Records that it takes at a time."""

    cache_dir: Path | None = None
    """Folder of this one worker's caches, so that a restart reads only what is new; temporary files without it."""

    retry_pause: float = Field(default=0.5, gt=0)
    """Seconds before a record that failed is tried again; each further pause is twice as long."""

    longest_retry_pause: float = Field(default=15.0, gt=0)
    """The longest of these pauses, in seconds."""

    attempts_at_record: int = Field(default=5, ge=1)
    """Attempts at a record, its dependency answering others, after which it is a dead letter."""

    @property
    def pace(self) -> Pace:
        """How the worker takes its time."""
        return Pace(
            batch=self.batch,
            backoff_s=self.retry_pause,
            max_backoff_s=self.longest_retry_pause,
            max_attempts=self.attempts_at_record,
        )
