"""The offsets that each projection has read up to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import select

from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_or_replace
from arf.site.store import projection_progress


class ProjectionProgress(Protocol):
    """The next offsets of projections. Written after their rows: reading again after a crash changes nothing."""

    def next_offsets(self, projection: str, topic: str) -> dict[int, int]:
        """The next offset of each partition of the topic that was read before."""

    def advance(self, projection: str, topic: str, next_offsets: Mapping[int, int]) -> None:
        """Sets the next offsets of partitions."""


class SqlProjectionProgress:
    """Progress in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next_offsets(self, projection: str, topic: str) -> dict[int, int]:
        table = projection_progress.c
        query = select(table.partition, table.next_offset).where(table.projection == projection, table.topic == topic)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return {row.partition: row.next_offset for row in rows}

    def advance(self, projection: str, topic: str, next_offsets: Mapping[int, int]) -> None:
        rows = [
            {"projection": projection, "topic": topic, "partition": partition, "next_offset": offset}
            for partition, offset in sorted(next_offsets.items())
        ]
        self._database.write(lambda connection: insert_or_replace(connection, projection_progress, rows))
