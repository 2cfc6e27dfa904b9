import datetime

from arf.v1 import record_filter_pb2 as _record_filter_pb2
from arf.v1 import revision_pb2 as _revision_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Split(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPLIT_UNSPECIFIED: _ClassVar[Split]
    SPLIT_TRAIN: _ClassVar[Split]
    SPLIT_VALIDATION: _ClassVar[Split]
    SPLIT_HELD_OUT: _ClassVar[Split]

class DatasetTarget(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DATASET_TARGET_UNSPECIFIED: _ClassVar[DatasetTarget]
    DATASET_TARGET_REVISED: _ClassVar[DatasetTarget]
    DATASET_TARGET_TEACHER: _ClassVar[DatasetTarget]
SPLIT_UNSPECIFIED: Split
SPLIT_TRAIN: Split
SPLIT_VALIDATION: Split
SPLIT_HELD_OUT: Split
DATASET_TARGET_UNSPECIFIED: DatasetTarget
DATASET_TARGET_REVISED: DatasetTarget
DATASET_TARGET_TEACHER: DatasetTarget

class PromptMessage(_message.Message):
    __slots__ = ("role", "content")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    role: str
    content: str
    def __init__(self, role: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class Example(_message.Message):
    __slots__ = ("call_id", "tenant", "channel", "split", "prompt", "completion", "source", "turns", "messages", "prefill")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    PREFILL_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    tenant: str
    channel: str
    split: Split
    prompt: str
    completion: str
    source: _revision_pb2.CandidateSource
    turns: int
    messages: _containers.RepeatedCompositeFieldContainer[PromptMessage]
    prefill: str
    def __init__(self, call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., split: _Optional[_Union[Split, str]] = ..., prompt: _Optional[str] = ..., completion: _Optional[str] = ..., source: _Optional[_Union[_revision_pb2.CandidateSource, str]] = ..., turns: _Optional[int] = ..., messages: _Optional[_Iterable[_Union[PromptMessage, _Mapping]]] = ..., prefill: _Optional[str] = ...) -> None: ...

class Exclusion(_message.Message):
    __slots__ = ("call_id", "reason")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    reason: str
    def __init__(self, call_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Dataset(_message.Message):
    __slots__ = ("dataset_id", "sha256", "splits", "channels", "sources", "exclusions", "mean_prompt_words", "mean_completion_words", "seed", "prompt_version", "prefix_share", "name", "create_time", "task", "target", "filter", "uri", "asked_prefix_share")
    class SplitsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class ChannelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class SourcesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SPLITS_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    EXCLUSIONS_FIELD_NUMBER: _ClassVar[int]
    MEAN_PROMPT_WORDS_FIELD_NUMBER: _ClassVar[int]
    MEAN_COMPLETION_WORDS_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    PREFIX_SHARE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    ASKED_PREFIX_SHARE_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    sha256: str
    splits: _containers.ScalarMap[str, int]
    channels: _containers.ScalarMap[str, int]
    sources: _containers.ScalarMap[str, int]
    exclusions: _containers.RepeatedCompositeFieldContainer[Exclusion]
    mean_prompt_words: float
    mean_completion_words: float
    seed: int
    prompt_version: str
    prefix_share: float
    name: str
    create_time: _timestamp_pb2.Timestamp
    task: str
    target: DatasetTarget
    filter: _record_filter_pb2.RecordFilter
    uri: str
    asked_prefix_share: float
    def __init__(self, dataset_id: _Optional[str] = ..., sha256: _Optional[str] = ..., splits: _Optional[_Mapping[str, int]] = ..., channels: _Optional[_Mapping[str, int]] = ..., sources: _Optional[_Mapping[str, int]] = ..., exclusions: _Optional[_Iterable[_Union[Exclusion, _Mapping]]] = ..., mean_prompt_words: _Optional[float] = ..., mean_completion_words: _Optional[float] = ..., seed: _Optional[int] = ..., prompt_version: _Optional[str] = ..., prefix_share: _Optional[float] = ..., name: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., task: _Optional[str] = ..., target: _Optional[_Union[DatasetTarget, str]] = ..., filter: _Optional[_Union[_record_filter_pb2.RecordFilter, _Mapping]] = ..., uri: _Optional[str] = ..., asked_prefix_share: _Optional[float] = ...) -> None: ...

class ExampleLineage(_message.Message):
    __slots__ = ("call_id", "split", "call_event_id", "summary_event_id", "analysis_event_id", "revision_event_id", "finding_ids", "teacher_model", "redaction_policy", "sha256")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    CALL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    ANALYSIS_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    FINDING_IDS_FIELD_NUMBER: _ClassVar[int]
    TEACHER_MODEL_FIELD_NUMBER: _ClassVar[int]
    REDACTION_POLICY_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    split: Split
    call_event_id: str
    summary_event_id: str
    analysis_event_id: str
    revision_event_id: str
    finding_ids: _containers.RepeatedScalarFieldContainer[str]
    teacher_model: str
    redaction_policy: str
    sha256: str
    def __init__(self, call_id: _Optional[str] = ..., split: _Optional[_Union[Split, str]] = ..., call_event_id: _Optional[str] = ..., summary_event_id: _Optional[str] = ..., analysis_event_id: _Optional[str] = ..., revision_event_id: _Optional[str] = ..., finding_ids: _Optional[_Iterable[str]] = ..., teacher_model: _Optional[str] = ..., redaction_policy: _Optional[str] = ..., sha256: _Optional[str] = ...) -> None: ...
