"""Calls and summaries to try the detectors of form, links and omissions on."""

from __future__ import annotations

from arf.tasks.detection import Detector, Subject
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import Finding
from arf.v1.transcript_pb2 import Call, Turn

_ROLES = {"customer": t.ROLE_CUSTOMER, "agent": t.ROLE_AGENT, "bot": t.ROLE_BOT}


def call_of(*turns: str) -> Call:
    """A call of turns written as "customer: text"; a speaker without a role keeps a name."""
    split = [turn.split(": ", 1) for turn in turns]
    made = [
        Turn(turn_id=str(i), speaker=speaker, role=_ROLES.get(speaker, t.ROLE_UNSPECIFIED), text=text)
        for i, (speaker, text) in enumerate(split)
    ]
    return Call(id="c1", tenant="t", channel="agent_chat", language="en", turns=made)


def spans(detector: Detector, call: Call, summary: str) -> list[str]:
    """The words of the summary that a detector marks, in its order; empty text for the whole summary."""
    return [summary[f.start : f.end] for f in found(detector, call, summary)]


def found(detector: Detector, call: Call, summary: str) -> list[Finding]:
    """The findings of a detector, each checked to have a type that it claims to see and a real place and turn."""
    findings = detector.detect(Subject(call, summary))
    turn_ids = {turn.turn_id for turn in call.turns}
    for finding in findings:
        assert finding.type in detector.types
        assert 0 <= finding.start <= finding.end <= len(summary)
        assert set(finding.turn_ids) <= turn_ids
        assert finding.explanation
        assert finding.suggested_fix
        assert 0 < finding.confidence <= 1
    return findings
