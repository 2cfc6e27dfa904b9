from arf.v1 import finding_pb2 as _finding_pb2
from arf.v1 import summary_pb2 as _summary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClaimVerdict(_message.Message):
    __slots__ = ("claim", "error", "fact_ids", "explanation")
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    FACT_IDS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    claim: str
    error: _finding_pb2.ErrorType
    fact_ids: _containers.RepeatedScalarFieldContainer[str]
    explanation: str
    def __init__(self, claim: _Optional[str] = ..., error: _Optional[_Union[_finding_pb2.ErrorType, str]] = ..., fact_ids: _Optional[_Iterable[str]] = ..., explanation: _Optional[str] = ...) -> None: ...

class Evaluation(_message.Message):
    __slots__ = ("call_id", "tenant", "channel", "system", "summary", "metrics", "verdicts", "findings")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    tenant: str
    channel: str
    system: str
    summary: _summary_pb2.Summary
    metrics: _containers.ScalarMap[str, float]
    verdicts: _containers.RepeatedCompositeFieldContainer[ClaimVerdict]
    findings: _containers.RepeatedCompositeFieldContainer[_finding_pb2.Finding]
    def __init__(self, call_id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., system: _Optional[str] = ..., summary: _Optional[_Union[_summary_pb2.Summary, _Mapping]] = ..., metrics: _Optional[_Mapping[str, float]] = ..., verdicts: _Optional[_Iterable[_Union[ClaimVerdict, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[_finding_pb2.Finding, _Mapping]]] = ...) -> None: ...
