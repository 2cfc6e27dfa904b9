"""Which upstreams the teacher proxy has, and what tenants may take of them, from `ARF_TEACHER_…` variables."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from arf.inference.models import DEFAULT_MODEL
from arf.inference.open_model import PREFIXES
from arf.inference.settings import ModelSettings
from arf.kit.worker_settings import WorkerSettings


class UpstreamSettings(ModelSettings):
    """One upstream; `ARF_TEACHER_UPSTREAMS` is a JSON list of them, the first one being asked first."""

    name: str = Field(default="local", pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    """What it is called in answers and metrics."""
    kind: str = "local"
    """How it is spoken to: as one of the kinds that open_model knows, or local for a model of this process."""
    model: str = Field(default=DEFAULT_MODEL, min_length=1)
    """The model as the endpoint calls it; for local, its name, folder or hub id."""
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """Of openai the URL that ends in /v1, of tgi the root."""
    prompt_micros: int = Field(default=0, ge=0)
    """Price of a million prompt tokens, in millionths of the currency: 500000 is half a dollar."""
    completion_micros: int = Field(default=0, ge=0)
    """Price of a million generated tokens."""
    timeout_s: float = Field(default=60.0, gt=0)
    """The longest that one attempt may take."""

    @property
    def spec(self) -> str:
        """The model as `open_model` knows it."""
        return f"{PREFIXES[self.kind]}{self.url}#{self.model}" if self.url else self.model

    def with_key(self, key: SecretStr) -> ModelSettings:
        """The settings of its model, with this key unless it has one of its own."""
        known = {name: getattr(self, name) for name in ModelSettings.model_fields}
        return ModelSettings(**(known if "api_key" in self.model_fields_set else known | {"api_key": key}))

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in (known := [*PREFIXES, "local"]):
            raise ValueError(f"{kind} is none of {', '.join(known)}")
        return kind

    @model_validator(mode="after")
    def _has_its_url(self) -> Self:
        if (self.kind == "local") == bool(self.url):
            raise ValueError(
                f"upstream {self.name}: {'local takes no url' if self.url else f'{self.kind} needs a url'}"
            )
        return self


class TenantSettings(BaseModel):
    """What one tenant may take; what is left out means no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_s: float | None = Field(default=None, gt=0)
    requests_burst: float = Field(default=20.0, ge=1)
    tokens_per_s: float | None = Field(default=None, gt=0)
    """Of prompt and answer together."""
    tokens_burst: float = Field(default=100_000.0, ge=1)
    budget_micros: int | None = Field(default=None, ge=0)
    """What it may spend in a period."""


class TeacherSettings(WorkerSettings):
    """Settings of the teacher proxy; each is the variable `ARF_TEACHER_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_TEACHER_", frozen=True)

    task: str = "customer_service"
    """Folder of arf.tasks whose prompts are used."""
    upstreams: tuple[UpstreamSettings, ...] = Field(default=(UpstreamSettings(),), min_length=1)
    api_key: SecretStr = SecretStr("none")
    """For upstreams that have none of their own."""

    redaction: bool = True
    """Off, calls leave as they are."""

    cache: Literal["memory", "database", "off"] = "database"
    """Of each replica, where `arf forget` does not reach; shared by all and sealed with the keys of calls; or none."""
    cache_ttl_s: float = Field(default=3600.0, gt=0)
    cache_entries: int = Field(default=10_000, ge=1)
    """The most that memory holds."""

    limits: TenantSettings = TenantSettings()
    """JSON object: every tenant's that is not in `tenants`. Rates are of one replica, budgets of all together."""
    tenants: dict[str, TenantSettings] = Field(default_factory=dict)
    """JSON object by tenant."""
    budget_period: Literal["month", "day"] = "month"
    """Of UTC."""
    budget_slice_micros: int = Field(default=1_000_000, ge=1)
    """What a replica leases at a time."""
    budget_lease_s: float = Field(default=60.0, ge=3)
    """When a lost replica's lease comes back."""

    attempts: int = Field(default=3, ge=1)
    """At one upstream."""
    backoff_s: float = Field(default=0.2, gt=0)
    patience_s: float = Field(default=10.0, ge=0)
    """The longest pause that an upstream may ask for before the next one is asked instead."""
    breaker_failures: int = Field(default=5, ge=1)
    breaker_cooldown_s: float = Field(default=5.0, gt=0)

    deadline_s: float = Field(default=120.0, gt=0)
    """What one call of a batch or of the bus gets."""
    concurrency: int = Field(default=16, ge=1)
    """Calls of one batch at a time; the most that a local model takes at once."""
    live_share: float = Field(default=0.05, ge=0, le=1)
    """Share of the live calls of which the teacher writes a summary, too."""
    threads: int = Field(default=4, ge=1)
    """For what blocks: the database."""
