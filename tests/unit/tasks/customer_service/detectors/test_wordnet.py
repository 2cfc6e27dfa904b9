from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.wordnet import wordnet

NET = wordnet()


@pytest.mark.parametrize(
    ("word", "lemma"), [("refunded", "refund"), ("went", "go"), ("cheaper", "cheap"), ("keys", "key")]
)
def test_the_lemma_is_found_when_a_word_is_inflected(word: str, lemma: str) -> None:
    assert NET is not None
    assert lemma in {found for _, found in NET.lemmas(word)}


@pytest.mark.parametrize(("word", "other"), [("cheap", "expensive"), ("expensive", "cheap"), ("accept", "refuse")])
def test_the_opposite_is_found_when_a_word_has_one(word: str, other: str) -> None:
    assert NET is not None
    assert other in NET.opposites(word)


def test_kin_hold_the_more_general_word_and_nothing_unrelated() -> None:
    assert NET is not None
    assert "beverage" in NET.kin("wine") | NET.kin("juice")
    assert "bicycle" not in NET.kin("wine")


def test_nothing_is_found_when_the_word_does_not_exist() -> None:
    assert NET is not None
    assert (NET.lemmas("qwzx"), NET.synonyms("qwzx"), NET.kin("qwzx")) == (frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("word", "concrete"), [("blender", True), ("kitten", True), ("doctor", False), ("idea", False), ("quickly", False)]
)
def test_only_things_animals_and_places_are_concrete(word: str, concrete: bool) -> None:
    assert NET is not None
    assert NET.is_concrete(word) is concrete
