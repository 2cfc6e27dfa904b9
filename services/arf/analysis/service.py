"""How the analysis is run."""

from __future__ import annotations

from arf import flow
from arf.kit.server.spec import ServiceSpec

SERVICE = ServiceSpec("analysis", 50052, stages=(flow.ANALYSIS.stage,))
