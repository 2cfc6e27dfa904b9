"""The analyses of a service are counted; any number of them at a time, in threads, are what one at a time would be."""

from __future__ import annotations

import asyncio

import pytest

from arf.analysis.measured import AnalysisCounts
from arf.analysis.wiring import wire_analyzer
from arf.corpus.generator import generate
from arf.kit.metrics import Metrics
from arf.kit.threads import Threads
from arf.tasks.registry import load
from arf.v1.finding_pb2 import ErrorType
from tests.unit.analysis.fakes import WordDetector, make_analyzer, make_call

pytestmark = pytest.mark.anyio


async def test_summaries_and_findings_are_counted() -> None:
    metrics = Metrics("analysis")
    detector = WordDetector("d", "drone", ErrorType.ERROR_TYPE_FABRICATION)
    analyzer = make_analyzer(detector, observe=AnalysisCounts(metrics).observe)
    for text in ("A drone came. A drone left.", "It came.", "A drone."):
        await analyzer.analyze(make_call("where is it"), text)
    value = metrics.registry.get_sample_value

    assert value("arf_analysis_summaries_total", {"outcome": "flagged"}) == 2
    assert value("arf_analysis_summaries_total", {"outcome": "clean"}) == 1
    assert value("arf_analysis_findings_total", {"kind": "fabrication"}) == 3


async def test_many_threads_make_what_one_would() -> None:
    calls = list(generate(12, 3))
    pairs = [(call, calls[n - 1].gold.summary) for n, call in enumerate(calls)]
    alone = wire_analyzer(load("customer_service"))
    expected = [await alone.analyze(*pair) for pair in pairs]
    threads = Threads(6, "analysis")
    shared = wire_analyzer(load("customer_service"), runner=threads)
    found = await asyncio.gather(*(shared.analyze(*pair) for pair in pairs * 3))
    await threads.close()

    assert found == expected * 3
