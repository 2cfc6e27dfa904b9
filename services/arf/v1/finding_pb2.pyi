from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_TYPE_UNSPECIFIED: _ClassVar[ErrorType]
    ERROR_TYPE_ROLE_MISATTRIBUTION: _ClassVar[ErrorType]
    ERROR_TYPE_WRONG_DETAIL: _ClassVar[ErrorType]
    ERROR_TYPE_STATUS_SHIFT: _ClassVar[ErrorType]
    ERROR_TYPE_CONTRADICTION: _ClassVar[ErrorType]
    ERROR_TYPE_FABRICATION: _ClassVar[ErrorType]
    ERROR_TYPE_UNSUPPORTED_INFERENCE: _ClassVar[ErrorType]
    ERROR_TYPE_WRONG_LINK: _ClassVar[ErrorType]
    ERROR_TYPE_OMISSION: _ClassVar[ErrorType]
    ERROR_TYPE_REDUNDANCY: _ClassVar[ErrorType]
    ERROR_TYPE_FORMAT: _ClassVar[ErrorType]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_MINOR: _ClassVar[Severity]
    SEVERITY_MAJOR: _ClassVar[Severity]
    SEVERITY_CRITICAL: _ClassVar[Severity]
ERROR_TYPE_UNSPECIFIED: ErrorType
ERROR_TYPE_ROLE_MISATTRIBUTION: ErrorType
ERROR_TYPE_WRONG_DETAIL: ErrorType
ERROR_TYPE_STATUS_SHIFT: ErrorType
ERROR_TYPE_CONTRADICTION: ErrorType
ERROR_TYPE_FABRICATION: ErrorType
ERROR_TYPE_UNSUPPORTED_INFERENCE: ErrorType
ERROR_TYPE_WRONG_LINK: ErrorType
ERROR_TYPE_OMISSION: ErrorType
ERROR_TYPE_REDUNDANCY: ErrorType
ERROR_TYPE_FORMAT: ErrorType
SEVERITY_UNSPECIFIED: Severity
SEVERITY_MINOR: Severity
SEVERITY_MAJOR: Severity
SEVERITY_CRITICAL: Severity

class Finding(_message.Message):
    __slots__ = ("finding_id", "type", "severity", "sentence", "start", "end", "turn_ids", "explanation", "suggested_fix", "detector", "confidence")
    FINDING_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    TURN_IDS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    SUGGESTED_FIX_FIELD_NUMBER: _ClassVar[int]
    DETECTOR_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    finding_id: str
    type: ErrorType
    severity: Severity
    sentence: int
    start: int
    end: int
    turn_ids: _containers.RepeatedScalarFieldContainer[str]
    explanation: str
    suggested_fix: str
    detector: str
    confidence: float
    def __init__(self, finding_id: _Optional[str] = ..., type: _Optional[_Union[ErrorType, str]] = ..., severity: _Optional[_Union[Severity, str]] = ..., sentence: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., turn_ids: _Optional[_Iterable[str]] = ..., explanation: _Optional[str] = ..., suggested_fix: _Optional[str] = ..., detector: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...

class SkippedDetector(_message.Message):
    __slots__ = ("detector", "reason")
    DETECTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    detector: str
    reason: str
    def __init__(self, detector: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Analysis(_message.Message):
    __slots__ = ("call_id", "tenant", "channel", "summary", "findings", "detectors", "skipped", "sentences")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    DETECTORS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    tenant: str
    channel: str
    summary: str
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    detectors: _containers.RepeatedScalarFieldContainer[str]
    skipped: _containers.RepeatedCompositeFieldContainer[SkippedDetector]
    sentences: int
    def __init__(self, call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., summary: _Optional[str] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., detectors: _Optional[_Iterable[str]] = ..., skipped: _Optional[_Iterable[_Union[SkippedDetector, _Mapping]]] = ..., sentences: _Optional[int] = ...) -> None: ...
