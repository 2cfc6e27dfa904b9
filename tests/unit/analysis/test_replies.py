from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.analysis.replies import first_object


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Sure! Here it is:\n```json\n{"a": [1, 2]}\n```\nAnything else?', {"a": [1, 2]}),
        ('{oops} {"a": 1}', {"a": 1}),
        ('{"findings": [{"quote": "x"}, {"quote": "y', {"findings": [{"quote": "x"}]}),
        ('{"findings": [{"quote": "}"}', {"findings": [{"quote": "}"}]}),
        ('{"findings": [', {"findings": []}),
        ("no object", None),
        ("[1, 2]", None),
        ("", None),
    ],
)
def test_the_object_is_found_when_it_is_wrapped_or_cut(reply: str, found: object) -> None:
    assert first_object(reply) == found


@given(st.text())
def test_nothing_is_raised_when_the_reply_is_any_text(reply: str) -> None:
    found = first_object(reply)
    assert found is None or isinstance(found, dict)


@given(st.dictionaries(st.text(), st.lists(st.text() | st.integers()), min_size=1))
def test_a_whole_object_is_read_as_it_is_when_words_stand_around_it(answer: dict[str, object]) -> None:
    assert first_object(f"Well: {json.dumps(answer)} so") == answer
