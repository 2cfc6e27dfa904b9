"""What every node of the engine needs, from its environment: a Serve config is logged, and so must hold no secret."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class EngineSettings(BaseSettings):
    """Each is the variable `ARF_ENGINE_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_ENGINE_", frozen=True)

    key: SecretStr = Field(min_length=1)
    """The key that requests for completions must carry as bearer token."""

    admin_key: SecretStr | None = Field(default=None, min_length=1)
    """The key of the routes under /v1/adapters; without it there are none."""

    home: Path
    """Folder of the routing tables and of the engine's copies of their adapters, shared by all nodes."""

    metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    """Where `arf serve --engine vllm` exports the metrics of engine, Ray and Serve; any free port by default."""

    retire_after_s: float = Field(default=300.0, ge=0, le=86_400)
    """How long an adapter that left the tables must be unused before it is removed: calls in progress keep theirs."""
