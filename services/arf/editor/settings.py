"""Settings of the editor, from `ARF_EDITOR_…` variables."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from arf.calls.records import short_name
from arf.editor.revise import Options
from arf.editor.targets import ALL_TYPES
from arf.inference.models import DEFAULT_MODEL
from arf.kit.worker_settings import CachingWorkerSettings
from arf.v1.finding_pb2 import ErrorType


class EditorSettings(CachingWorkerSettings):
    """Settings of the editor; each is the variable `ARF_EDITOR_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_EDITOR_", frozen=True)

    task: str = "customer_service"
    """Folder of arf.tasks whose prompts and repair rules are used."""

    model: str = DEFAULT_MODEL
    """The editor LLM: a model by name or folder, or `https://host/v1#model`; `none` for the repair rules alone."""

    redaction: bool = True
    """Whether the model sees placeholders instead of personal data, as the teacher's upstreams do."""

    candidates: int = Field(default=2, ge=1, le=16)
    """How many candidates the model writes if the repair rules do not succeed."""

    repair: bool = True
    """Whether the repair rules are applied."""

    targets: tuple[str, ...] = ()
    """Error types to correct regardless of the tenant's error profile, a JSON list such as ["FABRICATION", "OMISSION"].
    """

    targets_refresh: float = Field(default=300.0, gt=0, le=86_400)
    """Seconds between look-ups of a tenant's newest error profile."""

    threads: int = Field(default=4, ge=1)
    """Threads for repair rules and redaction."""

    revisions: int = Field(default=16, ge=1)
    """API summaries revised at a time; further ones wait in order."""

    @field_validator("targets")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = [short_name(ErrorType.DESCRIPTOR, kind) for kind in sorted(ALL_TYPES)]
        if strange := sorted(set(names) - set(known)):
            raise ValueError(f"{', '.join(strange)}: known are {', '.join(known)}")
        return names

    @property
    def options(self) -> Options:
        """The editor's options."""
        return Options(candidates=self.candidates, repair=self.repair, redaction=self.redaction)

    @property
    def fixed_targets(self) -> frozenset[ErrorType]:
        """The error types in `targets`; empty if the error profile decides."""
        return frozenset(kind for kind in ALL_TYPES if short_name(ErrorType.DESCRIPTOR, kind) in self.targets)
