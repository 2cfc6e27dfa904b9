"""Reads what the services made of each call, opened with the calls' keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from google.protobuf.message import Message

from arf.flow import CALLS, FINDINGS, REVISIONS, SUMMARIES
from arf.kit.bus.ids import split_call_key
from arf.kit.bus.port import Bus
from arf.kit.errors import ArfError, Unavailable
from arf.privacy.sealed_records import Seals, opened
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

TOPICS: Mapping[str, tuple[str, type[Message]]] = {
    "calls": (CALLS, Call),
    "summaries": (SUMMARIES, CallSummary),
    "findings": (FINDINGS, Analysis),
    "revisions": (REVISIONS, Revision),
}
"""The topics by short name, and the message that each holds."""


def export(bus: Bus, seals: Seals, name: str, tenant: str | None = None) -> Iterator[Message | str]:
    """The newest record of each call in a topic, or why it cannot be read. Raises Unavailable.

    A person's decision on a revision is newer than the editor's.
    """
    topic, kind = TOPICS[name]
    # Places rather than records: a topic may be larger than memory.
    newest = {record.key: (record.partition, record.offset) for record in bus.read(topic)}
    for record in bus.read(topic):
        call = split_call_key(record.key)
        if newest.get(record.key) != (record.partition, record.offset) or call is None or tenant not in (None, call[0]):
            continue
        try:
            yield opened(seals, record, kind)
        except Unavailable:
            raise
        except ArfError as error:
            yield f"{record.key}: {error.message}"
