"""The infrastructure of every service's process: bus, database and the keys of calls."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from arf.flow import CALLS, specs
from arf.kit.bus.kafka_settings import KafkaSettings
from arf.kit.bus.open_bus import open_bus
from arf.kit.bus.port import Bus
from arf.kit.bus.settings import BusSettings
from arf.kit.db.database import Database
from arf.kit.db.migrate import check, upgrade
from arf.kit.db.retention import purge
from arf.kit.db.settings import StoreSettings
from arf.kit.environment import Variables, from_environment
from arf.kit.periodic import Periodic
from arf.kit.server.service import ReadinessCheck
from arf.privacy.call_keys import SqlCallKeys
from arf.privacy.key_cache import KeyCache
from arf.privacy.master_key import MasterKeys
from arf.privacy.seal import Sealer

logger = logging.getLogger(__name__)

_UPKEEP_S = 3600.0


@dataclass(frozen=True)
class Backbone:
    """An open bus, database and key store."""

    bus: Bus
    database: Database
    sealer: Sealer
    retention: Mapping[str, int | None] = field(default_factory=dict)
    """Days that tables keep their rows, by name, where set."""

    @property
    def readiness(self) -> Mapping[str, ReadinessCheck]:
        """The readiness checks of bus and database, by name."""
        return {"bus": lambda: self.bus.partitions(CALLS), "database": lambda: check(self.database)}

    def upkeep(self) -> Periodic:
        """A worker that removes rows past their retention every hour; any number of processes may run one."""
        return Periodic("retention", self._purge, _UPKEEP_S)

    def close(self) -> None:
        """Closes bus and database."""
        self.bus.close()
        self.database.close()

    def _purge(self) -> None:
        for table, count in purge(self.database, self.retention, datetime.now(UTC)).items():
            if count:
                logger.info("retention: removed %d rows of %s", count, table)


def open_backbone(given: Variables | None = None, *, topics: bool = True) -> Backbone:
    """Opens what the `ARF_…` variables name, creating missing topics and tables. It blocks: call it from a thread.

    Without `topics` none are created.

    The variables are the environment's, or those `given` instead. Raises InvalidRecord naming a wrong variable,
    NotFound for a missing master key file, MasterKeyMissing for that of another store, Unavailable.
    """
    store = from_environment(StoreSettings, given)
    bus_settings = from_environment(BusSettings, given)
    kafka_options = from_environment(KafkaSettings, given).client_options()
    master = MasterKeys.load(store.master_key_file)
    database = Database.open(store.database_url, connections=store.database_connections)
    try:
        upgrade(database)
        sealer = Sealer(SqlCallKeys(database), master, KeyCache(ttl_s=store.key_cache_ttl))
        sealer.prove()
        bus = open_bus(bus_settings.bus, session_s=bus_settings.bus_session, kafka_options=kafka_options)
        if topics:
            bus.create_topics(bus_settings.topics(specs()))
    except BaseException:
        database.close()
        raise
    return Backbone(bus, database, sealer, store.retention)
