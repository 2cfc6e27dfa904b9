"""The generated calls: bounds, features, splits, determinism."""

from __future__ import annotations

from collections import Counter
from typing import cast

import pytest
from google.protobuf.struct_pb2 import ListValue

from arf.calls import records
from arf.calls.text import words
from arf.corpus.generator import generate
from arf.corpus.generator.reasons import REASONS
from arf.corpus.generator.world import CHANNELS, HELD_OUT_REASONS
from arf.kit.errors import InvalidRecord
from arf.v1.transcript_pb2 import Call, FactStatus

_CALLS = 600


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return list(generate(_CALLS, seed=3))


def _split(calls: list[Call], split: str) -> list[Call]:
    return [call for call in calls if call.annotations["split"] == split]


def test_same_bytes_when_generated_again(calls: list[Call]) -> None:
    again = generate(_CALLS, seed=3)
    assert [records.dumps(call) for call in calls] == [records.dumps(call) for call in again]


def test_other_calls_when_the_seed_differs(calls: list[Call]) -> None:
    other = list(generate(20, seed=4))
    said = {turn.text for call in calls for turn in call.turns if len(turn.text.split()) > 20}
    assert not said & {turn.text for call in other for turn in call.turns}


def test_calls_survive_a_round_trip_when_written_and_read(calls: list[Call]) -> None:
    assert records.loads(records.dumps(calls[0]), Call) == calls[0]


def test_ids_are_unique_and_numbered_when_generated(calls: list[Call]) -> None:
    assert [call.id for call in calls] == [f"demo-3-{number:05d}" for number in range(_CALLS)]


def test_calls_are_short_when_generated(calls: list[Call]) -> None:
    lengths = [sum(len(turn.text.split()) for turn in call.turns) for call in calls]
    assert min(lengths) >= 45
    assert max(lengths) <= 110
    assert 68 <= sum(lengths) / len(lengths) <= 80
    assert all(3 <= len(call.turns) <= 9 for call in calls)


def test_speakers_alternate_when_generated(calls: list[Call]) -> None:
    for call in calls:
        assert all(a.role != b.role for a, b in zip(call.turns, call.turns[1:], strict=False)), call.id


def test_summaries_keep_to_the_bounds_when_generated(calls: list[Call]) -> None:
    for call in calls:
        assert 12 <= len(words(call.gold.summary)) <= 60, call.id
        assert "{" not in call.gold.summary + "".join(turn.text for turn in call.turns), call.id


def test_no_summary_speaks_in_the_first_or_second_person_when_generated(calls: list[Call]) -> None:
    for call in calls:
        assert not {"i", "we", "you", "your", "my", "our"} & set(words(call.gold.summary)), call.gold.summary


def test_every_channel_and_train_reason_occurs_when_there_are_many_calls(calls: list[Call]) -> None:
    assert {call.channel for call in calls} == set(CHANNELS)
    train = {reason for call in _split(calls, "train") for reason in call.annotations["reasons"]}
    assert train == set(REASONS) - HELD_OUT_REASONS


def test_new_reasons_make_a_quarter_when_calls_are_held_out(calls: list[Call]) -> None:
    held_out = _split(calls, "held_out")
    assert len(held_out) == round(_CALLS * 0.33)
    new = [call for call in held_out if call.annotations["reasons"][0] in HELD_OUT_REASONS]
    assert 0.18 <= len(new) / len(held_out) <= 0.33


@pytest.mark.parametrize(
    ("feature", "low", "high"),
    [
        ("correction", 0.11, 0.20),
        ("distractor", 0.16, 0.27),
        ("injection", 0.02, 0.07),
        ("third_party", 0.005, 0.05),
    ],
)
def test_features_have_their_shares_when_there_are_many_calls(
    calls: list[Call], feature: str, low: float, high: float
) -> None:
    assert low <= sum(feature in call.annotations["features"] for call in calls) / _CALLS <= high


def test_two_issues_have_their_share_when_there_are_many_calls(calls: list[Call]) -> None:
    assert 0.08 <= sum(len(cast("ListValue", call.annotations["reasons"])) == 2 for call in calls) / _CALLS <= 0.16


def test_every_status_settles_issues_when_there_are_many_calls(calls: list[Call]) -> None:
    found = Counter(
        FactStatus.Name(fact.status).removeprefix("FACT_STATUS_")
        for call in calls
        for fact in call.gold.facts
        if fact.slot == "outcome"
    )
    for status in ("DONE", "PROMISED", "PENDING", "CONDITIONAL", "REFUSED"):
        assert found[status] / found.total() > 0.12, found


def test_phone_calls_have_no_punctuation_when_generated(calls: list[Call]) -> None:
    for call in calls:
        if call.channel == "phone":
            said = " ".join(turn.text for turn in call.turns)
            assert said == said.lower()
            assert not set(said) & set(".,!?;:()$#-0123456789"), said
            assert "  " not in said


@pytest.mark.parametrize(("count", "share", "field"), [(0, 0.3, "calls"), (5, 1.5, "held_out"), (5, -0.1, "held_out")])
def test_the_field_is_named_when_an_argument_is_out_of_range(count: int, share: float, field: str) -> None:
    with pytest.raises(InvalidRecord, match=field):
        next(generate(count, seed=1, held_out=share))
