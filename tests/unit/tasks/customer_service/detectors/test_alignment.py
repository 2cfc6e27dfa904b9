from __future__ import annotations

from arf.tasks.customer_service.detectors.alignment import Transcript, transcript
from arf.tasks.customer_service.detectors.meaning import read_words
from tests.unit.tasks.customer_service.detectors.calls import CHAT, REFUND


def test_the_turn_that_shares_the_rare_words_comes_first_when_a_sentence_is_aligned() -> None:
    aligned = Transcript(CHAT).align(read_words("Anna's brother will cook dinner."))
    assert aligned[0].turn_id == "2"


def test_no_turn_is_aligned_when_no_word_is_shared() -> None:
    assert Transcript(CHAT).align(read_words("Dolphins migrate.")) == []


def test_words_are_supported_when_said_or_meant() -> None:
    call = Transcript(REFUND)
    assert call.says("refund") and call.supports("reimbursed")
    assert not call.supports("dolphin")


def test_roles_are_known_when_a_customer_speaks() -> None:
    assert Transcript(REFUND).has_roles
    assert not Transcript(CHAT).has_roles


def test_the_work_is_done_once_when_the_same_turns_are_asked_for_again() -> None:
    assert transcript(REFUND) is transcript(type(REFUND).FromString(REFUND.SerializeToString()))
