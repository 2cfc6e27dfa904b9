"""The terminal says the same as the page."""

from __future__ import annotations

import io

from rich.console import Console

from arf.loop.report.terminal import print_report
from tests.helpers.reports import report


def _printed(width: int = 160, **rates: float) -> str:
    out = io.StringIO()
    print_report(report(rates), Console(file=out, width=width))
    return out.getvalue()


def test_terminal_shows_the_verdict_and_all_four_systems() -> None:
    text = _printed()

    assert "The student makes fewer mistakes than its teacher." in text
    for name in ("Teacher", "Plain distillation", "ARF student", "Rules alone", "Peak memory: 3.8 GiB"):
        assert name in text


def test_terminal_tells_a_bad_result_plainly() -> None:
    assert "The student makes more mistakes than its teacher." in _printed(teacher=0.9)


def test_terminal_says_why_the_detectors_are_apart() -> None:
    assert "no evidence" in _printed()


def test_terminal_loses_no_number_when_the_window_is_narrow() -> None:
    assert "+46" in _printed(width=70)
