from arf.v1 import finding_pb2 as _finding_pb2
from arf.v1 import summary_pb2 as _summary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CandidateSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANDIDATE_SOURCE_UNSPECIFIED: _ClassVar[CandidateSource]
    CANDIDATE_SOURCE_LLM: _ClassVar[CandidateSource]
    CANDIDATE_SOURCE_REPAIR: _ClassVar[CandidateSource]
    CANDIDATE_SOURCE_REVIEWER: _ClassVar[CandidateSource]

class Decision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_UNSPECIFIED: _ClassVar[Decision]
    DECISION_NOT_NEEDED: _ClassVar[Decision]
    DECISION_ACCEPTED: _ClassVar[Decision]
    DECISION_NEEDS_REVIEW: _ClassVar[Decision]
CANDIDATE_SOURCE_UNSPECIFIED: CandidateSource
CANDIDATE_SOURCE_LLM: CandidateSource
CANDIDATE_SOURCE_REPAIR: CandidateSource
CANDIDATE_SOURCE_REVIEWER: CandidateSource
DECISION_UNSPECIFIED: Decision
DECISION_NOT_NEEDED: Decision
DECISION_ACCEPTED: Decision
DECISION_NEEDS_REVIEW: Decision

class Candidate(_message.Message):
    __slots__ = ("source", "text", "passed", "reasons", "findings", "model", "usage")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    source: CandidateSource
    text: str
    passed: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    findings: _containers.RepeatedCompositeFieldContainer[_finding_pb2.Finding]
    model: str
    usage: _summary_pb2.Usage
    def __init__(self, source: _Optional[_Union[CandidateSource, str]] = ..., text: _Optional[str] = ..., passed: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., findings: _Optional[_Iterable[_Union[_finding_pb2.Finding, _Mapping]]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_summary_pb2.Usage, _Mapping]] = ...) -> None: ...

class Revision(_message.Message):
    __slots__ = ("call_id", "tenant", "channel", "decision", "text", "original", "targeted", "candidates", "accepted", "reasons")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_FIELD_NUMBER: _ClassVar[int]
    TARGETED_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    tenant: str
    channel: str
    decision: Decision
    text: str
    original: str
    targeted: _containers.RepeatedCompositeFieldContainer[_finding_pb2.Finding]
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    accepted: int
    reasons: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., decision: _Optional[_Union[Decision, str]] = ..., text: _Optional[str] = ..., original: _Optional[str] = ..., targeted: _Optional[_Iterable[_Union[_finding_pb2.Finding, _Mapping]]] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., accepted: _Optional[int] = ..., reasons: _Optional[_Iterable[str]] = ...) -> None: ...
