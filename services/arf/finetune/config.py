"""Training settings: everything that decides an adapter's bytes besides dataset and base model."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from arf.kit.errors import InvalidRecord


@dataclass(frozen=True)
class TrainConfig:
    """Settings of one training. The defaults worked best in the pilot, for a 135M model."""

    epochs: float = 2.0
    """Passes over the training examples; a fraction stops within a pass."""
    batch_size: int = 8
    """Examples per optimizer step."""
    learning_rate: float = 1e-3
    """Peak rate of AdamW, reached after `warmup_steps`, then falling linearly to zero."""
    warmup_steps: int = 6
    rank: int = 16
    alpha: int = 32
    first_layer: int = 0
    """Layers below this one are frozen and skipped in the backward pass, which saves their share of it."""
    max_grad_norm: float = 1.0
    max_tokens: int = 2048
    """Longer examples are left out and counted."""
    tokens_at_a_time: int = 512
    """A batch is processed in parts of this many padded tokens: bounds memory, and changes only last digits."""
    seed: int = 0
    threads: int = 2
    """Torch threads; part of the recipe, since their number changes the order of sums."""
    dtype: str = "float32"
    """Number format of the frozen base: float32, bfloat16, or auto for the faster one on this CPU."""
    checkpoint_every: int = 20
    """Steps between checkpoints, which is the most that a kill can cost."""

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> TrainConfig:
        """Reads plain JSON types. Raises InvalidRecord naming a setting that is unknown or out of range."""
        known = {f.name: f.type for f in dataclasses.fields(cls)}
        for name, value in raw.items():
            if name not in known:
                raise InvalidRecord(name, f"no such training setting; known ones are {', '.join(sorted(known))}")
            wanted = {"int": (int,), "float": (int, float), "str": (str,)}[str(known[name])]
            if isinstance(value, bool) or not isinstance(value, wanted):
                raise InvalidRecord(name, f"{value!r} is not of type {known[name]}")
        config = cls(**raw)
        for name in ("epochs", "batch_size", "learning_rate", "rank", "alpha", "max_tokens", "threads"):
            if not 0 < getattr(config, name) < math.inf:
                raise InvalidRecord(name, f"{getattr(config, name)} is not above zero and finite")
        for name in ("warmup_steps", "first_layer", "checkpoint_every", "tokens_at_a_time"):
            if getattr(config, name) < 0:
                raise InvalidRecord(name, f"{getattr(config, name)} is below zero")
        if config.dtype not in ("float32", "bfloat16", "auto"):
            raise InvalidRecord("dtype", f"{config.dtype!r} is none of float32, bfloat16, auto")
        return config

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return dataclasses.asdict(self)

    def rate(self, step: int, steps: int) -> float:
        """Learning rate at a 0-based step."""
        warm = min(1.0, (step + 1) / (self.warmup_steps + 1))
        return self.learning_rate * warm * (1 - step / steps)
