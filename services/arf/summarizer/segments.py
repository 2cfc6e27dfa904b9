"""A live call's segments: which of them count, in what order, and the transcript that they make.

Nothing here depends on the order in which segments arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping

from arf.calls.speakers import ROLES, role_of
from arf.v1.live_pb2 import Segment, StartCall
from arf.v1.transcript_pb2 import Call

_NOBODY = "speaker"
"""The label of a segment that does not say who speaks."""


def take(known: MutableMapping[str, Segment], segment: Segment) -> bool:
    """Keeps a final segment, unless it is known in this or a newer revision; returns whether it was kept.

    Partial segments are never kept: they would be replaced before anybody could read a summary of them.
    """
    before = known.get(segment.segment_id)
    if not segment.is_final or (before is not None and segment.revision <= before.revision):
        return False
    known[segment.segment_id].CopyFrom(segment)
    return True


def in_order(segments: Iterable[Segment]) -> list[Segment]:
    """Segments in the order of the call: by start, then by id."""
    return sorted(segments, key=lambda segment: (segment.start_ms, segment.segment_id))


def said(segments: Iterable[Segment]) -> list[Segment]:
    """The segments that have text, in order; the others were withdrawn."""
    return [segment for segment in in_order(segments) if segment.text.strip()]


def transcript(tenant: str, call_id: str, start: StartCall, segments: Iterable[Segment]) -> Call:
    """The call with one turn for each segment that has text; `start` may be empty, if it has not arrived."""
    call = Call(id=call_id, tenant=tenant, channel=start.channel or "unknown", language=start.language or "en")
    roles: Mapping[str, int] = {person.speaker: person.role for person in start.participants}
    for segment in said(segments):
        speaker = segment.speaker.strip() or _NOBODY
        role = roles.get(segment.speaker) or ROLES.get(speaker.lower()) or role_of(speaker)
        call.turns.add(
            turn_id=segment.segment_id,
            speaker=speaker,
            role=role,
            text=segment.text,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
        )
    return call
