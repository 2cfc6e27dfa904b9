from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.privacy.redaction.placeholders import KINDS, Placeholders


@pytest.fixture
def placeholders() -> Placeholders:
    made = Placeholders()
    assert made.put("NAME", "julia", "Julia") == "<NAME_1>"
    assert made.put("ID", "46422", "46422") == "<ID_1>"
    for n in range(12):
        made.put("PHONE", str(n), f"555-{n:04d}")
    return made


@pytest.mark.parametrize(
    "written",
    ["<NAME_1>", "<name_1>", "< NAME_1 >", "<NAME 1>", "<Name-1>", "[NAME_1]", "{NAME_1}", "(NAME_1)", "NAME_1"],
)
def test_value_comes_back_when_the_model_changes_case_blanks_or_brackets(
    placeholders: Placeholders, written: str
) -> None:
    assert placeholders.restore(f"So {written}, thanks") == "So Julia, thanks"


@pytest.mark.parametrize(
    "text", ["<NAME_7>", "her name 1", "id 1", "XNAME_1", "NAME_12", "<OTHER_1>", "name_", "a <b> c"]
)
def test_text_stays_when_it_stands_for_no_value(placeholders: Placeholders, text: str) -> None:
    assert placeholders.restore(text) == text


def test_longer_number_is_another_placeholder(placeholders: Placeholders) -> None:
    assert placeholders.restore("<PHONE_1> PHONE_12") == "555-0000 555-0011"


def test_placeholder_in_the_text_is_never_given_to_a_value() -> None:
    placeholders = Placeholders("write <card_1> and NAME_1 down")
    assert placeholders.put("CARD", "4242", "4242") == "<CARD_2>"
    assert placeholders.put("NAME", "ana", "Ana") == "<NAME_2>"
    assert placeholders.restore("<CARD_1> <CARD_2>") == "<CARD_1> 4242"


def test_value_of_one_request_is_unknown_to_another(placeholders: Placeholders) -> None:
    other = Placeholders()
    other.put("CARD", "4242", "4242")
    assert other.restore("<NAME_1> <ID_1>") == "<NAME_1> <ID_1>"


_PIECE = st.one_of(
    st.builds("<{}_{}>".format, st.sampled_from([*KINDS, "name", "Id"]), st.integers(0, 14)),
    st.sampled_from([*KINDS, "<", ">", "_", "1", "12", " ", "[", "x", "NAME_1", "< name 1 >", "é", "the "]),
)


@given(st.lists(_PIECE, max_size=20), st.lists(st.integers(0, 200), max_size=30))
def test_pieces_joined_are_the_whole_restored_when_a_stream_is_cut_anywhere(pieces: list[str], cuts: list[int]) -> None:
    placeholders = Placeholders()
    placeholders.put("NAME", "julia", "Julia <NAME_2> Marsh")
    for n in range(1, 13):
        placeholders.put("ID", str(n), f"46{n}")
        placeholders.put("NAME", f"n{n}", f"N{n}")
    text = "".join(pieces)
    stream = placeholders.stream()
    places = sorted({min(c, len(text)) for c in cuts} | {0, len(text)})
    shown = [stream.feed(text[a:b]) for a, b in pairwise(places)] + [stream.finish()]
    assert "".join(shown) == placeholders.restore(text)


def test_nothing_is_restored_when_a_piece_ends_where_a_placeholder_seems_to_begin_within_a_word() -> None:
    placeholders = Placeholders()
    placeholders.put("NAME", "julia", "Julia")
    stream = placeholders.stream()
    shown = [stream.feed("PHONEN"), stream.feed("AME_1"), stream.finish()]
    assert "".join(shown) == placeholders.restore("PHONENAME_1") == "PHONENAME_1"


def test_half_a_placeholder_is_never_shown() -> None:
    placeholders = Placeholders()
    placeholders.put("CARD", "4242", "4242 4242")
    stream = placeholders.stream()
    shown = [stream.feed(piece) for piece in ("paid with ", "<CA", "RD_", "1", ">", " today")]
    assert shown == ["paid with ", "", "", "", "4242 4242", " today"]
