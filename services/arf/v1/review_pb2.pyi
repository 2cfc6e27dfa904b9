import datetime

from arf.v1 import finding_pb2 as _finding_pb2
from arf.v1 import revision_pb2 as _revision_pb2
from arf.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReviewState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_STATE_UNSPECIFIED: _ClassVar[ReviewState]
    REVIEW_STATE_PENDING: _ClassVar[ReviewState]
    REVIEW_STATE_DECIDED: _ClassVar[ReviewState]

class ReviewVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_VERDICT_UNSPECIFIED: _ClassVar[ReviewVerdict]
    REVIEW_VERDICT_CANDIDATE: _ClassVar[ReviewVerdict]
    REVIEW_VERDICT_EDITED: _ClassVar[ReviewVerdict]
    REVIEW_VERDICT_ORIGINAL: _ClassVar[ReviewVerdict]
    REVIEW_VERDICT_REJECTED: _ClassVar[ReviewVerdict]
REVIEW_STATE_UNSPECIFIED: ReviewState
REVIEW_STATE_PENDING: ReviewState
REVIEW_STATE_DECIDED: ReviewState
REVIEW_VERDICT_UNSPECIFIED: ReviewVerdict
REVIEW_VERDICT_CANDIDATE: ReviewVerdict
REVIEW_VERDICT_EDITED: ReviewVerdict
REVIEW_VERDICT_ORIGINAL: ReviewVerdict
REVIEW_VERDICT_REJECTED: ReviewVerdict

class Review(_message.Message):
    __slots__ = ("name", "call_id", "tenant", "channel", "state", "revision", "verdict", "text", "rejected_finding_ids", "remaining", "reviewer", "comment", "create_time", "decide_time", "etag", "call")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FINDING_IDS_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    REVIEWER_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    name: str
    call_id: str
    tenant: str
    channel: str
    state: ReviewState
    revision: _revision_pb2.Revision
    verdict: ReviewVerdict
    text: str
    rejected_finding_ids: _containers.RepeatedScalarFieldContainer[str]
    remaining: _containers.RepeatedCompositeFieldContainer[_finding_pb2.Finding]
    reviewer: str
    comment: str
    create_time: _timestamp_pb2.Timestamp
    decide_time: _timestamp_pb2.Timestamp
    etag: str
    call: _transcript_pb2.Call
    def __init__(self, name: _Optional[str] = ..., call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., state: _Optional[_Union[ReviewState, str]] = ..., revision: _Optional[_Union[_revision_pb2.Revision, _Mapping]] = ..., verdict: _Optional[_Union[ReviewVerdict, str]] = ..., text: _Optional[str] = ..., rejected_finding_ids: _Optional[_Iterable[str]] = ..., remaining: _Optional[_Iterable[_Union[_finding_pb2.Finding, _Mapping]]] = ..., reviewer: _Optional[str] = ..., comment: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., call: _Optional[_Union[_transcript_pb2.Call, _Mapping]] = ...) -> None: ...
