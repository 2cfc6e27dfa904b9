import datetime

from arf.v1 import finding_pb2 as _finding_pb2
from arf.v1 import record_filter_pb2 as _record_filter_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Rate(_message.Message):
    __slots__ = ("count", "n", "value", "low", "high")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    count: int
    n: int
    value: float
    low: float
    high: float
    def __init__(self, count: _Optional[int] = ..., n: _Optional[int] = ..., value: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class ProfileExample(_message.Message):
    __slots__ = ("call_id", "sentence", "finding")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    sentence: str
    finding: _finding_pb2.Finding
    def __init__(self, call_id: _Optional[str] = ..., sentence: _Optional[str] = ..., finding: _Optional[_Union[_finding_pb2.Finding, _Mapping]] = ...) -> None: ...

class TypeProfile(_message.Message):
    __slots__ = ("type", "summaries", "by_channel", "examples", "detectors", "targeted")
    class ByChannelEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Rate
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Rate, _Mapping]] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUMMARIES_FIELD_NUMBER: _ClassVar[int]
    BY_CHANNEL_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    DETECTORS_FIELD_NUMBER: _ClassVar[int]
    TARGETED_FIELD_NUMBER: _ClassVar[int]
    type: _finding_pb2.ErrorType
    summaries: Rate
    by_channel: _containers.MessageMap[str, Rate]
    examples: _containers.RepeatedCompositeFieldContainer[ProfileExample]
    detectors: _containers.RepeatedScalarFieldContainer[str]
    targeted: bool
    def __init__(self, type: _Optional[_Union[_finding_pb2.ErrorType, str]] = ..., summaries: _Optional[_Union[Rate, _Mapping]] = ..., by_channel: _Optional[_Mapping[str, Rate]] = ..., examples: _Optional[_Iterable[_Union[ProfileExample, _Mapping]]] = ..., detectors: _Optional[_Iterable[str]] = ..., targeted: _Optional[bool] = ...) -> None: ...

class ErrorProfile(_message.Message):
    __slots__ = ("profile_id", "model", "summaries", "clean", "faithful_sentences", "types", "skipped", "name", "create_time", "filter")
    PROFILE_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SUMMARIES_FIELD_NUMBER: _ClassVar[int]
    CLEAN_FIELD_NUMBER: _ClassVar[int]
    FAITHFUL_SENTENCES_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    profile_id: str
    model: str
    summaries: int
    clean: Rate
    faithful_sentences: Rate
    types: _containers.RepeatedCompositeFieldContainer[TypeProfile]
    skipped: _containers.RepeatedCompositeFieldContainer[_finding_pb2.SkippedDetector]
    name: str
    create_time: _timestamp_pb2.Timestamp
    filter: _record_filter_pb2.RecordFilter
    def __init__(self, profile_id: _Optional[str] = ..., model: _Optional[str] = ..., summaries: _Optional[int] = ..., clean: _Optional[_Union[Rate, _Mapping]] = ..., faithful_sentences: _Optional[_Union[Rate, _Mapping]] = ..., types: _Optional[_Iterable[_Union[TypeProfile, _Mapping]]] = ..., skipped: _Optional[_Iterable[_Union[_finding_pb2.SkippedDetector, _Mapping]]] = ..., name: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., filter: _Optional[_Union[_record_filter_pb2.RecordFilter, _Mapping]] = ...) -> None: ...
