"""Fakes of the ports that analysis stands on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.calls.text import sentences
from arf.inference.ports import Progress
from arf.tasks.detection import Subject
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import Call, Turn


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


class ScriptedEngine:
    """Answers each prompt with the reply whose key stands in its last message, else with `otherwise`."""

    model = "scripted"

    def __init__(self, replies: dict[str, str], otherwise: str = '{"findings": []}') -> None:
        self._replies, self._otherwise = replies, otherwise
        self.prompts: list[Prompt] = []

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        self.prompts += prompts
        return [Completion(self._reply(p), 1, 1, 0.0, "stop") for p in prompts]

    def _reply(self, prompt: Prompt) -> str:
        asked = prompt.messages[-1].content
        return next((reply for key, reply in self._replies.items() if key in asked), self._otherwise)
