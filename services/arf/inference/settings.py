"""Where models are kept and how the in-process engine runs, from `ARF_…` variables."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class InferenceSettings(BaseSettings):
    """Settings of the engines; each is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True)

    home: Path = Field(default_factory=lambda: Path.home() / ".cache" / "arf")
    """Where pulled models are kept, under `models/`."""

    threads: int = Field(default=2, ge=1)
    """Torch threads: fixed, not the number of cores, so that a machine's results can be had again on another."""

    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number format of the weights; `auto` measures once which one this CPU multiplies faster."""

    token_budget: int = Field(default=24_576, ge=256)
    """Tokens, padding and new ones included, that one batch may hold: bounds memory."""

    api_key: SecretStr = SecretStr("none")
    """Key for OpenAI-compatible endpoints."""

    request_timeout: float = Field(default=120.0, gt=0)
    """Deadline of one request to an endpoint, in seconds."""

    concurrency: int = Field(default=16, ge=1)
    """Requests to an endpoint at a time."""
