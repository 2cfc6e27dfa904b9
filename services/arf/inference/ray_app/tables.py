"""The routing tables that an engine serves, on disk, so that a restarted replica knows them.

The messages are `arf.v1.RoutingTable` as ProtoJSON. They are read with pydantic, since vLLM on CUDA needs an older
protobuf than the generated code.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path
from typing import Self

from filelock import FileLock
from pydantic import BaseModel, Field, ValidationError, model_validator

from arf.kit.errors import Aborted, InvalidRequest

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}-[0-9a-f]{8,64}")
_ALL = 10_000


class Route(BaseModel):
    """One adapter's share of the calls, in basis points; without `adapter` it is the base model's."""

    adapter: str = ""
    uri: str = ""
    sha256: str = ""
    share_bp: int = Field(default=0, ge=0, le=_ALL)

    @property
    def name(self) -> str:
        """The name by which requests ask for it."""
        return self.adapter.removeprefix("adapters/")

    @model_validator(mode="after")
    def _name_holds_the_hash(self) -> Self:
        if self.adapter and not _NAME.fullmatch(self.name):
            raise ValueError("adapter: must be adapters/PREFIX-HASH, of a-z, 0-9 and dashes")
        if self.adapter and not (len(self.sha256) == 64 and self.sha256.startswith(self.name.rpartition("-")[2])):
            raise ValueError("sha256: does not begin with the hash in the adapter's name")
        return self


class Table(BaseModel):
    """Who serves which share of the calls of a tenant's task."""

    generation: int = 0
    routes: list[Route] = []
    promotion_id: str = ""
    rollback: bool = False

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        if self.routes and sum(route.share_bp for route in self.routes) != _ALL:
            raise ValueError(f"routes: the shares do not add up to {_ALL:,}")
        return self

    @classmethod
    def parse(cls, content: bytes) -> Table:
        """The table in `content`. Raises InvalidRequest naming what is wrong."""
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False, include_context=False)
            places = [".".join(map(str, fault["loc"])) or "table" for fault in faults]
            raise InvalidRequest(list(zip(places, (fault["msg"] for fault in faults), strict=True))) from None


class _Kept(BaseModel):
    key: str
    table: Table


class Tables:
    """The newest table of each `tenant/task`, one file each in a folder; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def all(self) -> dict[str, Table]:
        """The tables by key."""
        kept = [_Kept.model_validate_json(file.read_bytes()) for file in self._folder.glob("*.json")]
        return {each.key: each.table for each in kept}

    def check(self, key: str, table: Table) -> None:
        """Raises Aborted if the table is older than the one that is kept, or another one of the same generation."""
        known = self.all().get(key)
        if known is not None and (known.generation > table.generation or _differs(known, table)):
            raise Aborted(f"generation: {table.generation} of {key} is out of date, {known.generation} is served")

    def put(self, key: str, table: Table) -> None:
        """Keeps the table. Raises Aborted as `check` does."""
        with FileLock(self._folder / ".lock"):
            self.check(key, table)
            content = _Kept(key=key, table=table).model_dump_json()
            with tempfile.NamedTemporaryFile("w", dir=self._folder, suffix=".new", delete=False) as made:
                made.write(content)
            Path(made.name).replace(self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.json")


def routed(tables: dict[str, Table]) -> dict[str, Route]:
    """The adapters of all tables by name."""
    return {route.name: route for table in tables.values() for route in table.routes if route.adapter}


def _differs(known: Table, table: Table) -> bool:
    return known.generation == table.generation and known != table
