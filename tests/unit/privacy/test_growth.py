"""Whatever a caller writes, the work grows no faster than the text: nobody's turn may hold a service for seconds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import arf.privacy
from arf.privacy.masking.calls import mask_call, mask_text
from arf.privacy.redaction.placeholders import KINDS, Placeholders
from arf.privacy.redaction.redactor import redact
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.helpers.growth import LONG, LONG_FOR_ONE_PATTERN, grows_too_fast, patterns

PATTERNS = patterns(arf.privacy)
UNITS = [" ", "1", "a", "1 ", "1/1/", "1.", "a-", "a@", "<", "::", "one ", "x at y dot ", "Xo Yo ", "12 oak ", "PHONE "]
FEW = ["1/1/", "a-", "one ", "hundred ", "cvv 1234 ", "4111 then ", "Xo Yo ", "x at y dot ", "PHONE "]


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_a_pattern_stays_linear_when_a_text_grows(pattern: re.Pattern[str]) -> None:
    def act(text: str) -> int:
        return sum(1 for _ in pattern.finditer(text))

    slow = [grows_too_fast(act, unit, LONG_FOR_ONE_PATTERN, "\x00!") for unit in UNITS]
    assert [told for told in slow if told] == []


def _restored(text: str) -> None:
    placeholders = Placeholders(text)
    for kind in KINDS:
        placeholders.put(kind, "v", "value")
    placeholders.restore(text)
    stream = placeholders.stream()
    for at in range(0, len(text), 7):
        stream.feed(text[at : at + 7])
    stream.finish()


def _redacted(text: str) -> None:
    redact(Call(turns=[Turn(text=text, speaker="customer", role=Role.ROLE_CUSTOMER)]))


def _turns(text: str) -> Call:
    pieces = [text[at : at + 20] for at in range(0, len(text), 20)]
    return Call(turns=[Turn(text=piece, speaker=("agent", "customer")[n % 2]) for n, piece in enumerate(pieces)])


@pytest.mark.parametrize("unit", FEW)
@pytest.mark.parametrize(
    "act",
    [mask_text, _redacted, _restored, lambda text: mask_call(_turns(text)), lambda text: redact(_turns(text))],
    ids=["mask_text", "redact", "restore", "mask_call", "redact turns"],
)
def test_work_stays_linear_when_a_text_grows(act: Callable[[str], object], unit: str) -> None:
    assert grows_too_fast(act, unit, LONG) is None
