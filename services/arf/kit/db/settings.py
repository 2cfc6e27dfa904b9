"""Settings of the database and the keys, from `ARF_…` variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.db.registry import retentions


class StoreSettings(BaseSettings):
    """Settings of the database and the keys; each field is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="ARF_", env_nested_delimiter="__", env_parse_none_str="null", frozen=True
    )

    database_url: str = "sqlite:///arf-state.db"
    """sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME."""

    database_connections: int = Field(default=10, ge=1)
    """Most connections that one process keeps open."""

    master_key_file: Path
    """File of the master keys, one per line in base64: the first wraps the keys of calls, all unwrap."""

    key_cache_ttl: float = Field(default=30.0, ge=0, le=3600)
    """Seconds that a call's key is cached: how long other processes may still read a forgotten call."""

    retention: dict[str, Annotated[int, Field(ge=1, le=36_500)] | None] = Field(default_factory=dict)
    """Days that tables keep their rows, null for ever, e.g. ARF_RETENTION__REVIEW=90."""

    @field_validator("retention")
    @classmethod
    def _of_tables(cls, days: dict[str, int | None]) -> dict[str, int | None]:
        known = sorted(name for name, rule in retentions().items() if not rule.fixed)
        if strange := sorted(set(days) - set(known)):
            raise ValueError(f"{', '.join(strange)}: tables with a retention are {', '.join(known)}")
        for name, kept in days.items():
            if kept is not None and kept < (least := retentions()[name].least_days):
                raise ValueError(f"{name}: {kept} days are less than {least}")
        return days
