"""How to run each service: every `service.py` declares a `ServiceSpec` named SERVICE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from arf.kit import packages


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a service on one machine can use: a model, and the addresses of the other services."""

    model: str
    """The model's name at its endpoint."""
    url: str
    """The endpoint, an OpenAI-compatible URL that ends in /v1."""
    api_key: str
    """The endpoint's API key; empty if it needs none."""
    local: bool
    """Whether the endpoint is a process on this machine, which is slow and serves this site alone."""
    addresses: Mapping[str, str]
    """HOST:PORT of each service's API."""

    patience_s: float = 600.0
    """Time limit for one answer of a model on this machine, in seconds."""


def _nothing(surroundings: Surroundings) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """A service, run by `python -m arf.NAME` with the settings `ARF_NAME_…`."""

    name: str
    port: int
    """The standard port of its API."""
    needs: tuple[str, ...] = ()
    """The services that it calls: they are stopped after it."""
    environment: Callable[[Surroundings], Mapping[str, str]] = _nothing
    """The defaults of its variables in given surroundings."""


def services() -> list[ServiceSpec]:
    """All services, ordered by port."""
    return sorted((module.SERVICE for module in packages.modules("service")), key=lambda spec: spec.port)
