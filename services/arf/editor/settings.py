"""What the editor revises with, and how much at a time, from `ARF_EDITOR_…` variables."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from arf.calls.records import short_name
from arf.editor.revise import Options
from arf.editor.targets import ALL_TYPES
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
    """Error types to mend whatever the tenant's error profile says, a JSON list such as ["FABRICATION", "OMISSION"]."""

    targets_refresh: float = Field(default=300.0, gt=0)
    """Seconds after which a tenant's newest error profile is looked for again."""

    threads: int = Field(default=4, ge=1)
    """Threads for the work of repair rules and redaction."""

    revisions: int = Field(default=16, ge=1)
    """Summaries of the API that are revised at a time; more wait in order."""

    @field_validator("targets")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = [short_name(ErrorType.DESCRIPTOR, kind) for kind in sorted(ALL_TYPES)]
        if strange := sorted(set(names) - set(known)):
            raise ValueError(f"{', '.join(strange)}: known are {', '.join(known)}")
        return names

    @property
    def options(self) -> Options:
        """How the editor works."""
        return Options(candidates=self.candidates, repair=self.repair, redaction=self.redaction)

    @property
    def fixed_targets(self) -> frozenset[ErrorType]:
        """The error types of `targets`; empty where the error profile decides."""
        return frozenset(kind for kind in ALL_TYPES if short_name(ErrorType.DESCRIPTOR, kind) in self.targets)
