"""Blind samples and their agreement with the matcher."""

from __future__ import annotations

from pathlib import Path

import pytest

from arf.evaluation.judge_agreement import read_jsonl, sample_for_labelling, score_agreement, write_jsonl
from arf.evaluation.metrics import evaluate
from arf.kit.errors import InvalidRecord, NotFound
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.summary_pb2 import Summary
from arf.v1.transcript_pb2 import Call
from tests.unit.evaluation.calls import DAMAGED, damaged_toaster

_WRONG = DAMAGED.replace("35.20", "99.99")


def _corpus(n: int) -> tuple[dict[str, Call], list[Evaluation]]:
    calls = {}
    for i in range(n):
        made = damaged_toaster()
        made.id = f"c{i}"
        calls[made.id] = made
    return calls, [
        evaluate(made, system, Summary(text=text))
        for made in calls.values()
        for system, text in (("teacher", _WRONG), ("arf", DAMAGED))
    ]


def test_systems_are_hidden_and_even_when_a_sample_is_drawn() -> None:
    calls, evaluations = _corpus(6)
    items, key = sample_for_labelling(calls, evaluations, 8, 3)
    assert [i["item"] for i in items] == [k["item"] for k in key]
    assert not any("system" in i or "call_id" in i for i in items)
    assert sorted(k["system"] for k in key) == ["arf"] * 4 + ["teacher"] * 4
    assert sample_for_labelling(calls, reversed(evaluations), 8, 3) == (items, key)
    assert sample_for_labelling(calls, evaluations, 8, 4)[1] != key


def test_agreement_is_full_when_the_labels_are_the_matchers() -> None:
    calls, evaluations = _corpus(6)
    items, key = sample_for_labelling(calls, evaluations, 8, 3)
    labels = [i | {"error_free": i["summary"] == DAMAGED, "unsupported_fact": i["summary"] != DAMAGED} for i in items]
    scored = score_agreement(labels, key, evaluations)
    assert scored["error_free"]["agreement"]["value"] == scored["unsupported_fact"]["kappa"]["value"] == 1
    labels[0]["error_free"] = not labels[0]["error_free"]
    assert score_agreement(labels, key, evaluations)["error_free"]["agreement"]["value"] == pytest.approx(7 / 8)


def test_a_label_is_refused_when_it_is_empty_or_unknown() -> None:
    calls, evaluations = _corpus(1)
    items, key = sample_for_labelling(calls, evaluations, 2, 0)
    with pytest.raises(InvalidRecord, match="s001"):
        score_agreement(items, key, evaluations)
    with pytest.raises(NotFound, match="s999"):
        score_agreement([items[0] | {"item": "s999"}], key, evaluations)
    with pytest.raises(NotFound, match="c0"):
        sample_for_labelling({}, evaluations, 1, 0)


def test_a_sample_survives_when_written_and_read(tmp_path: Path) -> None:
    items, _ = sample_for_labelling(*_corpus(2), 3, 0)
    write_jsonl(tmp_path / "s.jsonl", items)
    assert read_jsonl(tmp_path / "s.jsonl") == items
    (tmp_path / "s.jsonl").write_text("{}\n{\n", encoding="utf-8")
    with pytest.raises(InvalidRecord, match=r"s\.jsonl:2"):
        read_jsonl(tmp_path / "s.jsonl")
