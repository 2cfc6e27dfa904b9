"""A bus and keys as one process has them, in a folder: what tests of stages stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from google.protobuf.message import Message as Proto

from arf.flow import CALLS, specs
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.ids import call_key, submit_id
from arf.kit.bus.port import Bus, Message
from arf.kit.bus.sqlite.bus import SqliteBus
from arf.kit.db.database import Database
from arf.kit.db.migrate import upgrade
from arf.privacy.call_keys import SqlCallKeys
from arf.privacy.master_key import MasterKeys
from arf.privacy.seal import Sealer
from arf.privacy.sealed_records import opened, sealed_for_call
from arf.v1.transcript_pb2 import Call

M = TypeVar("M", bound=Proto)


@dataclass(frozen=True)
class Site:
    """One bus with ARF's topics, one database, one master key."""

    bus: Bus
    database: Database
    sealer: Sealer

    def publish(
        self,
        topic: str,
        tenant: str,
        call_id: str,
        event_id: str,
        message: Proto,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Publishes a message of a call, sealed."""
        sealed = sealed_for_call(self.sealer, tenant, call_id, message)
        own = {EVENT_ID: event_id, TENANT: tenant, SCHEMA: message.DESCRIPTOR.full_name, SOURCE: "batch"}
        value = sealed.SerializeToString()
        self.bus.publish([Message(topic, call_key(tenant, call_id), value, {**own, **(headers or {})})])

    def submit(self, call: Call, headers: Mapping[str, str] | None = None) -> str:
        """Publishes a call; returns its event id."""
        event_id = submit_id(call.tenant, call.id, call.SerializeToString(deterministic=True))
        self.publish(CALLS, call.tenant, call.id, event_id, call, headers)
        return event_id

    def messages(self, topic: str, kind: type[M]) -> list[M]:
        """Every message of a topic, opened."""
        return [opened(self.sealer, record, kind) for record in self.bus.read(topic)]


@contextmanager
def site(folder: Path, partitions: int = 2) -> Iterator[Site]:
    """A site in a folder."""
    database = Database.open(f"sqlite:///{folder}/store.db")
    upgrade(database)
    bus = SqliteBus(folder / "bus.db", session_s=5.0)
    bus.create_topics(specs(partitions))
    yield Site(bus, database, Sealer(SqlCallKeys(database), MasterKeys([bytes(32)])))
    bus.close()
    database.close()
