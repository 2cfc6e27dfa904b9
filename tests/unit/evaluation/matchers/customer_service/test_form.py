"""Length, whole sentences and copying."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.evaluation.matchers.customer_service.form import form_error
from arf.evaluation.words import copied_run
from tests.unit.evaluation.calls import call

_TWELVE = "The agent sent a new lamp to the customer on Monday, free."


@pytest.mark.parametrize(
    ("summary", "wrong"),
    [
        (_TWELVE, ""),
        ("The agent sent a lamp.", "5 words, fewer than 12"),
        ("word " * 61 + ".", "61 words, more than 60"),
        (_TWELVE[:-1], "its last sentence is not ended"),
        (_TWELVE[4:] + " It was new.", "its first sentence has no beginning"),
    ],
)
def test_the_form_is_named_when_it_is_broken(summary: str, wrong: str) -> None:
    assert form_error(summary) == wrong


def test_a_run_ends_when_a_word_differs() -> None:
    made = call([("agent", "We will send you a new lamp."), ("customer", "Send it today.")], [])
    assert copied_run("They said: we WILL send you one lamp.", made) == 4


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12), st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_a_run_is_the_longest_common_stretch_when_texts_are_arbitrary(a: list[str], b: list[str]) -> None:
    stretches = [a[i:j] for i in range(len(a)) for j in range(i + 1, len(a) + 1)]
    longest = max((len(s) for s in stretches if any(b[k : k + len(s)] == s for k in range(len(b)))), default=0)
    assert copied_run(" ".join(a), call([("agent", " ".join(b))], [])) == longest
