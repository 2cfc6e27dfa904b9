"""Settings come from the environment, each with a name of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from arf.kit.db.settings import StoreSettings


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", "/run/secrets/arf.key")
    monkeypatch.setenv("ARF_DATABASE_URL", "postgresql://arf@db/arf")
    monkeypatch.setenv("ARF_RETENTION__REVIEW", "90")
    settings = StoreSettings()
    assert settings.master_key_file == Path("/run/secrets/arf.key")
    assert settings.database_url == "postgresql://arf@db/arf"
    assert (settings.retention.review, settings.retention.call_stage) == (90, 90)
    assert settings.retention.lineage_edge is None


def test_the_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARF_MASTER_KEY_FILE", raising=False)
    with pytest.raises(ValidationError, match="master_key_file"):
        StoreSettings()
