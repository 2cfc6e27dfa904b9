"""What the editor needs of others: somebody who analyses a summary, and somebody who finds a call."""

from __future__ import annotations

from typing import Protocol

from arf.v1.finding_pb2 import Analysis
from arf.v1.transcript_pb2 import Call


class Analyzer(Protocol):
    """Finds the errors of a summary: the analysis service, or the same code in this process."""

    def analyze(self, call: Call, summary: str) -> Analysis:
        """All findings on the summary. Raises Unavailable if the analyser does not answer."""


class Calls(Protocol):
    """Finds calls by what their records are filed under: arf.calls.call_log.CallLog is one."""

    def newest(self, key: str) -> Call | None:
        """The newest call of a key, `tenant/call_id`; None if there is none. Raises Forgotten, Unavailable."""
