"""How severe an error of a customer-service summary is: one table for all who find errors."""

from __future__ import annotations

from collections.abc import Mapping

from arf.tasks.customer_service.tagging.values import find_values
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding, Severity

SEVERITY: Mapping[ErrorType, Severity] = {
    f.ERROR_TYPE_ROLE_MISATTRIBUTION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_WRONG_DETAIL: f.SEVERITY_MAJOR,
    f.ERROR_TYPE_STATUS_SHIFT: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_CONTRADICTION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_FABRICATION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_UNSUPPORTED_INFERENCE: f.SEVERITY_MINOR,
    f.ERROR_TYPE_WRONG_LINK: f.SEVERITY_MAJOR,
    f.ERROR_TYPE_OMISSION: f.SEVERITY_MAJOR,
    f.ERROR_TYPE_REDUNDANCY: f.SEVERITY_MINOR,
    f.ERROR_TYPE_FORMAT: f.SEVERITY_MINOR,
}
"""The severity of each type; a wrong amount, id or date is worse than another wrong detail."""

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
    return SEVERITY[finding.type]
