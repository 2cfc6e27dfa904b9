"""Training checkpoints: one file, replaced atomically, so that a kill leaves the old one or the new one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from arf.kit.errors import ArfError, Corrupt


def save(path: Path, state: dict[str, Any]) -> None:
    """Writes a state durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as out:
        torch.save(state, out)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)


def load(path: Path, fingerprint: str) -> dict[str, Any] | None:
    """The saved state, or None.

    Raises ArfError if it belongs to another dataset, base or config, Corrupt if it cannot be read.
    """
    if not path.exists():
        return None
    try:
        # weights_only: a checkpoint is data and must not run code.
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except Exception as error:
        raise Corrupt(f"{path}: not a readable checkpoint ({type(error).__name__}); remove it to start over") from error
    if state.get("fingerprint") != fingerprint:
        raise ArfError(f"{path}: belongs to another dataset, base model or config; choose another folder or remove it")
    return state
