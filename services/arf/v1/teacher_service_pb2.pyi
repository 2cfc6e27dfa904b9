from arf.v1 import summary_pb2 as _summary_pb2
from arf.v1 import transcript_pb2 as _transcript_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SummarizeRequest(_message.Message):
    __slots__ = ("call", "model", "refresh")
    CALL_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    REFRESH_FIELD_NUMBER: _ClassVar[int]
    call: _transcript_pb2.Call
    model: str
    refresh: bool
    def __init__(self, call: _Optional[_Union[_transcript_pb2.Call, _Mapping]] = ..., model: _Optional[str] = ..., refresh: _Optional[bool] = ...) -> None: ...

class SummarizeResponse(_message.Message):
    __slots__ = ("summary", "cached", "upstream", "cost_micros", "redactions")
    class RedactionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    COST_MICROS_FIELD_NUMBER: _ClassVar[int]
    REDACTIONS_FIELD_NUMBER: _ClassVar[int]
    summary: _summary_pb2.CallSummary
    cached: bool
    upstream: str
    cost_micros: int
    redactions: _containers.ScalarMap[str, int]
    def __init__(self, summary: _Optional[_Union[_summary_pb2.CallSummary, _Mapping]] = ..., cached: _Optional[bool] = ..., upstream: _Optional[str] = ..., cost_micros: _Optional[int] = ..., redactions: _Optional[_Mapping[str, int]] = ...) -> None: ...

class SummarizeBatchRequest(_message.Message):
    __slots__ = ("calls", "model", "refresh")
    CALLS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    REFRESH_FIELD_NUMBER: _ClassVar[int]
    calls: _containers.RepeatedCompositeFieldContainer[_transcript_pb2.Call]
    model: str
    refresh: bool
    def __init__(self, calls: _Optional[_Iterable[_Union[_transcript_pb2.Call, _Mapping]]] = ..., model: _Optional[str] = ..., refresh: _Optional[bool] = ...) -> None: ...

class SummarizeBatchResponse(_message.Message):
    __slots__ = ("index", "call_id", "summary", "error")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    index: int
    call_id: str
    summary: SummarizeResponse
    error: _status_pb2.Status
    def __init__(self, index: _Optional[int] = ..., call_id: _Optional[str] = ..., summary: _Optional[_Union[SummarizeResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class StreamSummarizeRequest(_message.Message):
    __slots__ = ("call", "model", "refresh")
    CALL_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    REFRESH_FIELD_NUMBER: _ClassVar[int]
    call: _transcript_pb2.Call
    model: str
    refresh: bool
    def __init__(self, call: _Optional[_Union[_transcript_pb2.Call, _Mapping]] = ..., model: _Optional[str] = ..., refresh: _Optional[bool] = ...) -> None: ...

class StreamSummarizeResponse(_message.Message):
    __slots__ = ("delta", "summary")
    DELTA_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    delta: str
    summary: SummarizeResponse
    def __init__(self, delta: _Optional[str] = ..., summary: _Optional[_Union[SummarizeResponse, _Mapping]] = ...) -> None: ...
