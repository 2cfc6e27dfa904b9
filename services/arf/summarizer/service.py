"""How to run the summarizer service."""

from __future__ import annotations

from collections.abc import Mapping

from arf.kit.server.spec import ServiceSpec, Surroundings


def environment(surroundings: Surroundings) -> Mapping[str, str]:
    """Uses the local default model as the student."""
    variables = {
        "ARF_SUMMARIZER_MODEL": f"{surroundings.url}#{surroundings.model}",
        # Many small events a call.
        "ARF_SUMMARIZER_BATCH": "256",
    }
    if surroundings.local:
        variables["ARF_SUMMARIZER_MODEL_TIMEOUT_S"] = str(surroundings.patience_s)
    return variables


SERVICE = ServiceSpec("summarizer", 50055, environment=environment)
