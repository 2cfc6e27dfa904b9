"""How to run the analysis service."""

from __future__ import annotations

from arf.kit.server.spec import ServiceSpec

SERVICE = ServiceSpec("analysis", 50052)
