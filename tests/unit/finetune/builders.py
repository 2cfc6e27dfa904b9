"""Calls, targets and a task small enough to read, for the tests of this package."""

from __future__ import annotations

import random
from collections.abc import Sequence

from arf.calls.prompt import ChatMessage, Prompt
from arf.calls.split import CallKey
from arf.finetune.targets import Target
from arf.inference.profile import ModelProfile
from arf.v1.finding_pb2 import Finding
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.toy_task.task import ToyTask

# Words without figures: those would be taken for ids.
_SYLLABLES = ("ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su")
_WORDS = [f"{a}{b}{c}" for a in _SYLLABLES for b in _SYLLABLES for c in ("r", "lo", "nes", "tinu")]


class PlainTask(ToyTask):
    """The toy task for calls of random words: its rules count the turns."""

    def __init__(self, prefill: str = "") -> None:
        self._prefill = prefill

    def student_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        return Prompt((ChatMessage("user", "\n".join(t.text for t in call.turns)),), "plain/student@1", self._prefill)

    def write(self, call: Call) -> str | None:
        return f"So far {len(call.turns)} turns." if len(call.turns) > 1 else None

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        return self.write(call) if findings else None


def call(number: int, channel: str = "phone", turns: int = 4) -> Call:
    """A call of random words: no two are near-duplicates."""
    rng = random.Random(number)
    spoken = [Turn(turn_id=str(i), text=" ".join(rng.choices(_WORDS, k=12))) for i in range(turns)]
    return Call(id=f"c{number:03}", tenant="t", channel=channel, turns=spoken)


def calls(n: int = 20, channels: Sequence[str] = ("phone", "email")) -> list[Call]:
    """Calls that take turns among the channels."""
    return [call(i, channels[i % len(channels)]) for i in range(n)]


def targets(of: Sequence[Call]) -> dict[CallKey, Target]:
    """A summary for each call."""
    return {(c.tenant, c.id): Target(f"The customer of {c.id} wrote. It was settled.") for c in of}
