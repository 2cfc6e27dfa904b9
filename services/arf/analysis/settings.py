"""Settings of the analysis service, from `ARF_ANALYSIS_…` variables."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from arf.kit.worker_settings import CachingWorkerSettings


class AnalysisSettings(CachingWorkerSettings):
    """Settings of the analysis; each is the variable `ARF_ANALYSIS_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_ANALYSIS_", frozen=True)

    task: str = "customer_service"
    """Folder of arf.tasks whose detectors run."""

    checker: str | None = None
    """An NLI or MiniCheck-type model by name; without it findings list `support` as skipped."""

    judge: str | None = None
    """An LLM judge's OpenAI-compatible URL; without it findings list `judge` as skipped."""

    threads: int = Field(default=4, ge=1)
    """API analyses at a time; further ones queue fairly by tenant."""
