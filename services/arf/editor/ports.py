"""What the editor needs of others: an analyser, the error types to mend, and the calls of the log."""

from __future__ import annotations

from typing import Protocol

from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.transcript_pb2 import Call


class Analyzer(Protocol):
    """Finds the errors of a summary: the analysis service, or the same code in this process."""

    async def analyze(self, call: Call, summary: str) -> Analysis:
        """All findings on the summary. Raises Unavailable if the analyser does not answer."""


class Targets(Protocol):
    """Says which error types are worth mending."""

    async def of(self, tenant: str) -> frozenset[ErrorType]:
        """The error types to mend in a tenant's summaries. Raises Unavailable if that cannot be found out."""


class Calls(Protocol):
    """Finds calls by what their records are filed under: arf.calls.call_log.CallLog is one."""

    def newest(self, key: str) -> Call | None:
        """The newest call of a key, `tenant/call_id`; None if there is none. Raises Forgotten, Unavailable."""
