from arf.v1 import revision_pb2 as _revision_pb2
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
SPLIT_UNSPECIFIED: Split
SPLIT_TRAIN: Split
SPLIT_VALIDATION: Split
SPLIT_HELD_OUT: Split

class Example(_message.Message):
    __slots__ = ("call_id", "tenant", "channel", "split", "prompt", "completion", "source", "turns")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    tenant: str
    channel: str
    split: Split
    prompt: str
    completion: str
    source: _revision_pb2.CandidateSource
    turns: int
    def __init__(self, call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., split: _Optional[_Union[Split, str]] = ..., prompt: _Optional[str] = ..., completion: _Optional[str] = ..., source: _Optional[_Union[_revision_pb2.CandidateSource, str]] = ..., turns: _Optional[int] = ...) -> None: ...

class Exclusion(_message.Message):
    __slots__ = ("call_id", "reason")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    reason: str
    def __init__(self, call_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Dataset(_message.Message):
    __slots__ = ("dataset_id", "sha256", "splits", "channels", "sources", "exclusions", "mean_prompt_words", "mean_completion_words", "seed", "prompt_version", "prefix_share")
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
    def __init__(self, dataset_id: _Optional[str] = ..., sha256: _Optional[str] = ..., splits: _Optional[_Mapping[str, int]] = ..., channels: _Optional[_Mapping[str, int]] = ..., sources: _Optional[_Mapping[str, int]] = ..., exclusions: _Optional[_Iterable[_Union[Exclusion, _Mapping]]] = ..., mean_prompt_words: _Optional[float] = ..., mean_completion_words: _Optional[float] = ..., seed: _Optional[int] = ..., prompt_version: _Optional[str] = ..., prefix_share: _Optional[float] = ...) -> None: ...
