"""How to run the teacher service."""

from __future__ import annotations

import json
from collections.abc import Mapping

from arf.kit.server.spec import ServiceSpec, Surroundings


def environment(surroundings: Surroundings) -> Mapping[str, str]:
    """Uses the local default model as the only upstream."""
    upstream: dict[str, object] = {
        "name": "serve" if surroundings.local else "endpoint",
        "kind": "openai",
        "model": surroundings.model,
        "url": surroundings.url,
    }
    variables = {"ARF_TEACHER_API_KEY": surroundings.api_key} if surroundings.api_key else {}
    if surroundings.local:
        upstream["timeout_s"] = surroundings.patience_s
        variables["ARF_TEACHER_DEADLINE_S"] = str(surroundings.patience_s)
    return {**variables, "ARF_TEACHER_UPSTREAMS": json.dumps([upstream])}


SERVICE = ServiceSpec("teacher", 50051, environment=environment)
