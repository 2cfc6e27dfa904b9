"""What the editor LLM is asked: one instruction per error type, with the turns that show it.

Two ways of asking take turns. Without the draft a small model cannot copy its mistakes; with it a large one keeps what
is right. The pattern of a good summary has places instead of facts, so that no fact can leak out of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.inference.profile import ModelProfile
from arf.tasks.base import Bounds
from arf.tasks.customer_service.errors import ERRORS
from arf.tasks.customer_service.prompts import BEGINNING, decoding
from arf.tasks.customer_service.transcript import evidence, one_line, transcript
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import Call

FRESH_VERSION = "customer_service/edit_fresh@2"
DRAFT_VERSION = "customer_service/edit_draft@2"

_LONGER = 4 / 3
"""A revision may exceed a summary's limit: verification catches excess, but cut-off text is lost."""

TEMPERATURE = 0.7
TOP_P = 0.95
EVIDENCE_TURNS = 3

_SYSTEM = "You write correct summaries of customer service calls. You state only what the call says."
_PATTERN = (
    "Pattern: The customer contacted support because [reason]. "
    "The agent [what was done, promised or refused, with its amount, id and date]."
)


def edit_prompts(
    call: Call, summary: str, findings: Sequence[Finding], n: int, bounds: Bounds, profile: ModelProfile
) -> list[tuple[Prompt, Decoding]]:
    """`n` requests: both prompts with greedy decoding, then both again and again sampled with different seeds."""
    ways = (_fresh(call, findings, profile), _with_draft(call, summary, findings, profile))
    plain = decoding(bounds, profile)
    limit = round(plain.max_new_tokens * _LONGER)
    prompts = [_prompt(call, lines, version, limit, profile) for version, lines in ways[: max(0, n)]]
    return [(prompts[i % 2], _decoding(i, limit, plain.stop)) for i in range(n)]


def _decoding(index: int, limit: int, stop: tuple[str, ...]) -> Decoding:
    if index < 2:
        return Decoding(max_new_tokens=limit, stop=stop)
    return Decoding(max_new_tokens=limit, temperature=TEMPERATURE, top_p=TOP_P, seed=index, stop=stop)


def _fresh(call: Call, findings: Sequence[Finding], profile: ModelProfile) -> tuple[str, list[str]]:
    lines = ["Summarize this call in two or three short sentences."]
    for kind, group in _by_type(findings):
        lines.append(f"- {ERRORS[kind].instruction}{_quoted(call, group, profile)}")
    return FRESH_VERSION, [*lines, _PATTERN]


def _with_draft(call: Call, summary: str, findings: Sequence[Finding], profile: ModelProfile) -> tuple[str, list[str]]:
    lines = [f"Draft summary: {one_line(summary)}", "", "Mend the draft:"]
    for kind, group in _by_type(findings):
        wrong = " ".join(dict.fromkeys(f.suggested_fix or f.explanation for f in group))
        lines.append(f"- {ERRORS[kind].instruction} {one_line(wrong)}{_quoted(call, group, profile)}")
    lines.append("Keep the sentences that are right. Answer with the corrected summary alone.")
    return DRAFT_VERSION, lines


def _prompt(call: Call, lines: Sequence[str], version: str, limit: int, profile: ModelProfile) -> Prompt:
    asked, prefill = "\n".join(lines), BEGINNING if profile.small else ""
    room = profile.room(limit, _SYSTEM, asked, prefill)
    text = transcript(call, min(room, profile.editor_tokens or room), profile.count)
    messages = (ChatMessage("system", _SYSTEM), ChatMessage("user", f"{text}\n\n{asked}"))
    return Prompt(messages=messages, version=version, prefill=prefill)


def _by_type(findings: Sequence[Finding]) -> list[tuple[ErrorType, list[Finding]]]:
    """The findings by type, in the order of the enum."""
    groups: dict[ErrorType, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: f.type):
        if finding.type in ERRORS:
            groups.setdefault(finding.type, []).append(finding)
    return list(groups.items())


def _quoted(call: Call, findings: Sequence[Finding], profile: ModelProfile) -> str:
    turns = evidence(call, (i for f in findings for i in f.turn_ids), EVIDENCE_TURNS, profile.count)
    return "".join(f'\n  See "{text}"' for text in turns)
