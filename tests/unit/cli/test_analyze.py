from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.calls import records
from arf.corpus.generator import generate
from arf.v1.finding_pb2 import Analysis
from tests.unit.cli.fakes import corpus
from tests.unit.cli.invoke import arf

WRONG = "The customer paid 9,999 dollars. The agent sent a drone on 31 February."


def test_profile_is_shown_and_written_with_the_findings(tmp_path: Path) -> None:
    file = corpus(tmp_path / "c.jsonl", 3, summary=WRONG)
    done = arf("analyze", str(file), "--out", str(tmp_path / "f.jsonl"), "--json", str(tmp_path / "p.json"))
    assert done.status == 0
    assert "3 summaries; 0% [0%, 56%] without a finding" in done.said
    assert "not run: judge: no LLM judge is configured" in done.out
    found = list(records.read(tmp_path / "f.jsonl", Analysis))
    assert len(found) == 3
    assert all(analysis.findings for analysis in found)
    profile = json.loads((tmp_path / "p.json").read_text())
    assert (profile["summaries"], profile["clean"]["n"]) == (3, 3)


def test_a_summary_that_no_detector_reads_is_not_analysed_and_not_without_a_finding(tmp_path: Path) -> None:
    german, english = generate(2, 3)
    german.summary.text = (
        "Der Kunde hat sich gemeldet. Der Wasserkocher kam zerbrochen an, und das Geld wurde erstattet."
    )
    english.summary.text = WRONG
    records.write(tmp_path / "c.jsonl", [german, english])
    done = arf("analyze", str(tmp_path / "c.jsonl"), "--out", str(tmp_path / "f.jsonl"))
    assert "0% [0%, 79%] without a finding; 1 not analysed: no detector reads their language" in done.said
    by_call = {a.call_id: a for a in records.read(tmp_path / "f.jsonl", Analysis)}
    assert not by_call[german.id].findings
    assert by_call[english.id].findings


def test_models_name_is_shown_as_it_is_when_it_looks_like_markup(tmp_path: Path) -> None:
    (call,) = generate(1, 3)
    call.summary.text, call.summary.model = WRONG, "org/[bold]model"
    records.write(tmp_path / "c.jsonl", [call])
    done = arf("analyze", str(tmp_path / "c.jsonl"))
    assert done.status == 0
    assert "1 summary by org/[bold]model;" in done.said


def test_calls_without_a_summary_are_counted_and_are_an_error_when_none_has_one(tmp_path: Path) -> None:
    first, second = generate(2, 3)
    second.summary.text = WRONG
    records.write(tmp_path / "c.jsonl", [first, second])
    done = arf("analyze", str(tmp_path / "c.jsonl"))
    assert (done.status, done.err.strip()) == (0, "skipped 1 call without a summary")
    records.write(tmp_path / "c.jsonl", [first])
    done = arf("analyze", str(tmp_path / "c.jsonl"))
    assert done.status == 1
    assert "no call has a summary" in done.said


@pytest.mark.parametrize("labels", [True, False])
def test_detectors_are_scored_when_there_are_labels_and_the_lack_of_them_is_named(labels: bool, tmp_path: Path) -> None:
    calls = list(generate(4, 3))
    for call in calls if labels else []:
        candidates = call.annotations.get_or_create_list("candidate_summaries")
        candidates.add_struct().update({"summary": WRONG, "consistent": False, "types": ["FABRICATION"]})
        candidates.add_struct().update({"summary": call.gold.summary, "consistent": True})
    records.write(tmp_path / "c.jsonl", calls)
    done = arf("analyze", "--labels", str(tmp_path / "c.jsonl"), "--json", str(tmp_path / "l.json"))
    assert done.status == (0 if labels else 1)
    if labels:
        said = json.loads((tmp_path / "l.json").read_text())
        assert said["recall"]["value"] == 1.0
        assert all(words in done.said for words in ("8 labelled summaries of 4 dialogues", "by detector", "by type"))
    else:
        assert "candidate_summaries" in done.err
