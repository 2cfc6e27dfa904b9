from arf.v1 import summary_pb2 as _summary_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Rating(_message.Message):
    __slots__ = ("call_id", "tenant", "channel", "summary", "rating", "judge", "prompt_version", "usage")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    JUDGE_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    tenant: str
    channel: str
    summary: str
    rating: int
    judge: str
    prompt_version: str
    usage: _summary_pb2.Usage
    def __init__(self, call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., summary: _Optional[str] = ..., rating: _Optional[int] = ..., judge: _Optional[str] = ..., prompt_version: _Optional[str] = ..., usage: _Optional[_Union[_summary_pb2.Usage, _Mapping]] = ...) -> None: ...
