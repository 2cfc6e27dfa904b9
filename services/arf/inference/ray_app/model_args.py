"""What a Serve config file says of a model, in the `args` of its application."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class ModelArgs(BaseModel):
    """One model and where it runs."""

    model_config = ConfigDict(extra="forbid")

    name: str
    """The name by which requests ask for the base model."""

    source: str
    """The model's folder, hub id, or the name of one that `arf models pull` gets; it is on every node already."""

    device: Literal["cpu", "gpu"] = "gpu"
    adapters: int = Field(default=0, ge=0)
    """How many LoRA adapters fit into the engine at once."""

    max_rank: int = Field(default=16, ge=1)
    accelerator_type: str | None = None
    """The kind of GPU, as Ray names it; any by default."""

    tensor_parallel_size: int = Field(default=1, ge=1)
    pool: str | None = None
    """The custom resource that tells the nodes of this model's pool; any node by default."""

    cores: str = "auto"
    """On a CPU: the cores of the engine's threads, such as 0-3."""

    kv_cache_gib: int = Field(default=1, ge=1)
    """On a CPU: the size of the key-value cache."""

    engine: dict[str, Any] = {}
    """Further arguments of vLLM's engine."""

    deployment: dict[str, Any] = {}
    """Further options of the Serve deployment, such as num_replicas or autoscaling_config."""
