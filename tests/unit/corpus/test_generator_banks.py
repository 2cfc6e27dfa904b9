"""The phrase banks are wide enough, and what is held out is held out."""

from __future__ import annotations

import re

import pytest

from arf.calls.text import words
from arf.corpus.generator import generate
from arf.corpus.generator.banks import sections
from arf.corpus.generator.reasons import ENDINGS, REASONS
from arf.corpus.generator.world import HELD_OUT_REASONS

_SLOT = re.compile(r"\{\w+\}")
# Numbers belong into slots, or gold would miss them; a hesitant "a second" is one as well.
_NUMERAL = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|fifty|hundred|second|third)\b",
    re.IGNORECASE,
)
_SHARED = sorted(set(sections("train")))


def _literals(phrase: str) -> list[str]:
    """The longest words between the slots of a phrase, as they read in any channel."""
    return [" ".join(words(piece)) for piece in _SLOT.split(phrase)]


@pytest.mark.parametrize("key", _SHARED)
def test_a_third_is_held_out_when_a_section_is_shared(key: str) -> None:
    train, unseen = sections("train")[key], sections("held_out").get(key, ())
    assert 0.25 <= len(unseen) / (len(train) + len(unseen)) <= 0.45, (len(train), len(unseen))
    assert not {" ".join(words(p)) for p in train} & {" ".join(words(p)) for p in unseen}


@pytest.mark.parametrize("name", ["train", "held_out"])
def test_no_phrase_occurs_twice_when_in_a_section(name: str) -> None:
    for key, phrases in sections(name).items():
        assert len(phrases) == len(set(phrases)), key


def test_reasons_have_many_openings_when_listed() -> None:
    for reason in REASONS:
        train, unseen = sections("train").get(f"open.{reason}", ()), sections("held_out")[f"open.{reason}"]
        if reason in HELD_OUT_REASONS:
            assert not train
            assert len(unseen) >= 8
        else:
            assert len(train) >= 8, reason
            assert len(unseen) >= 4, reason


def test_acts_have_many_wordings_when_an_ending_names_them() -> None:
    for ending in (word for endings in ENDINGS.values() for e in endings for word in e.split() if ":" in word):
        if "@" in ending:
            continue
        kind, status, *_ = ending.split(":")
        for name, least in (("train", 6), ("held_out", 3)):
            assert len(sections(name)[f"act.{kind}"]) >= least, (name, kind)
            assert len(sections(name)[f"frame.{status}"]) >= least, (name, status)


@pytest.mark.parametrize("name", ["train", "held_out"])
def test_no_phrase_has_a_numeral_when_outside_a_slot(name: str) -> None:
    for key, phrases in sections(name).items():
        if key.startswith("word."):
            continue
        for phrase in phrases:
            assert not _NUMERAL.search(_SLOT.sub("", phrase)), (key, phrase)


def test_held_out_phrases_are_in_no_train_call_when_typed() -> None:
    train_bank = " | ".join(" ".join(words(p)) for phrases in sections("train").values() for p in phrases)
    unseen = {
        literal
        for key, phrases in sections("held_out").items()
        if key.split(".")[0]
        in ("open", "frame", "say", "request", "ask", "greet", "happy", "unhappy", "close", "inject")
        for phrase in phrases
        for literal in _literals(phrase)
        if len(literal.split()) >= 4 and literal not in train_bank
    }
    assert len(unseen) > 150
    calls = list(generate(300, seed=9))
    said = {
        split: " | ".join(
            " ".join(words(turn.text)) for c in calls if c.annotations["split"] == split for turn in c.turns
        )
        for split in ("train", "held_out")
    }
    assert not [literal for literal in unseen if literal in said["train"]]
    assert sum(literal in said["held_out"] for literal in unseen) > 50
