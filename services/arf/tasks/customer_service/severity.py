"""The severity of an error in a customer-service summary, whoever found it."""

from __future__ import annotations

from arf.tasks.customer_service.errors import ERRORS
from arf.tasks.customer_service.tagging.values import find_values
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import Finding, Severity

# A phone number counts as an id: spoken, it looks like an order number. A percentage counts as an amount.
_CRITICAL_VALUES = frozenset({"money", "percent", "id", "phone", "date"})


def severity(finding: Finding, summary: str) -> Severity:
    """A finding's severity by its type and words, unless it already has one."""
    if finding.severity != f.SEVERITY_UNSPECIFIED:
        return finding.severity
    if finding.type == f.ERROR_TYPE_WRONG_DETAIL and any(
        v.kind in _CRITICAL_VALUES and v.start < finding.end and finding.start < v.end for v in find_values(summary)
    ):
        return f.SEVERITY_CRITICAL
    return ERRORS[finding.type].severity
