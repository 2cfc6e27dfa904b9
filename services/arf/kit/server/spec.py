"""What others must know of a service to run it: each says so in its `service.py`, by a `ServiceSpec` named SERVICE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from arf.kit import packages


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a service of one machine finds there: a model to ask, and the other services by their names."""

    model: str
    """The model's name at its endpoint."""
    url: str
    """The endpoint, an OpenAI-compatible URL that ends in /v1."""
    api_key: str
    """The endpoint's key; empty where it asks for none."""
    local: bool
    """Whether the endpoint is a process of this machine, which is slow and has nobody beside it."""
    addresses: Mapping[str, str]
    """HOST:PORT of each service's API."""

    patience_s: float = 600.0
    """What a model of this machine gets for one answer, in seconds."""


def _nothing(surroundings: Surroundings) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """A service: `python -m arf.NAME`, with the settings `ARF_NAME_…`."""

    name: str
    port: int
    """The standard port of its API."""
    needs: tuple[str, ...] = ()
    """The services that it asks: they are stopped after it."""
    environment: Callable[[Surroundings], Mapping[str, str]] = _nothing
    """The variables that let it run in its surroundings, where nobody has set them."""


def services() -> list[ServiceSpec]:
    """All services that there are, by their ports."""
    return sorted((module.SERVICE for module in packages.modules("service")), key=lambda spec: spec.port)
