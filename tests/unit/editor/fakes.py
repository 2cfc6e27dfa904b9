"""Fakes of the editor's ports: an analyser that flags marked words, a model that says what it is told, a task."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.calls.text import sentences
from arf.editor.ports import Analyzer
from arf.editor.revise import Editor, Options
from arf.editor.targets import ALL_TYPES, FixedTargets
from arf.inference.port import Model
from arf.inference.profile import ModelProfile
from arf.tasks.base import Bounds, Task
from arf.tasks.detection import Detector, SupportChecker
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding, Severity
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_model import FakeModel
from tests.helpers.toy_task.task import ToyTask

WRONG = ("WRONG", ErrorType.ERROR_TYPE_WRONG_DETAIL, Severity.SEVERITY_CRITICAL)
MADE_UP = ("MADE_UP", ErrorType.ERROR_TYPE_FABRICATION, Severity.SEVERITY_CRITICAL)
GUESS = ("GUESS", ErrorType.ERROR_TYPE_UNSUPPORTED_INFERENCE, Severity.SEVERITY_MINOR)


class MarkAnalyzer:
    """Flags each word that begins with a mark; with `needs`, also an omission where that word is absent."""

    def __init__(self, needs: str = "") -> None:
        self.needs = needs
        self.seen: list[str] = []

    async def analyze(self, call: Call, summary: str) -> Analysis:
        self.seen.append(summary)
        return self.marked(call, summary)

    def marked(self, call: Call, summary: str) -> Analysis:
        """What it finds."""
        found = sentences(summary)
        analysis = Analysis(call_id=call.id, tenant=call.tenant, summary=summary, sentences=len(found))
        for sentence in found:
            for mark, kind, severity in (WRONG, MADE_UP, GUESS):
                at = sentence.text.find(mark)
                if at >= 0:
                    start = sentence.start + at
                    end = start + len(sentence.text[at:].split()[0].rstrip("."))
                    analysis.findings.add(
                        type=kind, severity=severity, sentence=sentence.index, start=start, end=end, explanation=mark
                    )
        if self.needs and self.needs not in summary:
            analysis.findings.add(
                type=ErrorType.ERROR_TYPE_OMISSION,
                severity=Severity.SEVERITY_MAJOR,
                sentence=-1,
                explanation=f"{self.needs} is missing",
            )
        return analysis


def scripted(answer: Callable[[str, int], str]) -> FakeModel:
    """A model that answers by a function of the last message and the decoding's seed."""
    return FakeModel(lambda asked: answer(asked.prompt.messages[-1].content, asked.decoding.seed), name="script")


def make_editor(
    task: Task,
    analyzer: Analyzer | None = None,
    model: Model | None = None,
    *,
    targets: Iterable[ErrorType] = ALL_TYPES,
    **options: Any,
) -> Editor:
    """An editor that shows its model everything as it is, unless the options say otherwise."""
    chosen = Options(**({"redaction": False} | options))
    return Editor(task, analyzer or MarkAnalyzer(), model, FixedTargets(targets), chosen)


class FakeTask(ToyTask):
    """A task whose repair is a fixed text and whose edit prompts hold the summary alone."""

    bounds = Bounds(1, 60, 12)
    repair_version = "fake/repair@1"

    def __init__(self, repaired: str | None = None) -> None:
        self.repaired = repaired

    def detectors(self, support: SupportChecker | None = None) -> list[Detector]:
        return []

    def edit_prompts(
        self, call: Call, summary: str, findings: Sequence[Finding], n: int, profile: ModelProfile
    ) -> list[tuple[Prompt, Decoding]]:
        prompt = Prompt((ChatMessage("user", summary),), "fake/edit@1")
        return [(prompt, Decoding(max_new_tokens=8, seed=i)) for i in range(n)]

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        return self.repaired if findings else None
