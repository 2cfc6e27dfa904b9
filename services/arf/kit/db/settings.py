"""Where state and keys are and how long they are kept, from `ARF_…` variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.db.registry import retentions


class StoreSettings(BaseSettings):
    """Settings of the store; each is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="ARF_", env_nested_delimiter="__", env_parse_none_str="null", frozen=True
    )

    database_url: str = "sqlite:///arf-state.db"
    """sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME."""

    database_connections: int = Field(default=10, ge=1)
    """Most connections that one process holds open."""

    master_key_file: Path
    """The keys that wrap the keys of calls: one a line in base64, the first wraps, all unwrap."""

    key_cache_ttl: float = Field(default=30.0, ge=0)
    """Seconds that a call's key stays in memory: how long another process may go on opening what was forgotten."""

    retention: dict[str, Annotated[int, Field(ge=1)] | None] = Field(default_factory=dict)
    """Days that a table keeps its rows, null for ever, e.g. ARF_RETENTION__REVIEW=90."""

    @field_validator("retention")
    @classmethod
    def _of_tables(cls, days: dict[str, int | None]) -> dict[str, int | None]:
        known = sorted(name for name, rule in retentions().items() if not rule.fixed)
        if strange := sorted(set(days) - set(known)):
            raise ValueError(f"{', '.join(strange)}: tables with a retention are {', '.join(known)}")
        return days
