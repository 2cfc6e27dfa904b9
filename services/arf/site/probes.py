"""Readiness of a process over plain HTTP: a supervisor that forks must not have gRPC threads."""

from __future__ import annotations

import urllib.request
from http.client import HTTPException

from prometheus_client.parser import text_string_to_metric_families

_TIMEOUT_S = 5.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Asks directly: HTTP_PROXY is for the world outside."""


def is_ready(page: str) -> bool:
    """Whether a health page answers 200; for a metrics page, whether there are `…_ready` metrics and all are 1."""
    try:
        with _OPENER.open(page, timeout=_TIMEOUT_S) as answer:
            text = answer.read().decode()
        if not page.endswith("/metrics"):
            return True
        families = text_string_to_metric_families(text)
        ready = [s.value for family in families if family.name.endswith("_ready") for s in family.samples]
    except (OSError, ValueError, HTTPException):
        return False
    return bool(ready) and all(value == 1 for value in ready)
