from arf.v1 import error_profile_pb2 as _error_profile_pb2
from arf.v1 import finding_pb2 as _finding_pb2
from arf.v1 import record_filter_pb2 as _record_filter_pb2
from arf.v1 import transcript_pb2 as _transcript_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnalyzeRequest(_message.Message):
    __slots__ = ("call", "summary", "types")
    CALL_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    call: _transcript_pb2.Call
    summary: str
    types: _containers.RepeatedScalarFieldContainer[_finding_pb2.ErrorType]
    def __init__(self, call: _Optional[_Union[_transcript_pb2.Call, _Mapping]] = ..., summary: _Optional[str] = ..., types: _Optional[_Iterable[_Union[_finding_pb2.ErrorType, str]]] = ...) -> None: ...

class CreateErrorProfileRequest(_message.Message):
    __slots__ = ("filter", "examples", "request_id")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    filter: _record_filter_pb2.RecordFilter
    examples: int
    request_id: str
    def __init__(self, filter: _Optional[_Union[_record_filter_pb2.RecordFilter, _Mapping]] = ..., examples: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetErrorProfileRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListErrorProfilesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListErrorProfilesResponse(_message.Message):
    __slots__ = ("error_profiles", "next_page_token")
    ERROR_PROFILES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    error_profiles: _containers.RepeatedCompositeFieldContainer[_error_profile_pb2.ErrorProfile]
    next_page_token: str
    def __init__(self, error_profiles: _Optional[_Iterable[_Union[_error_profile_pb2.ErrorProfile, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
