"""What the workers of all services can be told, under each service's own prefix."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from arf.kit.bus.stage import Pace
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord
from arf.kit.server.spec import services
from arf.kit.worker_settings import WorkerSettings


def _settings(service: str) -> type[WorkerSettings]:
    module = import_module(f"arf.{service}.settings")
    (found,) = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, WorkerSettings) and not kind.__module__.startswith("arf.kit")
    ]
    return found


@pytest.mark.parametrize("service", [spec.name for spec in services()])
def test_every_services_worker_takes_its_time_as_its_variables_say(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    kind = _settings(service)
    assert from_environment(kind).pace == Pace()
    given = {"BATCH": "3", "RETRY_PAUSE": "0.25", "LONGEST_RETRY_PAUSE": "2", "ATTEMPTS_AT_RECORD": "7"}
    for name, value in {**given, "CACHE_DIR": "/caches"}.items():
        monkeypatch.setenv(f"ARF_{service.upper()}_{name}", value)
    settings = from_environment(kind)
    assert settings.pace == Pace(batch=3, backoff_s=0.25, max_backoff_s=2.0, max_attempts=7)
    assert getattr(settings, "cache_dir", Path("/caches")) == Path("/caches")
    monkeypatch.setenv(f"ARF_{service.upper()}_BATCH", "0")
    with pytest.raises(InvalidRecord, match=f"ARF_{service.upper()}_BATCH"):
        from_environment(kind)
