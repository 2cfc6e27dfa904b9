"""The folder of one machine's services, which says where bus, database and master key are.

`site.env` in it holds the `ARF_…` variables that they share; the environment overrides them. A shell can read it too,
to start another worker: `set -a; . DIR/site.env; python -m arf.teacher --role worker`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values

from arf.backbone import Backbone, open_backbone
from arf.kit.environment import Variables, variables
from arf.kit.errors import InvalidRecord, NotFound
from arf.privacy.master_key import create_file

BUS, DATABASE, MASTER_KEY = "ARF_BUS", "ARF_DATABASE_URL", "ARF_MASTER_KEY_FILE"
TENANT = "ARF_TENANT"

_FILE = "site.env"
_UNQUOTABLE = frozenset("'\\\n\r")


def prepare(folder: Path, kafka: str | None = None, tenant: str | None = None) -> dict[str, str]:
    """The variables of the folder's site, which is created if missing: with a bus of its own, or on a broker.

    `tenant` is the tenant that the APIs serve when no tokens are required. Raises InvalidRecord if the folder belongs
    to another bus, NotFound if its master key is gone: a new key could not read what is there.
    """
    folder = folder.resolve()
    known = recorded(folder)
    environment = variables()
    given = {name: environment[name] for name in (BUS, DATABASE, MASTER_KEY, TENANT) if name in environment}
    asked = {BUS: f"kafka:{kafka}"} if kafka else {}
    asked |= {TENANT: tenant} if tenant else {}
    if kafka and known.get(BUS, asked[BUS]) != asked[BUS]:
        raise InvalidRecord("--kafka", f"{folder} belongs to the bus {known[BUS]}; take another --data")
    own = {
        BUS: f"sqlite:{folder / 'bus.db'}",
        DATABASE: f"sqlite:///{folder / 'state.db'}",
        MASTER_KEY: str(folder / "master.key"),
    }
    found = own | known | given | asked
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if found[MASTER_KEY] == own[MASTER_KEY] and not Path(own[MASTER_KEY]).exists():
        if known:
            raise NotFound(f"{own[MASTER_KEY]} is gone, and what is here was sealed with it: put it back")
        create_file(Path(own[MASTER_KEY]))
    return found


def write(folder: Path, values: Variables) -> None:
    """Writes the variables to the folder, readable by its owner alone: a database URL may hold a password."""
    for name, value in values.items():
        if _UNQUOTABLE & set(value):
            raise InvalidRecord(name, "holds a quote, a backslash or a line break, which site.env cannot keep")
    temporary = folder / f".{_FILE}.tmp"
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.writelines(f"{name}='{value}'\n" for name, value in sorted(values.items()))
    temporary.replace(folder / _FILE)


def settle(folder: Path, values: Variables) -> None:
    """Creates topics and tables, and only then writes the variables: a mistyped bus must not bind the folder.

    Raises as open_backbone and write do.
    """
    open_backbone({**variables(), **values}).close()
    write(folder, values)


def known_to(folder: Path) -> dict[str, str]:
    """All variables for work on the folder's site: the environment's, and the folder's where those are unset."""
    return variables(recorded(folder))


def recorded(folder: Path) -> dict[str, str]:
    """The variables in the folder; empty if it has no site."""
    values = dotenv_values(folder / _FILE, interpolate=False) if is_in(folder) else {}
    return {name: value for name, value in values.items() if value is not None}


def is_in(folder: Path) -> bool:
    """Whether the folder has a site."""
    return (folder / _FILE).is_file()


@contextmanager
def entered(folder: Path) -> Iterator[Backbone]:
    """Opens bus, database and keys of the folder's site, or of the one that the environment names.

    Raises NotFound if there is neither, and as `open_backbone` does.
    """
    known = known_to(folder)
    if MASTER_KEY not in known:
        raise NotFound(f"{folder}: no services were started here: `arf up`, or set {BUS}, {DATABASE} and {MASTER_KEY}")
    backbone = open_backbone(known)
    try:
        yield backbone
    finally:
        backbone.close()
