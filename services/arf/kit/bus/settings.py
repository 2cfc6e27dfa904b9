"""Which bus, from `ARF_…` variables."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.bus.port import TopicSpec
from arf.kit.bus.topics import DAY, specs


class BusSettings(BaseSettings):
    """Settings of the bus; each is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True, env_parse_none_str="null")

    bus: str = "sqlite:arf-bus.db"
    """sqlite:PATH, or kafka:HOST:PORT[,HOST:PORT]."""

    bus_partitions: int = Field(default=4, ge=1, le=1024)
    """Partitions of each topic; fixed once the topics are made."""

    bus_retention_days: int | None = Field(default=90, ge=1)
    """Days that topics keep their records, null for ever; a duplicate is recognised as long as its output is kept."""

    bus_retention: dict[str, int | None] = Field(default_factory=dict)
    """JSON object: the days of single topics, e.g. {"arf.dlq.v1": 30}. What is set is applied to existing topics."""

    bus_session: float = Field(default=10.0, ge=1)
    """Seconds after which a silent worker loses its partitions."""

    @field_validator("bus_retention")
    @classmethod
    def _is_of_topics(cls, given: dict[str, int | None]) -> dict[str, int | None]:
        kept = [spec.name for spec in specs() if not spec.compacted]
        for name, days in given.items():
            if name not in kept:
                raise ValueError(f"{name} is no topic with a retention; there are {', '.join(kept)}")
            if days is not None and days < 1:
                raise ValueError(f"{name}: {days} days are less than 1")
        return given

    def topics(self) -> list[TopicSpec]:
        """All topics, as these settings have them."""
        return [spec if spec.compacted else self._kept(spec) for spec in specs(self.bus_partitions)]

    def _kept(self, spec: TopicSpec) -> TopicSpec:
        """Changed where a setting says it: a default is not, or whoever lacks the setting would undo it."""
        days = self.bus_retention.get(spec.name, self.bus_retention_days)
        said = spec.name in self.bus_retention or "bus_retention_days" in self.model_fields_set
        return replace(spec, retention_s=None if days is None else days * DAY, changing=said)
