"""A service's editor gives the same revisions, and counts them."""

from __future__ import annotations

from arf.editor.measured import MeasuredEditor
from arf.editor.revise import Editor
from arf.kit.metrics import Metrics
from tests.unit.analysis.fakes import make_call
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer


def test_revisions_and_candidates_are_counted() -> None:
    metrics = Metrics("editor")
    task, analyzer = FakeTask("It is right."), MarkAnalyzer()
    items = []
    for number, text in enumerate(("It is WRONG.", "All is well.", "WRONG. It stays. So does this. And this.")):
        call = make_call("hello", call_id=f"c{number}")
        items.append((call, text, analyzer.analyze(call, text)))
    revisions = MeasuredEditor(metrics, task, analyzer, None).revise_batch(items)
    value = metrics.registry.get_sample_value

    assert revisions == Editor(task, analyzer, None).revise_batch(items)
    for outcome in ("accepted", "not_needed", "needs_review"):
        assert value("arf_editor_revisions_total", {"outcome": outcome}) == 1
    for outcome in ("passed", "failed"):
        assert value("arf_editor_candidates_total", {"kind": "repair", "outcome": outcome}) == 1
