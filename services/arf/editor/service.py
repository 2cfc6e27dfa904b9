"""How the editor is run."""

from __future__ import annotations

from collections.abc import Mapping

from arf.kit.server.spec import ServiceSpec, Surroundings


def environment(surroundings: Surroundings) -> Mapping[str, str]:
    """It writes with the model that is at hand, and has the analysis verify."""
    variables = {
        "ARF_EDITOR_MODEL": f"{surroundings.url}#{surroundings.model}",
        "ARF_EDITOR_ANALYSIS_ADDRESS": surroundings.addresses["analysis"],
    }
    if surroundings.local:
        variables["ARF_EDITOR_MODEL_TIMEOUT_S"] = str(surroundings.patience_s)
    return variables


SERVICE = ServiceSpec("editor", 50053, needs=("analysis",), environment=environment)
