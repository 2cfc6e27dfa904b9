"""Adapter folders for a small made-up base model, written without any model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from arf.inference.ray_app.tables import Route, Table

SHAPES = {"model.layers.0.q_proj.weight": [6, 4], "model.layers.0.up_proj.weight": [8, 4]}
"""The weights of the base model."""

REVISION = "f" * 64


def write_adapter(
    folder: Path, seed: int = 0, *, rank: int = 2, width: int = 4, layer: str = "q_proj", base: str | None = REVISION
) -> Path:
    """Writes an adapter of `layer`, which fits SHAPES unless told otherwise; `base` is the revision that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    name, out = f"base_model.model.model.layers.0.{layer}", SHAPES.get(f"model.layers.0.{layer}.weight", [6])[0]
    weights = {f"{name}.lora_A.weight": torch.rand(rank, width), f"{name}.lora_B.weight": torch.rand(out, rank)}
    save_file(weights, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"r": rank}))
    if base is not None:
        (folder / "arf.json").write_text(json.dumps({"base_sha256": base}))
    return folder


def route_to(folder: Path, share_bp: int = 10_000, prefix: str = "a") -> Route:
    """The route of an adapter's folder."""
    digest = hashlib.sha256((folder / "adapter_model.safetensors").read_bytes()).hexdigest()
    name = f"adapters/{prefix}-{digest[:12]}"
    return Route(adapter=name, uri=folder.resolve().as_uri(), sha256=digest, share_bp=share_bp)


def table_of(*routes: Route, generation: int = 1, rollback: bool = False) -> Table:
    """A table in which the routes share the calls evenly; without routes, an empty one."""
    shares = [10_000 // len(routes)] * len(routes) if routes else []
    shared = [route.model_copy(update={"share_bp": bp}) for route, bp in zip(routes, shares, strict=True)]
    return Table(generation=generation, routes=shared, rollback=rollback)
