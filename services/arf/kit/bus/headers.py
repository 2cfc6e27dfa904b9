"""The headers of records on the bus."""

from __future__ import annotations

EVENT_ID = "event_id"
TENANT = "tenant"
SCHEMA = "schema"
TRACEPARENT = "traceparent"
SOURCE = "source"
"""Where the event came from: batch, live or review."""

REVISION = "revision"
"""On outputs of a keyed stage: the revision of the key's state, which only grows."""

KIND = "kind"
"""On live summaries: PARTIAL, FINAL or CORRECTION, so that the others can be passed by unopened."""

STANDARD = (EVENT_ID, TENANT, SCHEMA, TRACEPARENT, SOURCE)
"""The headers that any record may have; stages may add their own."""
