from arf.v1 import finding_pb2 as _finding_pb2
from arf.v1 import review_pb2 as _review_pb2
from arf.v1 import revision_pb2 as _revision_pb2
from arf.v1 import transcript_pb2 as _transcript_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReviseRequest(_message.Message):
    __slots__ = ("call", "analysis")
    CALL_FIELD_NUMBER: _ClassVar[int]
    ANALYSIS_FIELD_NUMBER: _ClassVar[int]
    call: _transcript_pb2.Call
    analysis: _finding_pb2.Analysis
    def __init__(self, call: _Optional[_Union[_transcript_pb2.Call, _Mapping]] = ..., analysis: _Optional[_Union[_finding_pb2.Analysis, _Mapping]] = ...) -> None: ...

class ReviseBatchRequest(_message.Message):
    __slots__ = ("requests",)
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[ReviseRequest]
    def __init__(self, requests: _Optional[_Iterable[_Union[ReviseRequest, _Mapping]]] = ...) -> None: ...

class ReviseBatchResponse(_message.Message):
    __slots__ = ("index", "call_id", "revision", "error")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    index: int
    call_id: str
    revision: _revision_pb2.Revision
    error: _status_pb2.Status
    def __init__(self, index: _Optional[int] = ..., call_id: _Optional[str] = ..., revision: _Optional[_Union[_revision_pb2.Revision, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class GetReviewRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListReviewsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "state", "channel")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: _review_pb2.ReviewState
    channel: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[_review_pb2.ReviewState, str]] = ..., channel: _Optional[str] = ...) -> None: ...

class ListReviewsResponse(_message.Message):
    __slots__ = ("reviews", "next_page_token")
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[_review_pb2.Review]
    next_page_token: str
    def __init__(self, reviews: _Optional[_Iterable[_Union[_review_pb2.Review, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DecideReviewRequest(_message.Message):
    __slots__ = ("name", "verdict", "candidate", "text", "rejected_finding_ids", "comment", "etag", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FINDING_IDS_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    verdict: _review_pb2.ReviewVerdict
    candidate: int
    text: str
    rejected_finding_ids: _containers.RepeatedScalarFieldContainer[str]
    comment: str
    etag: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., verdict: _Optional[_Union[_review_pb2.ReviewVerdict, str]] = ..., candidate: _Optional[int] = ..., text: _Optional[str] = ..., rejected_finding_ids: _Optional[_Iterable[str]] = ..., comment: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...
