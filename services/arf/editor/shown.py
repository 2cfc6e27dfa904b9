"""What the editor's model is shown of a summary to mend: the call, the draft and its findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from arf.privacy.redaction.redactor import redact
from arf.v1.finding_pb2 import Finding
from arf.v1.transcript_pb2 import Call, Role


@dataclass(frozen=True)
class Shown:
    """The parts of a prompt, and what takes the placeholders in a reply to it back to what they stand for."""

    call: Call
    summary: str
    findings: Sequence[Finding]
    restore: Callable[[str], str]


def shown(call: Call, summary: str, findings: Sequence[Finding]) -> Shown:
    """Everything as it is."""
    return Shown(call, summary, findings, lambda reply: reply)


def shown_redacted(call: Call, summary: str, findings: Sequence[Finding]) -> Shown:
    """Everything without personal data, a value under the same placeholder throughout.

    Findings lose their spans, which are of the summary as it was.
    """
    joined = Call(turns=call.turns)
    for text in [summary, *(text for finding in findings for text in (finding.explanation, finding.suggested_fix))]:
        joined.turns.add(role=Role.ROLE_AGENT, text=text)
    redacted = redact(joined)
    texts = iter(turn.text for turn in redacted.call.turns[len(call.turns) :])
    said = Call(id=call.id, tenant=call.tenant, channel=call.channel, language=call.language)
    said.turns.extend(redacted.call.turns[: len(call.turns)])
    draft, safe = next(texts), []
    for finding in findings:
        copy = Finding()
        copy.CopyFrom(finding)
        copy.ClearField("start")
        copy.ClearField("end")
        copy.explanation, copy.suggested_fix = next(texts), next(texts)
        safe.append(copy)
    return Shown(said, draft, safe, redacted.placeholders.restore)
