"""Settings come from the environment, each with a name of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from arf.kit.db.settings import StoreSettings
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", "/run/secrets/arf.key")
    monkeypatch.setenv("ARF_DATABASE_URL", "postgresql://arf@db/arf")
    monkeypatch.setenv("ARF_RETENTION__REVIEW", "90")
    monkeypatch.setenv("ARF_RETENTION__CALL_KEY", "null")
    settings = from_environment(StoreSettings)
    assert settings.master_key_file == Path("/run/secrets/arf.key")
    assert settings.database_url == "postgresql://arf@db/arf"
    assert settings.retention == {"review": 90, "call_key": None}


def test_the_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARF_MASTER_KEY_FILE", raising=False)
    with pytest.raises(InvalidRecord, match="ARF_MASTER_KEY_FILE"):
        from_environment(StoreSettings)


@pytest.mark.parametrize("days", ["0", "-1", "soon", "0.5"])
@pytest.mark.parametrize("table", ["CALL_KEY", "REVIEW", "CALL_STAGE"])
def test_less_than_a_day_is_refused_and_its_variable_named(
    monkeypatch: pytest.MonkeyPatch, table: str, days: str
) -> None:
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", "/run/secrets/arf.key")
    monkeypatch.setenv(f"ARF_RETENTION__{table}", days)
    with pytest.raises(InvalidRecord) as raised:
        from_environment(StoreSettings)
    assert raised.value.field == f"ARF_RETENTION__{table}"


@pytest.mark.parametrize(("table", "days"), [("CALL_KEY", "29"), ("CALL_KEY", "36501"), ("REVIEW", "36501")])
def test_what_can_only_be_a_mistake_is_refused(monkeypatch: pytest.MonkeyPatch, table: str, days: str) -> None:
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", "/run/secrets/arf.key")
    monkeypatch.setenv(f"ARF_RETENTION__{table}", days)
    with pytest.raises(InvalidRecord, match="ARF_RETENTION"):
        from_environment(StoreSettings)


@pytest.mark.parametrize("table", ["REVIEWS", "AUDIT_ENTRY", "TEACHER_ANSWER"])
def test_a_table_that_has_no_retention_to_set_is_refused(monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    monkeypatch.setenv("ARF_MASTER_KEY_FILE", "/run/secrets/arf.key")
    monkeypatch.setenv(f"ARF_RETENTION__{table}", "5")
    with pytest.raises(InvalidRecord, match=rf"ARF_RETENTION: .*{table.lower()}: .*call_key, .*review") as raised:
        from_environment(StoreSettings)
    assert "audit_entry," not in str(raised.value)
