"""How models are reached and run, from `ARF_…` variables: those of one role's model, and of this process's engine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.environment import naming


class InferenceSettings(BaseSettings):
    """Settings of models that run in this process; each is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True)

    home: Path = Field(default_factory=lambda: Path.home() / ".cache" / "arf")
    """Where pulled models are kept, under `models/`."""

    threads: int = Field(default=2, ge=1)
    """Torch threads: fixed, not the number of cores, so that a machine's results can be had again on another."""

    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number format of the weights; `auto` measures once which one this CPU multiplies faster."""

    token_budget: int = Field(default=24_576, ge=256)
    """Tokens, padding and new ones included, that one batch may hold: bounds memory."""


class ModelSettings(BaseModel):
    """How one role's model is asked: a teacher's, an editor's, a judge's, a student's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_key: SecretStr = SecretStr("none")
    """Key for its endpoint."""

    timeout_s: float = Field(default=120.0, gt=0)
    """The longest that one attempt may take, in seconds."""

    concurrency: int = Field(default=16, ge=1)
    """Requests to its endpoint at a time, where a batch of them is asked for."""

    window: int | None = Field(default=None, ge=256)
    """Tokens that prompt and reply may have together; unset, the model or its endpoint is asked."""

    small: bool | None = None
    """Whether it needs its reply begun and short transcripts; unset, so it is with fewer than a billion parameters."""

    refuses: frozenset[str] = frozenset()
    """Request parameters that its endpoint does not take, such as `temperature`; others are learned when it says so."""

    chat_template: Path | None = None
    """For TGI: tokenizer_config.json or a .jinja file, to use /generate instead of the chat endpoint."""

    @classmethod
    def of_role(cls, role: str) -> Self:
        """The settings of a role from `ARF_<ROLE>_<NAME>`, e.g. `ARF_EDITOR_MODEL_TIMEOUT_S` for `EDITOR_MODEL`.

        A key that the role has none of its own of is that of `ARF_API_KEY`. Raises InvalidRecord naming what is wrong.
        """
        config = SettingsConfigDict(env_prefix=f"ARF_{role}_", frozen=True, extra="ignore")
        source = type("RoleSettings", (cls, BaseSettings), {"model_config": config, "__module__": __name__})
        with naming(source):
            given = source().model_dump(exclude_unset=True)
        return cls(**({"api_key": _SharedKey().api_key} | given))


class _SharedKey(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True)

    api_key: SecretStr = SecretStr("none")


def http_proxy(url: str) -> str | None:
    """The HTTP proxy that the environment (HTTPS_PROXY, NO_PROXY, ...) puts before an endpoint."""
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)
