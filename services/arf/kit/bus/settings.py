"""Which bus, from `ARF_…` variables."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.bus.port import TopicSpec
from arf.kit.bus.topics import DAY, specs


class BusSettings(BaseSettings):
    """Settings of the bus; each is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True)

    bus: str = "sqlite:arf-bus.db"
    """sqlite:PATH, or kafka:HOST:PORT[,HOST:PORT]."""

    bus_partitions: int = Field(default=4, ge=1, le=1024)
    """Partitions of each topic; fixed once the topics are made."""

    bus_retention_days: int | None = Field(default=90, ge=1)
    """Days that topics keep their records; a duplicate is recognised as long as its output is kept."""

    bus_session: float = Field(default=10.0, ge=1)
    """Seconds after which a silent worker loses its partitions."""

    def topics(self) -> list[TopicSpec]:
        """All topics, as these settings have them."""
        days = self.bus_retention_days
        return specs(self.bus_partitions, None if days is None else days * DAY)
