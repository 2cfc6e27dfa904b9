import datetime

from arf.v1 import events_pb2 as _events_pb2
from arf.v1 import routing_table_pb2 as _routing_table_pb2
from arf.v1 import transcript_pb2 as _transcript_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    END_REASON_UNSPECIFIED: _ClassVar[EndReason]
    END_REASON_COMPLETED: _ClassVar[EndReason]
    END_REASON_ABANDONED: _ClassVar[EndReason]
    END_REASON_TRANSFERRED: _ClassVar[EndReason]
    END_REASON_TIMEOUT: _ClassVar[EndReason]

class UpdateKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UPDATE_KIND_UNSPECIFIED: _ClassVar[UpdateKind]
    UPDATE_KIND_PARTIAL: _ClassVar[UpdateKind]
    UPDATE_KIND_FINAL: _ClassVar[UpdateKind]
    UPDATE_KIND_CORRECTION: _ClassVar[UpdateKind]

class LivePhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIVE_PHASE_UNSPECIFIED: _ClassVar[LivePhase]
    LIVE_PHASE_OPEN: _ClassVar[LivePhase]
    LIVE_PHASE_ENDED: _ClassVar[LivePhase]
    LIVE_PHASE_FINAL: _ClassVar[LivePhase]
    LIVE_PHASE_CLOSED: _ClassVar[LivePhase]
END_REASON_UNSPECIFIED: EndReason
END_REASON_COMPLETED: EndReason
END_REASON_ABANDONED: EndReason
END_REASON_TRANSFERRED: EndReason
END_REASON_TIMEOUT: EndReason
UPDATE_KIND_UNSPECIFIED: UpdateKind
UPDATE_KIND_PARTIAL: UpdateKind
UPDATE_KIND_FINAL: UpdateKind
UPDATE_KIND_CORRECTION: UpdateKind
LIVE_PHASE_UNSPECIFIED: LivePhase
LIVE_PHASE_OPEN: LivePhase
LIVE_PHASE_ENDED: LivePhase
LIVE_PHASE_FINAL: LivePhase
LIVE_PHASE_CLOSED: LivePhase

class Participant(_message.Message):
    __slots__ = ("speaker", "role")
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    speaker: str
    role: _transcript_pb2.Role
    def __init__(self, speaker: _Optional[str] = ..., role: _Optional[_Union[_transcript_pb2.Role, str]] = ...) -> None: ...

