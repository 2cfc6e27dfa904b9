from __future__ import annotations

from arf.tasks.customer_service.threads.thread_text import LINK, cleaned, is_thread, said, signed_off

from ..calls import call


def test_thread_is_known_when_turns_begin_with_handles() -> None:
    assert is_thread(call(("customer", "@LampHelp my lamp broke"), ("agent", "@123 Sorry about that!")))
    assert not is_thread(call(("customer", "my lamp broke, write to me@example.org"), ("agent", "Sorry about that!")))


def test_what_only_a_thread_needs_goes_when_a_turn_is_cleaned() -> None:
    assert cleaned("@LampHelp my lamp &amp; plug broke #fail #sad") == "my lamp and plug broke"
    assert cleaned("Why does @LampHelp ignore me") == "Why does the company ignore me"
    assert LINK in cleaned("see https://example.org/x for more")


def test_signature_goes_when_an_agent_signs() -> None:
    assert signed_off("We will look into it. ^AB") == "We will look into it."
    assert signed_off("We will look into it. -Kim 2/2") == "We will look into it."


def test_cut_sentence_is_left_out_when_a_turn_is_a_part() -> None:
    assert list(said("@LampHelp My lamp broke. I called twice and then (1/2)")) == ["My lamp broke."]
