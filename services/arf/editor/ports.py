"""The editor's ports: an analyzer, the error types to correct, and the calls in the log."""

from __future__ import annotations

from typing import Protocol

from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.transcript_pb2 import Call


class Analyzer(Protocol):
    """Finds the errors of a summary: the analysis service, or the same code in this process."""

    async def analyze(self, call: Call, summary: str) -> Analysis:
        """All findings on the summary. Raises Unavailable if the analyzer does not answer."""


class Targets(Protocol):
    """Decides which error types to correct."""

    async def of(self, tenant: str) -> frozenset[ErrorType]:
        """The error types to correct in a tenant's summaries. Raises Unavailable if they cannot be determined."""


class Calls(Protocol):
    """Finds calls by record key; arf.calls.call_log.CallLog implements it."""

    def newest(self, key: str) -> Call | None:
        """The newest call under a key, `tenant/call_id`, or None. Raises Forgotten, Unavailable."""
