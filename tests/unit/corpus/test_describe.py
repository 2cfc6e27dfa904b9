from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.corpus.describe import describe
from arf.v1.transcript_pb2 import Call, Turn


def _call(channel: str, *texts: str) -> Call:
    return Call(channel=channel, turns=[Turn(text=text) for text in texts])


def test_a_corpus_is_described_in_counts() -> None:
    calls = [_call("phone", "one two", "three"), _call("phone", "one"), _call("email", "one two three four five")]
    calls[0].gold.facts.add(fact_id="f")
    calls[1].gold.summary = "a gold summary without facts"
    calls[1].reference_summaries.append("a reference")
    calls[2].summary.text = "a summary"
    assert describe(calls) == {
        "calls": 3,
        "channels": {"email": 1, "phone": 2},
        "mean_words": 3.0,
        "most_words": 5,
        "with_gold": 1,
        "with_references": 1,
        "with_summary": 1,
    }


def test_a_summary_counts_as_brought_when_it_is_there_but_blank() -> None:
    call = _call("phone", "one")
    call.summary.SetInParent()
    assert describe([call])["with_summary"] == 1


def test_all_is_zero_when_there_is_no_call() -> None:
    assert describe([]) == {
        "calls": 0,
        "channels": {},
        "mean_words": 0.0,
        "most_words": 0,
        "with_gold": 0,
        "with_references": 0,
        "with_summary": 0,
    }


@given(lengths=st.lists(st.tuples(st.sampled_from(["chat", "phone", "email"]), st.integers(0, 30)), max_size=20))
def test_channels_add_up_and_are_in_order_and_the_mean_is_no_more_than_the_most(
    lengths: list[tuple[str, int]],
) -> None:
    found = describe([_call(channel, "word " * words) for channel, words in lengths])
    assert sum(found["channels"].values()) == found["calls"] == len(lengths)
    assert list(found["channels"]) == sorted(found["channels"])
    assert found["mean_words"] <= found["most_words"] + 0.05
