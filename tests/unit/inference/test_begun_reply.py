from __future__ import annotations

import pytest

from arf.inference.begun_reply import BegunReply, begin_with

OPENING = "The customer contacted support because"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (" a kettle broke.", f"{OPENING} a kettle broke."),
        ("a kettle broke.", f"{OPENING} a kettle broke."),
        (", it is said, a kettle broke.", f"{OPENING}, it is said, a kettle broke."),
        (f" {OPENING} a kettle broke.", f"{OPENING} a kettle broke."),
        ("", OPENING),
        ("<think>Hm.</think>\n\na kettle broke.", f"{OPENING} a kettle broke."),
        ("<think></think> a kettle broke.", f"{OPENING} a kettle broke."),
    ],
)
def test_reply_has_its_beginning_once_when_the_endpoint_goes_on_with_it(text: str, whole: str) -> None:
    assert begin_with(OPENING, text) == whole
    assert _streamed(OPENING, text) == whole


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("a kettle broke.", f"{OPENING} a kettle broke."),
        ("The customer called about a kettle.", "The customer called about a kettle."),
        ("the customer contacted support because a kettle broke.", f"{OPENING} a kettle broke."),
        (f'"{OPENING} a kettle broke."', f"{OPENING} a kettle broke."),
        (f"**{OPENING}** a kettle broke.", f"{OPENING} a kettle broke."),
    ],
)
def test_reply_has_its_beginning_once_when_it_was_asked_for_in_words(text: str, whole: str) -> None:
    assert begin_with(OPENING, text, continued=False) == whole
    # The quotation mark at the end has been shown by the time that it comes.
    assert _streamed(OPENING, text, continued=False).rstrip('"') == whole


@pytest.mark.parametrize("text", ["It broke.", " It broke.", "<think>a\nb</think>It broke.", ""])
def test_reply_is_shown_at_once_when_nothing_was_begun(text: str) -> None:
    assert begin_with("", text) == text.rpartition("</think>")[2]
    assert _streamed("", text) == text.rpartition("</think>")[2]


def test_pieces_are_held_until_it_is_clear_whether_the_beginning_is_said() -> None:
    reply = BegunReply("The customer")
    assert [reply.feed(piece) for piece in ("The", " cust", "omer", " came", " in.")] == [
        "", "", "", "The customer came", " in.",
    ]  # fmt: skip
    assert reply.finish() == ""
    assert reply.whole == "The customer came in."


def _streamed(prefill: str, text: str, *, continued: bool = True) -> str:
    reply = BegunReply(prefill, continued=continued)
    shown = "".join(reply.feed(letter) for letter in text) + reply.finish()
    assert shown == reply.whole
    return shown
