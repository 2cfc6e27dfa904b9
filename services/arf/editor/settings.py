"""What the editor revises with, and how much at a time, from `ARF_EDITOR_…` variables."""

from __future__ import annotations

from typing import cast

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from arf.calls.records import short_name
from arf.inference.models import DEFAULT_MODEL
from arf.kit.worker_settings import WorkerSettings
from arf.v1.finding_pb2 import ErrorType


class EditorSettings(WorkerSettings):
    """Settings of the editor; each is the variable `ARF_EDITOR_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_EDITOR_", frozen=True)

    task: str = "customer_service"
    """Folder of arf.tasks whose prompts and repair rules are used."""

    model: str = DEFAULT_MODEL
    """The editor LLM: a model by name or folder, or `https://host/v1#model`; `none` to have the repair rules alone."""

    redaction: bool = True
    """Whether the model is shown placeholders for personal data, as an upstream of the teacher is."""

    candidates: int = Field(default=2, ge=1, le=16)
    """Candidates asked of the model where the repair does not settle it."""

    repair: bool = True
    """Whether the repair rules are tried."""

    targets: tuple[str, ...] = ()
    """Error types to mend, a JSON list such as ["FABRICATION", "OMISSION"]; empty for all."""

    threads: int = Field(default=16, ge=1)
    """Summaries of the API that are revised at a time; their requests to the model are gathered."""

    engine_batch: int = Field(default=64, ge=1)
    """Prompts, of however many summaries, that one call of the engine may hold."""

    @field_validator("targets")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = [short_name(ErrorType.DESCRIPTOR, number) for number in ErrorType.values() if number]
        if strange := sorted(set(names) - set(known)):
            raise ValueError(f"{', '.join(strange)}: known are {', '.join(known)}")
        return names

    @property
    def targeted(self) -> frozenset[ErrorType] | None:
        """The error types to mend, None for all."""
        kinds = (cast(ErrorType, number) for number in ErrorType.values())
        return frozenset(kind for kind in kinds if short_name(ErrorType.DESCRIPTOR, kind) in self.targets) or None
