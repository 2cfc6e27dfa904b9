"""How to run the editor service."""

from __future__ import annotations

from collections.abc import Mapping

from arf.kit.server.spec import ServiceSpec, Surroundings


def environment(surroundings: Surroundings) -> Mapping[str, str]:
    """Uses the local default model to write, and the analysis service to verify."""
    variables = {
        "ARF_EDITOR_MODEL": f"{surroundings.url}#{surroundings.model}",
        "ARF_EDITOR_ANALYSIS_ADDRESS": surroundings.addresses["analysis"],
    }
    if surroundings.local:
        variables["ARF_EDITOR_MODEL_TIMEOUT_S"] = str(surroundings.patience_s)
    return variables


SERVICE = ServiceSpec("editor", 50053, needs=("analysis",), environment=environment)
