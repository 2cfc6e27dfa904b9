"""Fakes of the ports that analysis stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from arf.analysis.analyzer import Analyzer
from arf.analysis.judge import Judge
from arf.calls.prompt import Completion
from arf.calls.text import sentences
from arf.inference.port import Request
from arf.tasks.detection import Detector, Subject
from arf.tasks.registry import load
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.fake_model import FakeModel


def make_call(*texts: str, call_id: str = "c1", language: str = "en") -> Call:
    """A call of the given turns, customer first, in turn."""
    speakers = ("customer", "agent")
    turns = [Turn(turn_id=str(i), speaker=speakers[i % 2], text=text) for i, text in enumerate(texts)]
    return Call(id=call_id, tenant="t", channel="phone", language=language, turns=turns)


class WordDetector:
    """Finds every occurrence of a word."""

    def __init__(self, name: str, word: str, kind: ErrorType, confidence: float = 0.9, languages: tuple[str, ...] = ()):
        self.id = f"{name}@1"
        self.types = frozenset({kind})
        self.languages = frozenset(languages)
        self._word, self._kind, self._confidence = word, kind, confidence

    def detect(self, subject: Subject) -> list[Finding]:
        found = []
        for s in sentences(subject.summary):
            at = s.text.find(self._word)
            if at >= 0:
                start = s.start + at
                found.append(
                    Finding(
                        type=self._kind,
                        sentence=s.index,
                        start=start,
                        end=start + len(self._word),
                        confidence=self._confidence,
                        explanation=f"{self._word} is wrong.",
                    )
                )
        return found


def make_analyzer(*detectors: Detector, judge: Judge | None = None, **rest: Any) -> Analyzer:
    """An analyser of the given detectors, with the severities of the customer-service task."""
    return Analyzer(detectors, load("customer_service").severity, judge, **rest)


def replying(reply: str | Mapping[str, str], name: str = "fake", script: Sequence[Any] = ()) -> FakeModel:
    """A model whose whole reply it is, however the prompt wants it begun: one, or by what the last message holds."""

    def answer(asked: Request) -> Completion:
        if isinstance(reply, str):
            text = reply
        else:
            said = asked.prompt.messages[-1].content
            text = next((text for key, text in reply.items() if key in said), '{"findings": []}')
        return Completion(text, 10, 5, 0.5, "stop")

    return FakeModel(answer, name=name, script=script)
