from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.inference.old_chat_completions import begin_with
from arf.teacher.adapters.prefill import PrefillStream

_TEXT = st.text(alphabet="ab .", max_size=12)


@given(st.sampled_from(["", "ab", "ab a", " a"]), st.lists(_TEXT, max_size=6))
def test_pieces_joined_begin_as_the_whole_does(prefill: str, pieces: list[str]) -> None:
    stream = PrefillStream(prefill)
    shown = "".join([*(stream.feed(p) for p in pieces), stream.finish()])
    assert shown == stream.whole == begin_with(prefill, "".join(pieces))


def test_nothing_is_shown_before_it_is_clear_who_says_the_beginning() -> None:
    stream = PrefillStream("The customer")
    assert [stream.feed(p) for p in ("The ", "cust", "omer", " called")] == ["", "", "", "The customer called"]
