"""What passes verification and what does not."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.editor.verify import verify
from arf.v1.finding_pb2 import Analysis, ErrorType, Severity
from arf.v1.transcript_pb2 import Call
from tests.unit.editor.fakes import MarkAnalyzer

_CALL = Call(id="c1", tenant="t")


def _reasons(original: str, candidate: str, needs: str = "", only: ErrorType | None = None) -> list[str]:
    analyzer = MarkAnalyzer(needs)
    analysis = analyzer.marked(_CALL, original)
    targeted = [f for f in analysis.findings if only is None or f.type == only]
    return list(asyncio.run(verify(analyzer, _CALL, analysis, targeted, candidate)).reasons)


def test_passes_when_the_finding_is_gone_and_the_rest_untouched() -> None:
    assert _reasons("One is so. Two is WRONG. Three is so.", "One is so. Two is right. Three is so.") == []


def test_fails_when_the_finding_is_still_there() -> None:
    assert _reasons("It is WRONG.", "Still it is WRONG.") == ["WRONG_DETAIL was not mended"]


def test_fails_when_the_candidate_is_blank() -> None:
    assert _reasons("It is WRONG.", " \n") == ["the candidate is blank"]


def test_fails_when_the_task_doubts_the_candidate() -> None:
    analyzer = MarkAnalyzer()
    analysis = analyzer.marked(_CALL, "It is WRONG.")
    verdict = asyncio.run(verify(analyzer, _CALL, analysis, analysis.findings, "It is right.", ["it is a fragment"]))
    assert verdict.reasons == ("it is a fragment",)


def test_fails_when_one_error_is_traded_for_another_of_its_type() -> None:
    assert _reasons("It is WRONG1.", "It is WRONG2.") == ["WRONG_DETAIL (critical) appeared"]


def test_fails_when_a_worse_finding_appears() -> None:
    assert _reasons("It is a GUESS.", "It is MADE_UP.") == ["FABRICATION (critical) appeared"]


def test_passes_when_only_a_milder_finding_appears() -> None:
    assert _reasons("It is WRONG.", "It is a GUESS.") == []


def test_mildest_finding_sets_the_bar_when_severities_differ() -> None:
    assert _reasons("It is WRONG. A GUESS1.", "It is right. A GUESS2.") == ["UNSUPPORTED_INFERENCE (minor) appeared"]


def test_finding_that_was_not_targeted_may_stay_when_it_is_the_same() -> None:
    reasons = _reasons("It is WRONG. A GUESS.", "It is right. A GUESS.", only=ErrorType.ERROR_TYPE_WRONG_DETAIL)
    assert reasons == []


@pytest.mark.parametrize(
    "candidate",
    [
        "One was so. Two is right. Three is so.",
        "Two is right. Three is so.",
        "Three is so. Two is right. One is so.",
    ],
)
def test_fails_when_a_clean_sentence_is_changed_dropped_or_moved(candidate: str) -> None:
    (reason,) = _reasons("One is so. Two is WRONG. Three is so.", candidate)
    assert "had no finding and did not stay as it was" in reason


def test_clean_sentence_counts_as_untouched_when_only_its_quotes_and_spaces_differ() -> None:
    assert _reasons("It’s so. Two is WRONG. Three is so.", "It's  so. Three is so.") == []


def test_anything_may_change_when_half_of_the_sentences_are_flagged() -> None:
    assert _reasons("One is so. Two is WRONG.", "All is well.") == []


def test_anything_may_change_when_an_omission_concerns_the_whole() -> None:
    assert _reasons("One is so. Two is so. Three is so.", "The outcome is good.", needs="outcome") == []


def test_anything_may_change_when_only_one_of_the_findings_concerns_the_whole() -> None:
    original = "One is so. Two is WRONG. Three is so. Four is so. Five is so."
    assert _reasons(original, "The outcome is good.", needs="outcome") == []


def test_an_omission_is_mended_when_only_another_one_stays() -> None:
    class Needs(MarkAnalyzer):
        def marked(self, call: Call, summary: str) -> Analysis:
            analysis = super().marked(call, summary)
            if "deadline" not in summary:
                kind, severity = ErrorType.ERROR_TYPE_OMISSION, Severity.SEVERITY_MAJOR
                analysis.findings.add(type=kind, severity=severity, sentence=-1, explanation="deadline is missing")
            return analysis

    analyzer = Needs("outcome")
    analysis = analyzer.marked(_CALL, "One is so.")
    verdict = verify(analyzer, _CALL, analysis, analysis.findings[:1], "The outcome is good.")
    assert asyncio.run(verdict).reasons == ()


def test_fails_when_the_omission_stays() -> None:
    assert _reasons("One is so.", "One was so.", needs="outcome") == ["OMISSION was not mended"]


@given(st.lists(st.sampled_from(["One is so.", "Two is WRONG.", "A GUESS here.", "MADE_UP thing."]), min_size=1))
def test_a_flagged_summary_never_passes_as_its_own_revision(parts: list[str]) -> None:
    text = " ".join(parts)
    analyzer = MarkAnalyzer()
    analysis = analyzer.marked(_CALL, text)
    if analysis.findings:
        assert not asyncio.run(verify(analyzer, _CALL, analysis, analysis.findings, text)).passed
