"""Whatever a caller writes, tagging, detectors and repair take no longer than in proportion to it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import arf.tasks
from arf.tasks.customer_service.tagging.tagger import tag
from arf.tasks.detection import Detector, Subject
from arf.tasks.registry import load
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.helpers.growth import LONG, LONG_FOR_ONE_PATTERN, grows_too_fast, patterns

UNITS = [
    *(
        " ",
        "1",
        "a",
        "A",
        "1 ",
        "a ",
        "A ",
        "I ",
        "1/1/",
        "1.",
        "1,",
        "a-",
        "a@",
        "@a ",
        "#a ",
        "::",
        ":)",
        "' ",
        "? ",
        "ab",
    ),
    *("one ", "no ", "not ", "to ", "and ", "the ", "of ", "is ", "x. ", "order "),
]
FEW = [" ", "1", "a", "1/1/", "a-", "@a ", "one ", "no ", "is it? ", "I will. ", "order 1 "]
TASK = load("customer_service")
PATTERNS = patterns(arf.tasks)
SUMMARY = "The customer contacted support because order 48213 arrived damaged. The agent refunded $35.20."


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_a_pattern_stays_linear_when_a_text_grows(pattern: re.Pattern[str]) -> None:
    def act(text: str) -> int:
        return sum(1 for _ in pattern.finditer(text))

    slow = [grows_too_fast(act, unit, LONG_FOR_ONE_PATTERN, end) for unit in UNITS for end in ("\x00!", "")]
    assert [told for told in slow if told] == []


def _call(text: str) -> Call:
    turns = [("agent", "How can I help?"), ("customer", text), ("agent", "I've refunded $35.20."), ("customer", text)]
    roles = {"agent": Role.ROLE_AGENT, "customer": Role.ROLE_CUSTOMER}
    return Call(turns=[Turn(turn_id=str(n), speaker=s, role=roles[s], text=t) for n, (s, t) in enumerate(turns)])


ACTS: dict[str, Callable[[str], object]] = {
    "tag": lambda text: tag(_call(text)),
    "repair": lambda text: TASK.repair(_call(text), SUMMARY, []),
}


@pytest.mark.parametrize("unit", FEW)
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_work_on_a_call_stays_linear_when_a_turn_grows(act: Callable[[str], object], unit: str) -> None:
    assert grows_too_fast(act, unit, LONG) is None


@pytest.mark.parametrize("unit", FEW)
@pytest.mark.parametrize("detector", TASK.detectors(), ids=lambda detector: detector.id)
def test_a_detector_stays_linear_when_a_turn_or_a_summary_grows(detector: Detector, unit: str) -> None:
    assert grows_too_fast(lambda text: detector.detect(Subject(_call(text), SUMMARY)), unit, LONG) is None
    assert grows_too_fast(lambda text: detector.detect(Subject(_call("It is late."), text)), unit, LONG) is None
