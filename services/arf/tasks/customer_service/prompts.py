"""What teacher and student are asked, with a system message always, since chat templates add one else."""

from __future__ import annotations

from arf.calls.prompt import Message, Prompt
from arf.tasks.customer_service.transcript import transcript
from arf.v1.transcript_pb2 import Call

TEACHER_VERSION = "customer_service/teacher@1"
STUDENT_VERSION = "customer_service/student@1"

TEACHER_WORDS = 1_400
STUDENT_WORDS = 420

OPENING = "The customer contacted support because"
"""How the teacher's and the editor's reply is begun for them: a small model left alone replays the dialogue."""

_TEACHER_SYSTEM = "You summarize customer service calls."
_TEACHER_QUESTION = "Why did the customer contact support, and what did the agent do? Answer in two short sentences."
_STUDENT_SYSTEM = "Summarize the call."
_STUDENT_SUFFIX = "Summary:"


def teacher_prompt(call: Call, budget: int = TEACHER_WORDS) -> Prompt:
    """The question after the transcript, the reply begun."""
    return Prompt(
        messages=(
            Message("system", _TEACHER_SYSTEM),
            Message("user", f"{transcript(call, budget)}\n\n{_TEACHER_QUESTION}"),
        ),
        version=TEACHER_VERSION,
        prefill=OPENING,
    )


def student_prompt(call: Call, budget: int = STUDENT_WORDS) -> Prompt:
    """The one template of training, batch and live: as few tokens as will do, growing at its end."""
    return Prompt(
        messages=(
            Message("system", _STUDENT_SYSTEM),
            Message("user", f"{transcript(call, budget)}\n{_STUDENT_SUFFIX}"),
        ),
        version=STUDENT_VERSION,
    )
