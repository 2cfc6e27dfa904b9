"""Settings of the bus, from `ARF_…` variables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.bus.port import TopicSpec
from arf.kit.errors import InvalidRecord

_DAY_S = 24 * 3600
_MOST_DAYS = 36_500


class BusSettings(BaseSettings):
    """Settings of the bus; each field is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True, env_parse_none_str="null")

    bus: str = "sqlite:arf-bus.db"
    """sqlite:PATH, or kafka:HOST:PORT[,HOST:PORT]."""

    bus_partitions: int = Field(default=4, ge=1, le=1024)
    """Partitions of each topic; fixed once the topics are created."""

    bus_retention_days: int | None = Field(default=90, ge=1, le=_MOST_DAYS)
    """Days to keep records, null for ever; a duplicate is recognised as long as its output is kept."""

    bus_retention: dict[str, int | None] = Field(default_factory=dict)
    """JSON object: days for single topics, e.g. {"arf.dlq.v1": 30}; applied to existing topics too."""

    bus_session: float = Field(default=10.0, ge=1, le=86_400)
    """Seconds after which a silent worker loses its partitions."""

    def topics(self, specs: Iterable[TopicSpec]) -> list[TopicSpec]:
        """All topics with these settings. Raises InvalidRecord for a bad retention."""
        given = list(specs)
        kept = [spec.name for spec in given if not spec.compacted]
        for name, days in self.bus_retention.items():
            if name not in kept:
                reason = f"{name} is not a topic with a retention; those are {', '.join(kept)}"
                raise InvalidRecord("ARF_BUS_RETENTION", reason)
            if days is not None and not 1 <= days <= _MOST_DAYS:
                than = "less than 1" if days < 1 else f"more than {_MOST_DAYS:,}"
                raise InvalidRecord("ARF_BUS_RETENTION", f"{name}: {days} days are {than}")
        return [self._kept(replace(spec, partitions=self.bus_partitions)) for spec in given]

    def _kept(self, spec: TopicSpec) -> TopicSpec:
        """The topic with its retention, applied only if set: a process without the setting must not undo it."""
        if spec.compacted:
            return spec
        days = self.bus_retention.get(spec.name, self.bus_retention_days)
        said = spec.name in self.bus_retention or "bus_retention_days" in self.model_fields_set
        return replace(spec, retention_s=None if days is None else days * _DAY_S, changing=said)
