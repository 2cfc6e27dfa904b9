"""Checks an adapter's files before the engine sees them, and keeps a copy of those that are good.

vLLM checks less: it ignores layers that the base lacks, serves an adapter of another base with the same shapes, and
one of other widths pushes a good adapter out before it fails. It also reads a folder again after an eviction, and dies
if it has changed or gone: therefore the copy.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from arf.inference.ray_app.tables import Route
from arf.kit.errors import Corrupt, InvalidRecord, NotFound

CONFIG, WEIGHTS, LINEAGE = "adapter_config.json", "adapter_model.safetensors", "arf.json"


@dataclass(frozen=True)
class Base:
    """The base model that adapters must fit: the shapes of its weights by name, its revision, and the highest rank."""

    shapes: dict[str, list[int]]
    revision: str
    max_rank: int


def shapes_of(model: Path) -> dict[str, list[int]]:
    """The shape of each weight in a model's folder, from the headers of its files."""
    from safetensors import safe_open

    found: dict[str, list[int]] = {}
    for file in model.glob("*.safetensors"):
        with safe_open(file, "pt") as weights:
            found |= {name: weights.get_slice(name).get_shape() for name in weights.keys()}  # noqa: SIM118
    return found


def copy_of(route: Route, base: Base, home: Path) -> Path:
    """The engine's own copy of a route's adapter, made and checked at its first use.

    Raises InvalidRecord for an address that is not file://, NotFound for a missing file, Corrupt for an adapter that
    is not the one meant, or does not fit the base.
    """
    copy = home / route.name
    if not copy.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".copy-") as scratch:
            made = Path(scratch) / "adapter"
            made.mkdir()
            _take(route, made)
            _check(route.name, made, base)
            if not copy.is_dir():
                made.rename(copy)
    if _sha256(copy / WEIGHTS) != route.sha256:
        raise Corrupt(f"adapter {route.name}: the copy in {home} was changed: remove it")
    return copy


def _take(route: Route, into: Path) -> None:
    address = urlsplit(route.uri)
    if address.scheme != "file" or address.netloc not in ("", "localhost"):
        raise InvalidRecord("uri", f"adapter {route.name}: {route.uri!r} is not a file:// address, which alone is read")
    source = Path(unquote(address.path))
    for name in (CONFIG, WEIGHTS, LINEAGE):
        try:
            shutil.copyfile(source / name, into / name)
        except FileNotFoundError:
            if name != LINEAGE:
                raise NotFound(f"adapter {route.name}: {source / name} is missing") from None
    if (found := _sha256(into / WEIGHTS)) != route.sha256:
        raise Corrupt(f"adapter {route.name}: sha256 of its weights is {found}, not {route.sha256}")


def _check(name: str, adapter: Path, base: Base) -> None:
    from safetensors import SafetensorError, safe_open

    try:
        config = json.loads((adapter / CONFIG).read_text(encoding="utf-8"))
        lineage = json.loads((adapter / LINEAGE).read_text(encoding="utf-8")) if (adapter / LINEAGE).exists() else {}
        rank, revision = config["r"], lineage.get("base_sha256", base.revision)
        if revision != base.revision:
            raise Corrupt(f"adapter {name}: was trained on the base {revision[:12]}, not on {base.revision[:12]}")
        if rank > base.max_rank:
            raise Corrupt(f"adapter {name}: its rank {rank} is over the engine's {base.max_rank}")
        with safe_open(adapter / WEIGHTS, "pt") as weights:
            for key in weights.keys():  # noqa: SIM118
                module, side = key.removeprefix("base_model.model.").rsplit(".lora_", 1)
                outward, inward = base.shapes[f"{module}.weight"]
                fitting = {"A.weight": [rank, inward], "B.weight": [outward, rank]}[side]
                if weights.get_slice(key).get_shape() != fitting:
                    raise Corrupt(f"adapter {name}: {key} has a shape that does not fit the base model")
    except (ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise Corrupt(f"adapter {name}: does not fit the base model: {type(error).__name__}: {error}") from error


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
