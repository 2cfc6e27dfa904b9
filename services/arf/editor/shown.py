"""What the editor's model sees: the call, the draft summary and its findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from arf.summarising.shown import show_with
from arf.v1.finding_pb2 import Finding
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class Shown:
    """The parts of a prompt, and the placeholders by which a reply is restored."""

    call: Call
    summary: str
    findings: Sequence[Finding]
    restore: Callable[[str], str]


def shown(call: Call, summary: str, findings: Sequence[Finding]) -> Shown:
    """The parts without redaction."""
    return Shown(call, summary, findings, lambda reply: reply)


def shown_redacted(call: Call, summary: str, findings: Sequence[Finding]) -> Shown:
    """The parts with personal data redacted; each value has one placeholder throughout.

    Findings lose their spans, which refer to the original summary.
    """
    told = [text for finding in findings for text in (finding.explanation, finding.suggested_fix)]
    seen, (draft, *told) = show_with(call, [summary, *told])
    texts, safe = iter(told), []
    for finding in findings:
        copy = Finding()
        copy.CopyFrom(finding)
        copy.ClearField("start")
        copy.ClearField("end")
        copy.explanation, copy.suggested_fix = next(texts), next(texts)
        safe.append(copy)
    return Shown(seen.call, draft, safe, seen.placeholders.restore)
