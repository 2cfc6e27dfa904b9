from __future__ import annotations

import random

import pytest

from arf.analysis.profile import ALL_TYPES, error_profile
from arf.v1.error_profile_pb2 import TypeProfile
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding, SkippedDetector

FABRICATION = ErrorType.ERROR_TYPE_FABRICATION
FORMAT = ErrorType.ERROR_TYPE_FORMAT


def _analysis(call_id: str, channel: str, *findings: Finding) -> Analysis:
    return Analysis(
        call_id=call_id,
        channel=channel,
        summary="A drone came. It left.",
        sentences=2,
        findings=findings,
        detectors=["a@1"],
        skipped=[SkippedDetector(detector="judge", reason="no LLM judge is configured")],
    )


def _found(sentence: int, confidence: float = 0.9, kind: ErrorType = FABRICATION) -> Finding:
    return Finding(type=kind, sentence=sentence, confidence=confidence, detector="a@1")


ANALYSES = [
    _analysis("c1", "phone", _found(0), _found(0, 0.95)),
    _analysis("c2", "email", _found(1, 0.99)),
    _analysis("c3", "phone", _found(-1, kind=FORMAT)),
    _analysis("c4", "phone"),
]


def _of(kind: ErrorType) -> TypeProfile:
    profile = error_profile(ANALYSES, "m", {FABRICATION}, sees={"a@1": {FABRICATION, FORMAT}})
    return next(t for t in profile.types if t.type == kind)


def test_summaries_are_counted_once_when_they_have_two_findings_of_a_type() -> None:
    entry = _of(FABRICATION)
    assert (entry.summaries.count, entry.summaries.n, entry.summaries.value) == (2, 4, 0.5)
    assert {c: (r.count, r.n) for c, r in entry.by_channel.items()} == {"phone": (1, 3), "email": (1, 1)}
    assert entry.targeted
    assert not _of(FORMAT).targeted


def test_examples_are_the_surest_of_different_calls_when_there_are_many() -> None:
    examples = _of(FABRICATION).examples
    assert [(e.call_id, e.sentence, e.finding.confidence) for e in examples] == [
        ("c2", "It left.", 0.99),
        ("c1", "A drone came.", 0.95),
    ]
    assert _of(FORMAT).examples[0].sentence == "A drone came. It left."


def test_whole_rates_hold_when_findings_concern_sentences_or_the_summary() -> None:
    profile = error_profile(ANALYSES, "m", ())
    assert (profile.clean.count, profile.clean.n) == (1, 4)
    assert (profile.faithful_sentences.count, profile.faithful_sentences.n) == (6, 8)
    assert [entry.type for entry in profile.types] == list(ALL_TYPES)
    assert "4 of 4" in profile.skipped[0].reason


def test_a_type_names_who_can_see_it_when_nothing_was_found() -> None:
    profile = error_profile(ANALYSES, "m", (), sees={"a@1": {ErrorType.ERROR_TYPE_OMISSION}, "idle@1": {FORMAT}})
    named = {t.type: list(t.detectors) for t in profile.types if t.detectors}
    assert named == {ErrorType.ERROR_TYPE_OMISSION: ["a@1"]}


@pytest.mark.parametrize("seed", range(3))
def test_the_profile_is_the_same_when_the_analyses_come_in_another_order(seed: int) -> None:
    shuffled = random.Random(seed).sample(ANALYSES, len(ANALYSES))
    assert error_profile(shuffled, "m", ()) == error_profile(ANALYSES, "m", ())


def test_the_profile_is_empty_and_honest_when_there_is_nothing() -> None:
    profile = error_profile([], "m", ())
    assert (profile.clean.low, profile.clean.high) == (0.0, 1.0)


def test_examples_are_of_both_calls_when_tenants_have_one_of_the_same_id() -> None:
    both = [_analysis("c1", "phone", _found(0)), _analysis("c1", "phone", _found(1))]
    both[0].tenant, both[1].tenant = "acme", "other"
    profile = error_profile(both, "m", {FABRICATION}, sees={"a@1": {FABRICATION}})
    (examples,) = (kind.examples for kind in profile.types if kind.type == FABRICATION)
    assert [example.finding.sentence for example in examples] == [0, 1]
