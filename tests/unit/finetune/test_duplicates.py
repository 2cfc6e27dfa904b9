from __future__ import annotations

from arf.finetune.duplicates import jaccard, near_duplicates
from arf.v1.transcript_pb2 import Call, Turn
from tests.unit.finetune.builders import call, calls


def changed(of: Call, words: int) -> Call:
    """The same call with this many words of its last turn replaced."""
    copy = Call()
    copy.CopyFrom(of)
    tokens = copy.turns[-1].text.split()
    copy.turns[-1].text = " ".join([*tokens[: len(tokens) - words], *(f"new{i}" for i in range(words))])
    return copy


def test_first_call_is_named_when_a_later_one_repeats_it() -> None:
    original = call(1, turns=8)
    assert near_duplicates([call(0), original, changed(original, 2), changed(original, 1)]) == {2: 1, 3: 1}


def test_call_stays_when_it_shares_only_part() -> None:
    original = call(1, turns=4)
    assert near_duplicates([original, changed(original, 12)]) == {}


def test_nothing_repeats_when_calls_differ() -> None:
    assert near_duplicates(calls(40)) == {}


def test_short_calls_repeat_when_they_are_the_same() -> None:
    short = Call(id="a", turns=[Turn(text="Hi there")])
    assert near_duplicates([short, Call(id="b", turns=[Turn(text="hi there!")])]) == {1: 0}


def test_jaccard_is_shared_over_all_when_sets_overlap() -> None:
    assert jaccard(frozenset("abc"), frozenset("bcd")) == 0.5
    assert jaccard(frozenset(), frozenset()) == 1.0
