import datetime

from arf.v1 import live_pb2 as _live_pb2
from arf.v1 import summary_pb2 as _summary_pb2
from arf.v1 import transcript_pb2 as _transcript_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SummarizerServiceSummarizeRequest(_message.Message):
    __slots__ = ("call",)
    CALL_FIELD_NUMBER: _ClassVar[int]
    call: _transcript_pb2.Call
    def __init__(self, call: _Optional[_Union[_transcript_pb2.Call, _Mapping]] = ...) -> None: ...

class SummarizerServiceSummarizeResponse(_message.Message):
    __slots__ = ("summary", "fields", "adapter", "latency")
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    summary: _summary_pb2.CallSummary
    fields: _live_pb2.SummaryFields
    adapter: str
    latency: _duration_pb2.Duration
    def __init__(self, summary: _Optional[_Union[_summary_pb2.CallSummary, _Mapping]] = ..., fields: _Optional[_Union[_live_pb2.SummaryFields, _Mapping]] = ..., adapter: _Optional[str] = ..., latency: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ResumeCall(_message.Message):
    __slots__ = ("call_id", "acknowledged_segment_id", "revision")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    acknowledged_segment_id: str
    revision: int
    def __init__(self, call_id: _Optional[str] = ..., acknowledged_segment_id: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class StreamCallRequest(_message.Message):
    __slots__ = ("start", "segment", "end", "resume", "sequence")
    START_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    start: _live_pb2.StartCall
    segment: _live_pb2.Segment
    end: _live_pb2.EndCall
    resume: ResumeCall
    sequence: int
    def __init__(self, start: _Optional[_Union[_live_pb2.StartCall, _Mapping]] = ..., segment: _Optional[_Union[_live_pb2.Segment, _Mapping]] = ..., end: _Optional[_Union[_live_pb2.EndCall, _Mapping]] = ..., resume: _Optional[_Union[ResumeCall, _Mapping]] = ..., sequence: _Optional[int] = ...) -> None: ...

class Ack(_message.Message):
    __slots__ = ("sequence", "segment_id")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    segment_id: str
    def __init__(self, sequence: _Optional[int] = ..., segment_id: _Optional[str] = ...) -> None: ...

class TokenDelta(_message.Message):
    __slots__ = ("revision", "offset", "text")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    revision: int
    offset: int
    text: str
    def __init__(self, revision: _Optional[int] = ..., offset: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class StreamCallResponse(_message.Message):
    __slots__ = ("ack", "update", "delta")
    ACK_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    ack: Ack
    update: _live_pb2.SummaryUpdate
    delta: TokenDelta
    def __init__(self, ack: _Optional[_Union[Ack, _Mapping]] = ..., update: _Optional[_Union[_live_pb2.SummaryUpdate, _Mapping]] = ..., delta: _Optional[_Union[TokenDelta, _Mapping]] = ...) -> None: ...
