"""The settings that the workers of all services have."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from arf.kit.bus.stage import Pace


class WorkerSettings(BaseSettings):
    """Settings of a worker; a service subclasses them and gives the prefix of the variables."""

    batch: int = Field(default=16, ge=1)
    """Records to take at a time."""

    retry_pause: float = Field(default=0.5, gt=0, le=86_400)
    """Seconds before the first retry of a record; each further pause is twice as long."""

    longest_retry_pause: float = Field(default=15.0, gt=0, le=86_400)
    """Longest pause between retries, in seconds."""

    attempts_at_record: int = Field(default=5, ge=1)
    """Attempts at a record, while its dependency answers others, before it becomes a dead letter."""

    @property
    def pace(self) -> Pace:
        """The worker's pace with these settings."""
        return Pace(
            batch=self.batch,
            backoff_s=self.retry_pause,
            max_backoff_s=self.longest_retry_pause,
            max_attempts=self.attempts_at_record,
        )


class CachingWorkerSettings(WorkerSettings):
    """Settings of a worker that remembers what is done in files."""

    cache_dir: Path | None = None
    """Folder of this worker's caches, so that a restart reads only what is new; temporary files if unset."""
