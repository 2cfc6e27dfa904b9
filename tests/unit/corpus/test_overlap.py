"""N-gram overlap between train and held-out calls."""

from __future__ import annotations

import pytest

from arf.corpus.generator import generate
from arf.corpus.overlap import overlap
from arf.kit.errors import InvalidRecord
from arf.v1.transcript_pb2 import Call, Turn


def _call(*texts: str) -> Call:
    return Call(turns=[Turn(text=text) for text in texts])


def test_share_counts_distinct_grams_when_some_are_shared() -> None:
    found = overlap([_call("My kettle is broken.")], [_call("my kettle is new", "my kettle is new")], 3)
    assert (found.held_out, found.shared, found.share) == (2, 1, 0.5)


def test_no_gram_crosses_turns_when_a_call_has_several() -> None:
    assert overlap([_call("a b c d")], [_call("a b", "c d")], 3).held_out == 0


def test_share_is_nothing_when_no_turn_is_long_enough() -> None:
    assert overlap([_call("a b c")], [_call("a")], 3).share == 0


def test_share_is_whole_when_the_calls_are_the_same() -> None:
    calls = list(generate(3, seed=1))
    assert overlap(calls, calls, 5).share == 1


def test_the_field_is_named_when_n_is_too_small() -> None:
    with pytest.raises(InvalidRecord, match="n: must be"):
        overlap([], [], 0)


def test_held_out_calls_share_little_when_generated() -> None:
    calls = list(generate(300, seed=7))
    train = [call for call in calls if call.annotations["split"] == "train"]
    held_out = [call for call in calls if call.annotations["split"] == "held_out"]
    assert overlap(train, held_out, 3).share < 0.35
    assert overlap(train, held_out, 5).share < 0.15
