"""How severe an error of a customer-service summary is, whoever found it."""

from __future__ import annotations

from arf.tasks.customer_service.errors import ERRORS
from arf.tasks.customer_service.tagging.values import find_values
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import Finding, Severity

# A phone number is an id: a spoken one cannot be told from an order's. A percentage is an amount.
_CRITICAL_VALUES = frozenset({"money", "percent", "id", "phone", "date"})


def severity(finding: Finding, summary: str) -> Severity:
    """The severity of a finding on a summary, by its type and the words that it is about, unless it has one."""
    if finding.severity != f.SEVERITY_UNSPECIFIED:
        return finding.severity
    if finding.type == f.ERROR_TYPE_WRONG_DETAIL and any(
        v.kind in _CRITICAL_VALUES and v.start < finding.end and finding.start < v.end for v in find_values(summary)
    ):
        return f.SEVERITY_CRITICAL
    return ERRORS[finding.type].severity
