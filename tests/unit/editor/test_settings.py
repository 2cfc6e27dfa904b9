"""The editor's settings, from the environment."""

from __future__ import annotations

import pytest

from arf.editor.revise import Options
from arf.editor.settings import EditorSettings
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord
from arf.v1.finding_pb2 import ErrorType


def test_the_error_profile_decides_unless_types_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment(EditorSettings).fixed_targets == frozenset()
    monkeypatch.setenv("ARF_EDITOR_TARGETS", '["OMISSION", "FABRICATION"]')
    wanted = {ErrorType.ERROR_TYPE_OMISSION, ErrorType.ERROR_TYPE_FABRICATION}
    assert from_environment(EditorSettings).fixed_targets == wanted


def test_each_option_of_the_editor_is_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment(EditorSettings).options == Options(candidates=2, repair=True, redaction=True)
    for name, value in {"CANDIDATES": "5", "REPAIR": "false", "REDACTION": "false"}.items():
        monkeypatch.setenv(f"ARF_EDITOR_{name}", value)
    assert from_environment(EditorSettings).options == Options(candidates=5, repair=False, redaction=False)


def test_an_unknown_type_is_told_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_EDITOR_TARGETS", '["TYPO"]')
    with pytest.raises(InvalidRecord, match=r"ARF_EDITOR_TARGETS.*TYPO: known are ROLE_MISATTRIBUTION"):
        from_environment(EditorSettings)
