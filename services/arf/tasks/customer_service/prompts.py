"""The prompts of teacher and student, always with a system message, since chat templates add one otherwise."""

from __future__ import annotations

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.inference.profile import ModelProfile
from arf.tasks.base import Bounds
from arf.tasks.customer_service.transcript import transcript
from arf.v1.transcript_pb2 import Call

TEACHER_VERSION = "customer_service/teacher@2"
SMALL_TEACHER_VERSION = "customer_service/teacher_small@2"
STUDENT_VERSION = "customer_service/student@2"

BEGINNING = "The customer contacted support because"
"""The prefill for a small teacher or editor, which otherwise replays the dialogue."""

_TEACHER_SYSTEM = "You summarize customer service calls."
_TEACHER_QUESTION = "Why did the customer contact support, and what did the agent do? Answer in two short sentences."
_STUDENT_SYSTEM = "Summarize the call."
_STUDENT_SUFFIX = "Summary:"


def decoding(bounds: Bounds, profile: ModelProfile) -> Decoding:
    """Greedy decoding; a small model's reply stops at the end of its line, or it would ramble on."""
    limit = round(bounds.max_words * profile.reply_tokens_a_word)
    return Decoding(max_new_tokens=limit, stop=("\n",) if profile.small else ())


def teacher_prompt(call: Call, bounds: Bounds, profile: ModelProfile) -> Prompt:
    """The transcript followed by the question; with a prefill for a small model."""
    prefill = BEGINNING if profile.small else ""
    room = profile.room(decoding(bounds, profile).max_new_tokens, _TEACHER_SYSTEM, _TEACHER_QUESTION, prefill)
    text = transcript(call, _least(room, profile.teacher_tokens), profile.count)
    return Prompt(
        messages=(ChatMessage("system", _TEACHER_SYSTEM), ChatMessage("user", f"{text}\n\n{_TEACHER_QUESTION}")),
        version=SMALL_TEACHER_VERSION if profile.small else TEACHER_VERSION,
        prefill=prefill,
    )


def student_prompt(call: Call, bounds: Bounds, profile: ModelProfile) -> Prompt:
    """One template for training, batch and live: as few tokens as possible, growing only at its end."""
    room = profile.room(decoding(bounds, profile).max_new_tokens, _STUDENT_SYSTEM, _STUDENT_SUFFIX)
    text = transcript(call, _least(room, profile.student_tokens), profile.count)
    return Prompt(
        messages=(ChatMessage("system", _STUDENT_SYSTEM), ChatMessage("user", f"{text}\n{_STUDENT_SUFFIX}")),
        version=STUDENT_VERSION,
    )


def _least(room: int, wanted: int | None) -> int:
    return room if wanted is None else min(room, wanted)
