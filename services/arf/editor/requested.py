"""Validates a revision request beyond its proto rules: findings must lie within their summary and call."""

from __future__ import annotations

from collections.abc import Iterator

from arf.calls.requested_call import requested_call
from arf.calls.text import sentences
from arf.editor.revise import AnalysedSummary
from arf.kit.errors import InvalidRequest
from arf.v1.editor_service_pb2 import ReviseRequest
from arf.v1.finding_pb2 import Analysis
from arf.v1.transcript_pb2 import Call


def requested_item(request: ReviseRequest) -> AnalysedSummary:
    """The editor's input from a request. Raises InvalidRequest naming the field."""
    call = requested_call(request.call)
    violations = list(_violations(call, request.analysis))
    if violations:
        raise InvalidRequest(violations)
    return call, request.analysis.summary, request.analysis


def _violations(call: Call, analysis: Analysis) -> Iterator[tuple[str, str]]:
    turns = {turn.turn_id for turn in call.turns}
    count = len(sentences(analysis.summary))
    if not analysis.summary.strip():
        yield "analysis.summary", "is blank"
    for index, finding in enumerate(analysis.findings):
        place = f"analysis.findings[{index}]"
        if finding.sentence >= count:
            yield f"{place}.sentence", f"the summary has {count} sentences, counted from 0"
        if not finding.start <= finding.end <= len(analysis.summary):
            yield f"{place}.end", "the span does not lie in the summary"
        for strange in [turn_id for turn_id in finding.turn_ids if turn_id not in turns]:
            yield f"{place}.turn_ids", f"{strange} is no turn of the call"
