"""Settings of the teacher proxy's upstreams and of tenants' limits, from `ARF_TEACHER_…` variables."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from arf.inference.models import DEFAULT_MODEL
from arf.inference.open_model import PREFIXES
from arf.inference.settings import ModelSettings
from arf.kit.worker_settings import CachingWorkerSettings


class UpstreamSettings(ModelSettings):
    """One upstream; `ARF_TEACHER_UPSTREAMS` is a JSON list of them, asked in order."""

    name: str = Field(default="local", pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    """Its name in answers and metrics."""
    kind: str = "local"
    """One of the kinds that open_model knows, or local for a model in this process."""
    model: str = Field(default=DEFAULT_MODEL, min_length=1)
    """The model's name at the endpoint; for local, a name, folder or hub id."""
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """For openai the URL that ends in /v1, for tgi the root URL."""
    prompt_micros: int = Field(default=0, ge=0)
    """Price per million prompt tokens, in millionths of the currency: 500000 is half a dollar."""
    completion_micros: int = Field(default=0, ge=0)
    """Price per million generated tokens."""
    timeout_s: float = Field(default=60.0, gt=0, le=86_400)
    """Time limit of one attempt, in seconds."""

    @property
    def spec(self) -> str:
        """The model's spec for `open_model`."""
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
    """One tenant's limits; an omitted one means no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_s: float | None = Field(default=None, gt=0)
    requests_burst: float = Field(default=20.0, ge=1)
    tokens_per_s: float | None = Field(default=None, gt=0)
    """Prompt and answer tokens together."""
    tokens_burst: float = Field(default=100_000.0, ge=1)
    budget_micros: int | None = Field(default=None, ge=0)
    """The most it may spend per period, in millionths of the currency."""


class TeacherSettings(CachingWorkerSettings):
    """Settings of the teacher proxy; each is the variable `ARF_TEACHER_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_TEACHER_", frozen=True)

    task: str = "customer_service"
    """Folder of arf.tasks whose prompts are used."""
    upstreams: tuple[UpstreamSettings, ...] = Field(default=(UpstreamSettings(),), min_length=1)
    api_key: SecretStr = SecretStr("none")
    """API key for upstreams without one of their own."""

    redaction: bool = True
    """Whether personal data is replaced by placeholders before a call leaves; without it calls leave as they are."""

    cache: Literal["memory", "database", "off"] = "database"
    """memory: per replica, out of reach of `arf forget`; database: shared, sealed with the calls' keys; off: no cache.
    """
    cache_ttl_s: float = Field(default=3600.0, gt=0, le=366 * 86_400)
    cache_entries: int = Field(default=10_000, ge=1)
    """The most answers that the memory cache holds."""

    limits: TenantSettings = TenantSettings()
    """JSON object: limits of every tenant not in `tenants`. Rates apply per replica, budgets across all replicas."""
    tenants: dict[str, TenantSettings] = Field(default_factory=dict)
    """JSON object: limits by tenant."""
    budget_period: Literal["month", "day"] = "month"
    """Budget period, in UTC."""
    budget_slice_micros: int = Field(default=1_000_000, ge=1)
    """The amount that a replica leases at a time, in millionths of the currency."""
    budget_lease_s: float = Field(default=60.0, ge=3, le=86_400)
    """Seconds after which a lost replica's lease expires."""

    attempts: int = Field(default=3, ge=1)
    """Attempts at one upstream."""
    backoff_s: float = Field(default=0.2, gt=0, le=86_400)
    patience_s: float = Field(default=10.0, ge=0, le=86_400)
    """If an upstream asks for a longer pause than this many seconds, the next one is asked instead."""
    breaker_failures: int = Field(default=5, ge=1)
    breaker_cooldown_s: float = Field(default=5.0, gt=0, le=86_400)

    deadline_s: float = Field(default=120.0, gt=0, le=86_400)
    """Time limit of one call from a batch or the bus, in seconds."""
    concurrency: int = Field(default=16, ge=1)
    """Calls of one batch at a time; also the most that a local model takes at once."""
    live_share: float = Field(default=0.05, ge=0, le=1)
    """Share of live calls that the teacher summarises too."""
    threads: int = Field(default=4, ge=1)
    """Threads for blocking work: the database."""
