"""The revisions of a service are counted by decision, its candidates by source."""

from __future__ import annotations

import pytest

from arf.editor.measured import RevisionCounts
from arf.editor.revise import Editor, Options
from arf.editor.targets import FixedTargets
from arf.kit.metrics import Metrics
from tests.unit.analysis.fakes import make_call
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer

pytestmark = pytest.mark.anyio


async def test_revisions_and_candidates_are_counted() -> None:
    metrics = Metrics("editor")
    counts = RevisionCounts(metrics)
    editor = Editor(FakeTask("It is right."), MarkAnalyzer(), None, FixedTargets(), Options(), observe=counts.observe)
    items = []
    for number, text in enumerate(("It is WRONG.", "All is well.", "WRONG. It stays. So does this. And this.")):
        call = make_call("hello", call_id=f"c{number}")
        items.append((call, text, MarkAnalyzer().marked(call, text)))
    await editor.revise_batch(items)
    value = metrics.registry.get_sample_value

    for outcome in ("accepted", "not_needed", "needs_review"):
        assert value("arf_editor_revisions_total", {"outcome": outcome}) == 1
    for outcome in ("passed", "failed"):
        assert value("arf_editor_candidates_total", {"kind": "repair", "outcome": outcome}) == 1
