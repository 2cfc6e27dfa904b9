"""The LLM judge: one question per error type to any model; only answers with evidence count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arf.analysis.judge_prompts import finding_prompt
from arf.analysis.replies import first_object
from arf.calls.prompt import Decoding
from arf.calls.records import short_name
from arf.calls.text import normalise
from arf.inference.port import Model, ModelFailed, Request, profile_of
from arf.tasks.base import JudgeQuestions
from arf.tasks.detection import Subject
from arf.v1.finding_pb2 import ErrorType, Finding

_DECODING = Decoding(max_new_tokens=400)
_CONFIDENCE = 0.6


@dataclass(frozen=True)
class Opinion:
    """What a judge finds; `refused` says which questions its model refused, empty if none."""

    findings: list[Finding]
    refused: str = ""


class Judge:
    """A detector that asks a language model, in any language that the model reads.

    A finding whose quote is not in the summary or whose turns do not exist is dropped; `dropped` counts them by reason:
    no_json, no_span, no_turn.
    """

    languages: frozenset[str] = frozenset()

    def __init__(self, model: Model, questions: JudgeQuestions) -> None:
        self._model = model
        self._questions = questions
        self._types = sorted(questions.by_type)
        self.dropped: Counter[str] = Counter()

    @property
    def id(self) -> str:
        """judge:MODEL@1"""
        return f"judge:{self._model.name}@1"

    @property
    def types(self) -> frozenset[ErrorType]:
        """The error types that it is asked about."""
        return frozenset(self._types)

    async def ready(self) -> None:
        """Resolves the model's name. Raises Unavailable if the model does not answer."""
        await profile_of(self._model)

    async def detect(self, subject: Subject) -> Opinion:
        """The model's findings that quote the summary and name real turns. Raises Unavailable if it does not answer."""
        replies = await self._model.complete_all(
            [
                Request(finding_prompt(kind, subject.call, subject.summary, self._questions), _DECODING)
                for kind in self._types
            ]
        )
        findings, refused = [], []
        for kind, reply in zip(self._types, replies, strict=True):
            if isinstance(reply, ModelFailed):
                refused.append(short_name(ErrorType.DESCRIPTOR, kind))
                continue
            findings += [f for raw in self._items(reply.text) if (f := self._finding(kind, raw, subject)) is not None]
        return Opinion(findings, f"its model refused to answer on {', '.join(refused)}" if refused else "")

    def _items(self, reply: str) -> list[Mapping[str, Any]]:
        answer = first_object(reply)
        items = answer.get("findings") if answer is not None else None
        if not isinstance(items, list):
            self.dropped["no_json"] += 1
            return []
        return [item for item in items if isinstance(item, dict)]

    def _finding(self, kind: ErrorType, raw: Mapping[str, Any], subject: Subject) -> Finding | None:
        known = {t.turn_id for t in subject.call.turns}
        given = raw.get("turns")
        turn_ids = [t for t in map(str, given if isinstance(given, list) else []) if t in known]
        if not turn_ids and kind not in self._questions.absent:
            self.dropped["no_turn"] += 1
            return None
        finding = Finding(
            type=kind,
            turn_ids=turn_ids,
            explanation=_text(raw.get("explanation")),
            suggested_fix=_text(raw.get("fix")),
            confidence=_CONFIDENCE,
        )
        if kind == ErrorType.ERROR_TYPE_OMISSION:
            finding.sentence = -1
            return finding
        place = _place(_text(raw.get("quote")), subject)
        if place is None:
            self.dropped["no_span"] += 1
            return None
        finding.sentence, finding.start, finding.end = place
        return finding


def _text(raw: object) -> str:
    return raw.strip() if isinstance(raw, str) else ""


def _place(quote: str, subject: Subject) -> tuple[int, int, int] | None:
    """Sentence, start and end of a quote in the summary, ignoring case and typography; None if it is not there."""
    # lower() can change the length of non-ASCII text, and so shift all positions after it.
    summary, wanted = _fold(subject.summary), _fold(quote.strip("\"' "))
    start = summary.find(wanted) if wanted else -1
    if start < 0:
        return None
    return _sentence_at(start, subject), start, start + len(wanted)


def _fold(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in normalise(text))


def _sentence_at(position: int, subject: Subject) -> int:
    return max((s.index for s in subject.sentences if s.start <= position), default=0)
