"""A service's analyzer gives the same analyses, to any number of threads, and counts them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from arf.analysis.analyzer import Analyzer
from arf.analysis.measured import MeasuredAnalyzer
from arf.corpus.generator import generate
from arf.kit.metrics import Metrics
from arf.tasks.registry import load
from arf.v1.finding_pb2 import ErrorType
from tests.unit.analysis.fakes import WordDetector, make_call


def test_summaries_and_findings_are_counted() -> None:
    metrics = Metrics("analysis")
    analyzer = MeasuredAnalyzer(metrics, [WordDetector("d", "drone", ErrorType.ERROR_TYPE_FABRICATION)])
    for text in ("A drone came. A drone left.", "It came.", "A drone."):
        analyzer.analyze(make_call("where is it"), text)
    value = metrics.registry.get_sample_value

    assert value("arf_analysis_summaries_total", {"outcome": "flagged"}) == 2
    assert value("arf_analysis_summaries_total", {"outcome": "clean"}) == 1
    assert value("arf_analysis_findings_total", {"kind": "fabrication"}) == 3


def test_many_threads_get_what_one_would() -> None:
    calls = list(generate(12, 3))
    pairs = [(call, calls[n - 1].gold.summary) for n, call in enumerate(calls)]
    detectors = load("customer_service").detectors()
    expected = [Analyzer(detectors).analyze(call, text) for call, text in pairs]
    shared = MeasuredAnalyzer(Metrics("analysis"), detectors)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda pair: shared.analyze(*pair), pairs * 3))

    assert found == expected * 3
