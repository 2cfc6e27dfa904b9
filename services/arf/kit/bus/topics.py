"""The topics of ARF, the headers of their records, and how long they are kept unless settings say otherwise."""

from __future__ import annotations

from arf.kit.bus.port import TopicSpec

CALLS = "arf.calls.v1"
SEGMENTS = "arf.segments.v1"
SUMMARIES = "arf.summaries.teacher.v1"
FINDINGS = "arf.findings.v1"
REVISIONS = "arf.revisions.v1"
ADAPTERS = "arf.adapters.v1"
LIVE = "arf.summaries.live.v1"
DLQ = "arf.dlq.v1"

EVENT_ID = "event_id"
TENANT = "tenant"
SCHEMA = "schema"
TRACEPARENT = "traceparent"
SOURCE = "source"
"""One of batch, live, review."""

STANDARD = (EVENT_ID, TENANT, SCHEMA, TRACEPARENT, SOURCE)
"""The headers that any record may have; a stage's own may come beside them."""

DAY = 24 * 3600


def specs(partitions: int = 4, retention_s: int | None = 90 * DAY) -> list[TopicSpec]:
    """All topics, with one partition count: a stage's input and output are partitioned alike.

    A stage remembers what it did as long as its output is kept: `retention_s` is also how late a duplicate is known.
    """
    kept = [
        TopicSpec(name, partitions, retention_s)
        for name in (CALLS, SEGMENTS, SUMMARIES, FINDINGS, REVISIONS, LIVE, DLQ)
    ]
    return [*kept, TopicSpec(ADAPTERS, partitions, compacted=True)]
