"""The editor's settings, from the environment."""

from __future__ import annotations

import pytest

from arf.editor.settings import EditorSettings
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord
from arf.v1.finding_pb2 import ErrorType


def test_all_types_are_mended_unless_some_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment(EditorSettings).targeted is None
    monkeypatch.setenv("ARF_EDITOR_TARGETS", '["OMISSION", "FABRICATION"]')
    wanted = {ErrorType.ERROR_TYPE_OMISSION, ErrorType.ERROR_TYPE_FABRICATION}
    assert from_environment(EditorSettings).targeted == wanted


def test_an_unknown_type_is_told_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_EDITOR_TARGETS", '["TYPO"]')
    with pytest.raises(InvalidRecord, match=r"ARF_EDITOR_TARGETS.*TYPO: known are ROLE_MISATTRIBUTION"):
        from_environment(EditorSettings)
