from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.analysis.targeting import RARE, targets
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding, Severity

ROLE = ErrorType.ERROR_TYPE_ROLE_MISATTRIBUTION
STATUS = ErrorType.ERROR_TYPE_STATUS_SHIFT
MAJOR, CRITICAL = Severity.SEVERITY_MAJOR, Severity.SEVERITY_CRITICAL


def _analysis(*findings: tuple[ErrorType, Severity]) -> Analysis:
    return Analysis(findings=[Finding(type=kind, severity=severity) for kind, severity in findings])


def _corpus(summaries: int, *showing: Analysis) -> list[Analysis]:
    """The analyses given, and as many without a finding as it takes."""
    return [*showing, *(_analysis() for _ in range(summaries - len(showing)))]


def test_nothing_is_targeted_when_nothing_was_found() -> None:
    assert targets([]) == frozenset()
    assert targets(_corpus(10)) == frozenset()


def test_type_is_targeted_from_the_share_on_that_is_not_rare() -> None:
    one = _analysis((ROLE, MAJOR))
    assert RARE == 0.02
    assert targets(_corpus(50, one)) == {ROLE}
    assert targets(_corpus(51, one)) == frozenset()


def test_rare_type_is_targeted_when_one_finding_of_it_is_critical() -> None:
    assert targets(_corpus(1000, _analysis((ROLE, CRITICAL)), _analysis((STATUS, MAJOR)))) == {ROLE}


def test_summaries_are_counted_and_not_findings() -> None:
    crowded = _analysis(*[(ROLE, MAJOR)] * 40)
    assert targets(_corpus(100, crowded)) == frozenset()


def test_one_type_does_not_hide_another_in_the_same_summary() -> None:
    assert targets([_analysis((ROLE, MAJOR), (STATUS, MAJOR))]) == {ROLE, STATUS}


_KINDS = st.sampled_from([k for k in ErrorType.values() if k])
_FOUND = st.lists(st.lists(st.tuples(_KINDS, st.sampled_from([MAJOR, CRITICAL])), max_size=3), max_size=12)


@given(found=_FOUND, rare=st.floats(0, 1))
def test_targets_were_found_and_hold_every_critical_type(
    found: list[list[tuple[ErrorType, Severity]]], rare: float
) -> None:
    chosen = targets([_analysis(*findings) for findings in found], rare)
    everything = {kind for findings in found for kind, _ in findings}
    critical = {kind for findings in found for kind, severity in findings if severity == CRITICAL}
    assert critical <= chosen <= everything


@given(found=_FOUND, rare=st.floats(0, 1), rarer=st.floats(0, 1))
def test_no_type_is_lost_when_less_counts_as_rare(
    found: list[list[tuple[ErrorType, Severity]]], rare: float, rarer: float
) -> None:
    analyses = [_analysis(*findings) for findings in found]
    low, high = sorted((rare, rarer))
    assert targets(analyses, high) <= targets(analyses, low)