class StartCall(_message.Message):
    __slots__ = ("call_id", "channel", "language", "participants", "started_at")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    channel: str
    language: str
    participants: _containers.RepeatedCompositeFieldContainer[Participant]
    started_at: _timestamp_pb2.Timestamp
    def __init__(self, call_id: _Optional[str] = ..., channel: _Optional[str] = ..., language: _Optional[str] = ..., participants: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("segment_id", "revision", "speaker", "start_ms", "end_ms", "text", "is_final")
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    START_MS_FIELD_NUMBER: _ClassVar[int]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    IS_FINAL_FIELD_NUMBER: _ClassVar[int]
    segment_id: str
    revision: int
    speaker: str
    start_ms: int
    end_ms: int
    text: str
    is_final: bool
    def __init__(self, segment_id: _Optional[str] = ..., revision: _Optional[int] = ..., speaker: _Optional[str] = ..., start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ..., text: _Optional[str] = ..., is_final: _Optional[bool] = ...) -> None: ...

class EndCall(_message.Message):
    __slots__ = ("reason", "ended_at")
    REASON_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    reason: EndReason
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, reason: _Optional[_Union[EndReason, str]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LiveEvent(_message.Message):
    __slots__ = ("call_id", "tenant", "start", "segment", "end")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    tenant: str
    start: StartCall
    segment: Segment
    end: EndCall
    def __init__(self, call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., start: _Optional[_Union[StartCall, _Mapping]] = ..., segment: _Optional[_Union[Segment, _Mapping]] = ..., end: _Optional[_Union[EndCall, _Mapping]] = ...) -> None: ...

class SummaryFields(_message.Message):
    __slots__ = ("reason", "actions", "outcome", "next_steps")
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    NEXT_STEPS_FIELD_NUMBER: _ClassVar[int]
    reason: str
    actions: _containers.RepeatedScalarFieldContainer[str]
    outcome: str
    next_steps: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reason: _Optional[str] = ..., actions: _Optional[_Iterable[str]] = ..., outcome: _Optional[str] = ..., next_steps: _Optional[_Iterable[str]] = ...) -> None: ...

class SummaryUpdate(_message.Message):
    __slots__ = ("call_id", "kind", "revision", "covered_through", "text", "fields", "adapter", "latency")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    COVERED_THROUGH_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    kind: UpdateKind
    revision: int
    covered_through: str
    text: str
    fields: SummaryFields
    adapter: str
    latency: _duration_pb2.Duration
    def __init__(self, call_id: _Optional[str] = ..., kind: _Optional[_Union[UpdateKind, str]] = ..., revision: _Optional[int] = ..., covered_through: _Optional[str] = ..., text: _Optional[str] = ..., fields: _Optional[_Union[SummaryFields, _Mapping]] = ..., adapter: _Optional[str] = ..., latency: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class LiveCall(_message.Message):
    __slots__ = ("start", "segments", "begun_ms", "heard_ms", "ended_ms", "end_reason", "closed_ms", "version", "changed_ms", "waiting_ms", "asked_ms", "update", "covered_version", "route", "generation", "late_segments")
    class SegmentsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Segment
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Segment, _Mapping]] = ...) -> None: ...
    START_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    BEGUN_MS_FIELD_NUMBER: _ClassVar[int]
    HEARD_MS_FIELD_NUMBER: _ClassVar[int]
    ENDED_MS_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    CLOSED_MS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANGED_MS_FIELD_NUMBER: _ClassVar[int]
    WAITING_MS_FIELD_NUMBER: _ClassVar[int]
    ASKED_MS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    COVERED_VERSION_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    LATE_SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    start: StartCall
    segments: _containers.MessageMap[str, Segment]
    begun_ms: int
    heard_ms: int
    ended_ms: int
    end_reason: EndReason
    closed_ms: int
    version: int
    changed_ms: int
    waiting_ms: int
    asked_ms: int
    update: SummaryUpdate
    covered_version: int
    route: _routing_table_pb2.Route
    generation: int
    late_segments: int
    def __init__(self, start: _Optional[_Union[StartCall, _Mapping]] = ..., segments: _Optional[_Mapping[str, Segment]] = ..., begun_ms: _Optional[int] = ..., heard_ms: _Optional[int] = ..., ended_ms: _Optional[int] = ..., end_reason: _Optional[_Union[EndReason, str]] = ..., closed_ms: _Optional[int] = ..., version: _Optional[int] = ..., changed_ms: _Optional[int] = ..., waiting_ms: _Optional[int] = ..., asked_ms: _Optional[int] = ..., update: _Optional[_Union[SummaryUpdate, _Mapping]] = ..., covered_version: _Optional[int] = ..., route: _Optional[_Union[_routing_table_pb2.Route, _Mapping]] = ..., generation: _Optional[int] = ..., late_segments: _Optional[int] = ...) -> None: ...

class LiveCallState(_message.Message):
    __slots__ = ("phase", "since_ms", "call")
    PHASE_FIELD_NUMBER: _ClassVar[int]
    SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    phase: LivePhase
    since_ms: int
    call: _events_pb2.Sealed
    def __init__(self, phase: _Optional[_Union[LivePhase, str]] = ..., since_ms: _Optional[int] = ..., call: _Optional[_Union[_events_pb2.Sealed, _Mapping]] = ...) -> None: ...
