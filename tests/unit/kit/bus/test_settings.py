from __future__ import annotations

import pytest

from arf.flow import ADAPTERS, CALLS, DAY, specs
from arf.kit.bus.dlq import DLQ
from arf.kit.bus.settings import BusSettings
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord


def test_topics_that_exist_are_changed_where_a_setting_says_so_and_never_by_a_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {(s.retention_s, s.changing) for s in BusSettings().topics(specs())} == {(90 * DAY, False), (None, False)}

    monkeypatch.setenv("ARF_BUS_RETENTION", '{"arf.dlq.v1": 30}')
    kept = {s.name: (s.retention_s, s.changing) for s in BusSettings().topics(specs())}
    assert (kept[DLQ], kept[CALLS], kept[ADAPTERS]) == ((30 * DAY, True), (90 * DAY, False), (None, False))

    monkeypatch.setenv("ARF_BUS_RETENTION_DAYS", "7")
    kept = {s.name: (s.retention_s, s.changing) for s in BusSettings().topics(specs())}
    assert (kept[DLQ], kept[CALLS], kept[ADAPTERS]) == ((30 * DAY, True), (7 * DAY, True), (None, False))

    monkeypatch.setenv("ARF_BUS_RETENTION_DAYS", "null")
    assert {(s.retention_s, s.changing) for s in BusSettings().topics(specs()) if s.name == CALLS} == {(None, True)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"arf.nothing.v1": 3}', "arf.nothing.v1 is not a topic"),
        ('{"arf.dlq.v1": 0}', "0 days are less than 1"),
        ('{"arf.dlq.v1": 36501}', "more than 36,500"),
    ],
)
def test_what_no_topic_can_have_is_named(monkeypatch: pytest.MonkeyPatch, given: str, said: str) -> None:
    monkeypatch.setenv("ARF_BUS_RETENTION", given)
    with pytest.raises(InvalidRecord, match=said):
        from_environment(BusSettings).topics(specs())
