"""Settings of the summarizer, from `ARF_SUMMARIZER_…` variables."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from arf.inference.models import DEFAULT_MODEL
from arf.kit.worker_settings import WorkerSettings
from arf.summarizer.schedule import Pacing


class SummarizerSettings(WorkerSettings):
    """Settings of the summarizer; each is the variable `ARF_SUMMARIZER_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_SUMMARIZER_", frozen=True)

    task: str = "customer_service"
    """Folder of arf.tasks whose prompt and slot tagger are used."""

    model: str = DEFAULT_MODEL
    """The student: a model by name or folder, or `https://host/v1#model`."""

    adapter: str = ""
    """The adapter where no routing table names one: a folder, or its name at the endpoint; empty for the base model."""

    redaction: bool = True
    """Whether the model sees placeholders instead of personal data, as in the dataset it was trained on."""

    concurrency: int = Field(default=32, ge=1)
    """Summaries asked for at a time, live and finished calls each; further ones wait, tenant by tenant."""

    threads: int = Field(default=4, ge=1)
    """Threads for keys and redaction."""

    settle: float = Field(default=0.3, ge=0, le=60)
    """A refresh waits until nothing new has come for so many seconds."""

    every: float = Field(default=3.0, ge=0, le=600)
    """Least seconds between two refreshes of a call, and the most that one waits for the call to settle."""

    lateness: float = Field(default=30.0, ge=0, le=3600)
    """Seconds after a call's end for which segments still correct its summary."""

    idle: float = Field(default=300.0, gt=0, le=86_400)
    """A call of which nothing was heard for so many seconds has ended."""

    remembered: float = Field(default=3600.0, ge=0, le=7 * 86_400)
    """Seconds for which a closed call is remembered, so that what comes later does not begin it anew."""

    @property
    def pacing(self) -> Pacing:
        """The times of live calls."""
        seconds = self.settle, self.every, self.lateness, self.idle, self.remembered
        return Pacing(*(round(each * 1000) for each in seconds))
