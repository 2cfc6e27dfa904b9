"""What teacher, student and editor are asked."""

from __future__ import annotations

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.v1.transcript_pb2 import Call


def teacher_prompt(call: Call) -> Prompt:
    """The whole meeting and a question."""
    return _prompt("teacher", f"{_minutes(call)}\nWho plans to do what?")


def student_prompt(call: Call) -> Prompt:
    """The whole meeting and one word."""
    return _prompt("student", f"{_minutes(call)}\nPlans:")


def edit_prompts(call: Call, summary: str, n: int) -> list[tuple[Prompt, Decoding]]:
    """The meeting and the draft, greedily and then sampled."""
    prompt = _prompt("edit", f"{_minutes(call)}\nDraft: {summary}\nCorrect the draft.")
    return [(prompt, Decoding(24, temperature=0.7 if i else 0.0, seed=i, stop=("\n",))) for i in range(n)]


def _minutes(call: Call) -> str:
    return "\n".join(f"{turn.speaker}: {turn.text}" for turn in call.turns)


def _prompt(name: str, content: str) -> Prompt:
    return Prompt((ChatMessage("system", "You list plans."), ChatMessage("user", content)), f"toy_task/{name}@1")
