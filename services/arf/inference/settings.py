"""Settings of models, from `ARF_…` variables: those of each role, and of models in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.environment import naming
from arf.kit.loopback import is_loopback


class InferenceSettings(BaseSettings):
    """Settings of models that run in this process; each is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True)

    home: Path = Field(default_factory=lambda: Path.home() / ".cache" / "arf")
    """Folder of downloaded models, which are under `models/`."""

    threads: int = Field(default=2, ge=1)
    """Torch threads: a fixed number rather than that of cores, so that results are the same on other machines."""

    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number format of the weights; `auto` measures which one this CPU multiplies faster."""

    token_budget: int = Field(default=24_576, ge=256)
    """The most tokens in one batch, padding and new tokens included; bounds memory."""


class ModelSettings(BaseModel):
    """Settings of one role's model: teacher, editor, judge or student."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_key: SecretStr = SecretStr("none")
    """API key of its endpoint."""

    timeout_s: float = Field(default=120.0, gt=0, le=86_400)
    """Time limit of one attempt, in seconds."""

    concurrency: int = Field(default=16, ge=1)
    """Concurrent requests to its endpoint in a batch."""

    window: int | None = Field(default=None, ge=256)
    """Tokens of prompt and reply together; by default the model or its endpoint is asked."""

    small: bool | None = None
    """Whether it needs prefilled replies and short transcripts; by default if it has under a billion parameters."""

    refuses: frozenset[str] = frozenset()
    """Request parameters that its endpoint rejects, such as `temperature`; others are learned from its errors."""

    chat_template: Path | None = None
    """For TGI: tokenizer_config.json or a .jinja file, to use /generate instead of the chat endpoint."""

    @classmethod
    def of_role(cls, role: str) -> Self:
        """A role's settings from `ARF_<ROLE>_<NAME>`, such as `ARF_EDITOR_MODEL_TIMEOUT_S` for `EDITOR_MODEL`.

        The key defaults to `ARF_API_KEY`, then to `OPENAI_API_KEY`. Raises InvalidRecord naming what is wrong.
        """
        config = SettingsConfigDict(env_prefix=f"ARF_{role}_", frozen=True, extra="ignore")
        source = type("RoleSettings", (cls, BaseSettings), {"model_config": config, "__module__": __name__})
        with naming(source):
            given = source().model_dump(exclude_unset=True)
        return cls(**({"api_key": _SharedKey().api_key} | given))


class _SharedKey(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)

    api_key: SecretStr = Field(
        default=SecretStr("none"), validation_alias=AliasChoices("ARF_API_KEY", "OPENAI_API_KEY")
    )


def http_proxy(url: str) -> str | None:
    """The HTTP proxy for an endpoint according to the environment (HTTPS_PROXY, NO_PROXY, ...); none for loopback."""
    parts = urlsplit(url)
    if not parts.hostname or is_loopback(parts.hostname) or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)
