from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.analysis.support.nli import NliChecker, entailment_index, stretches
from arf.kit.errors import ArfError, Unavailable
from tests.unit.analysis.fakes import make_call


@pytest.mark.parametrize(
    ("labels", "index"),
    [
        ({0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}, 2),
        ({0: "entailment", 1: "not_entailment"}, 0),
        ({0: "unsupported", 1: "supported"}, 1),
        ({0: "LABEL_0", 1: "LABEL_1"}, 1),
    ],
)
def test_entailment_is_found_when_labels_name_it(labels: dict[int, str], index: int) -> None:
    assert entailment_index(labels, "m") == index


@pytest.mark.parametrize("labels", [{0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, {0: "positive", 1: "negative"}])
def test_the_model_is_refused_when_its_labels_do_not_say(labels: dict[int, str]) -> None:
    with pytest.raises(ArfError, match="which of its labels"):
        entailment_index(labels, "some/model")


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 60), st.integers(0, 3))
def test_stretches_cover_every_turn_and_fit_when_costs_are_any(costs: list[int], room: int, overlap: int) -> None:
    ranges = list(stretches(costs, room, overlap))
    assert {i for a, b in ranges for i in range(a, b)} == set(range(len(costs)))
    assert all(b - a == 1 or sum(costs[a:b]) <= room for a, b in ranges)
    assert all(before[1] < after[1] for before, after in itertools.pairwise(ranges))


def test_loading_fails_clearly_when_there_is_no_such_model(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="support model"):
        NliChecker(str(tmp_path / "none")).support(["x"], make_call("y"))


def _save_tiny_model(folder: Path) -> None:
    import torch
    import transformers

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "parcel", "is", "late", "customer", "agent", "refund"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
        id2label={0: "contradiction", 1: "entailment", 2: "neutral"},
        label2id={"contradiction": 0, "entailment": 1, "neutral": 2},
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)


def test_a_real_classifier_gives_the_best_stretch_when_the_call_is_longer_than_it_reads(tmp_path: Path) -> None:
    _save_tiny_model(tmp_path)
    checker = NliChecker(str(tmp_path))
    turns = ["the parcel is late", "refund the parcel"] * 12
    claim = "the parcel is late"
    (whole,) = checker.support([claim], make_call(*turns))
    (part,) = checker.support([claim], make_call(*turns[:2]))
    assert 0.0 < part <= 1.0
    assert 0.0 < whole <= 1.0
    assert checker.support([claim, claim], make_call(*turns)) == pytest.approx([whole, whole])
    assert checker.support([claim], make_call()) == [0.0]
