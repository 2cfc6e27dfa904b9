"""The LLM judge's prompts, in the task's own words: one question per error type, and an overall rating."""

from __future__ import annotations

from arf.calls.prompt import ChatMessage, Prompt
from arf.tasks.base import JudgeQuestions
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call

_SHAPE = (
    '{"findings": [{"quote": "the wrong words, copied from the summary", "turns": ["ids of the turns that show it"], '
    '"explanation": "why it is wrong, in one sentence", "fix": "what would mend it, in one sentence"}]}'
)


def finding_prompt(kind: ErrorType, call: Call, summary: str, questions: JudgeQuestions) -> Prompt:
    """The prompt that asks for findings of one error type."""
    question = f"{questions.by_type[kind]}\nAnswer in this form, with an empty list if there is none:\n{_SHAPE}"
    return _prompt(call, summary, questions.rules, question, "analysis/judge@1", '{"findings": [')


def rating_prompt(call: Call, summary: str, questions: JudgeQuestions) -> Prompt:
    """The prompt that asks for an overall rating."""
    question = (
        f"How good is the summary: true to the transcript, complete in what matters ({questions.complete}), and "
        "brief? 1 is useless or misleading, 5 could not be better.\n"
        'Answer in this form:\n{"rating": 1}'
    )
    return _prompt(call, summary, questions.rules, question, "analysis/rating@1", '{"rating":')


def _prompt(call: Call, summary: str, rules: str, question: str, version: str, prefill: str) -> Prompt:
    turns = "\n".join(f"[{t.turn_id}] {t.speaker}: {t.text}" for t in call.turns)
    request = f"<transcript>\n{turns}\n</transcript>\n<summary>\n{summary}\n</summary>\n\n{question}"
    return Prompt((ChatMessage("system", rules), ChatMessage("user", request)), version, prefill)
