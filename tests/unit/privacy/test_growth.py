"""Whatever a caller writes, the work grows no faster than the text: nobody's turn may hold a service for seconds.

What is bounded is the growth, not the time: four times the text may take at most eight times as long.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable

import pytest

import arf.privacy
from arf.privacy.masking.calls import mask_call, mask_text
from arf.privacy.redaction.placeholders import KINDS, Placeholders
from arf.privacy.redaction.redactor import redact
from arf.v1.transcript_pb2 import Call, Role, Turn

LONG, LONG_FOR_ONE_PATTERN = 20_000, 4_000
FLOOR = 0.05
"""Seconds below which growth is not looked at: what takes so little at full length cannot hurt."""
UNITS = [" ", "1", "a", "1 ", "1/1/", "1.", "a-", "a@", "<", "::", "one ", "x at y dot ", "Xo Yo ", "12 oak ", "PHONE "]
FEW = ["1/1/", "a-", "one ", "hundred ", "cvv 1234 ", "4111 then ", "Xo Yo ", "x at y dot ", "PHONE "]


def _patterns() -> dict[str, re.Pattern[str]]:
    names = [m.name for m in pkgutil.walk_packages(arf.privacy.__path__, "arf.privacy.")]
    modules = [importlib.import_module(name) for name in names]
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    }


def _seconds(act: Callable[[str], object], text: str) -> float:
    start = time.thread_time()
    act(text)
    return time.thread_time() - start


def _grows_too_fast(act: Callable[[str], object], unit: str, length: int, end: str = "") -> str | None:
    """What to say of an act whose time grows faster than the text of repeated units; None if it does not."""
    long, short = ((unit * size)[: size - len(end)] + end for size in (length, length // 4))
    slow = _seconds(act, long)
    if slow < FLOOR:
        return None
    quick = min(_seconds(act, short) for _ in range(2))
    slow = slow if slow <= 8 * quick else _seconds(act, long)
    return f"{unit!r} {end!r}: {quick:.3f} s, then {slow:.3f} s" if slow > max(FLOOR, 8 * quick) else None


@pytest.mark.parametrize("pattern", _patterns().values(), ids=_patterns().keys())
def test_a_pattern_stays_linear_when_a_text_grows(pattern: re.Pattern[str]) -> None:
    def act(text: str) -> int:
        return sum(1 for _ in pattern.finditer(text))

    slow = [_grows_too_fast(act, unit, LONG_FOR_ONE_PATTERN, "\x00!") for unit in UNITS]
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
    assert _grows_too_fast(act, unit, LONG) is None
