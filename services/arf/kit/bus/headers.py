"""The headers of records on the bus."""

from __future__ import annotations

EVENT_ID = "event_id"
TENANT = "tenant"
SCHEMA = "schema"
TRACEPARENT = "traceparent"
SOURCE = "source"
"""One of batch, live, review."""

REVISION = "revision"
"""Of an output of a keyed stage: how often its key's state had changed; it grows."""

STANDARD = (EVENT_ID, TENANT, SCHEMA, TRACEPARENT, SOURCE)
"""The headers that any record may have; a stage's own may come beside them."""
