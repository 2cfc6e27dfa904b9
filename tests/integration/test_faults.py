"""`make faults` in small: every stage, the broker and the upstream die once while calls are carried."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from unittest import mock

import pytest

from tests.faults import live
from tests.faults.__main__ import carry, main
from tests.faults.plan import STAGES, draw
from tests.helpers import kafka_broker
from tests.helpers.needs import lacking

PATIENCE_S = 600.0


@pytest.mark.kafka
@pytest.mark.timeout(1800)
def test_no_call_is_lost_or_doubled_when_everything_dies_once(tmp_path: Path) -> None:
    if reason := kafka_broker.missing():
        lacking("kafka", reason)
    plan = draw(
        40, 7, poison=1, workers=1, kills=1, portions=2, pause_s=(0.5, 1.0), restarts=(True,), away_s=2.0, answer_s=0.3
    )
    assert plan.kills == dict.fromkeys(STAGES, 1)
    outcome = carry(plan, tmp_path, PATIENCE_S)

    assert list(outcome.verdict.lines()) == []
    assert outcome.verdict.records == dict.fromkeys(STAGES, 40)
    assert (outcome.waiting, outcome.replayed, outcome.left) == (1, 1, 0)
    assert outcome.away_s >= 2.0


@pytest.mark.kafka
@pytest.mark.timeout(900)
def test_every_live_call_has_its_one_final_summary_when_replicas_broker_and_engine_die(tmp_path: Path) -> None:
    if reason := kafka_broker.missing():
        lacking("kafka", reason)
    with mock.patch.dict(os.environ):
        outcome = asyncio.run(live.run(6, 7, tmp_path, lambda line: None, away_s=2.0, over_s=15.0))
    assert outcome.wrong == []
    assert (outcome.finals, outcome.kills) == (6, 2)


def test_what_is_missing_is_said_when_there_is_no_kafka(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ARF_KAFKA_HOME", raising=False)
    assert main(["--calls", "40"]) == 2
    assert "ARF_KAFKA_HOME names no Kafka distribution" in capsys.readouterr().err
