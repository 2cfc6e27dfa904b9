from arf.v1 import summary_pb2 as _summary_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_CUSTOMER: _ClassVar[Role]
    ROLE_AGENT: _ClassVar[Role]
    ROLE_BOT: _ClassVar[Role]
    ROLE_THIRD_PARTY: _ClassVar[Role]

class FactStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FACT_STATUS_UNSPECIFIED: _ClassVar[FactStatus]
    FACT_STATUS_REQUESTED: _ClassVar[FactStatus]
    FACT_STATUS_PROMISED: _ClassVar[FactStatus]
    FACT_STATUS_PENDING: _ClassVar[FactStatus]
    FACT_STATUS_CONDITIONAL: _ClassVar[FactStatus]
    FACT_STATUS_DONE: _ClassVar[FactStatus]
    FACT_STATUS_REFUSED: _ClassVar[FactStatus]

class Polarity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POLARITY_UNSPECIFIED: _ClassVar[Polarity]
    POLARITY_AFFIRMED: _ClassVar[Polarity]
    POLARITY_NEGATED: _ClassVar[Polarity]
ROLE_UNSPECIFIED: Role
ROLE_CUSTOMER: Role
ROLE_AGENT: Role
ROLE_BOT: Role
ROLE_THIRD_PARTY: Role
FACT_STATUS_UNSPECIFIED: FactStatus
FACT_STATUS_REQUESTED: FactStatus
FACT_STATUS_PROMISED: FactStatus
FACT_STATUS_PENDING: FactStatus
FACT_STATUS_CONDITIONAL: FactStatus
FACT_STATUS_DONE: FactStatus
FACT_STATUS_REFUSED: FactStatus
POLARITY_UNSPECIFIED: Polarity
POLARITY_AFFIRMED: Polarity
POLARITY_NEGATED: Polarity

class Turn(_message.Message):
    __slots__ = ("turn_id", "speaker", "role", "text", "start_ms", "end_ms")
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_MS_FIELD_NUMBER: _ClassVar[int]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    turn_id: str
    speaker: str
    role: Role
    text: str
    start_ms: int
    end_ms: int
    def __init__(self, turn_id: _Optional[str] = ..., speaker: _Optional[str] = ..., role: _Optional[_Union[Role, str]] = ..., text: _Optional[str] = ..., start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ...) -> None: ...

class GoldFact(_message.Message):
    __slots__ = ("fact_id", "issue_id", "slot", "value", "actor", "polarity", "status", "turn_ids", "superseded_by", "key")
    FACT_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUE_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    POLARITY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TURN_IDS_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_BY_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    fact_id: str
    issue_id: str
    slot: str
    value: str
    actor: Role
    polarity: Polarity
    status: FactStatus
    turn_ids: _containers.RepeatedScalarFieldContainer[str]
    superseded_by: str
    key: bool
    def __init__(self, fact_id: _Optional[str] = ..., issue_id: _Optional[str] = ..., slot: _Optional[str] = ..., value: _Optional[str] = ..., actor: _Optional[_Union[Role, str]] = ..., polarity: _Optional[_Union[Polarity, str]] = ..., status: _Optional[_Union[FactStatus, str]] = ..., turn_ids: _Optional[_Iterable[str]] = ..., superseded_by: _Optional[str] = ..., key: _Optional[bool] = ...) -> None: ...

class PersonalData(_message.Message):
    __slots__ = ("kind", "value", "turn_id", "start", "end")
    KIND_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    kind: str
    value: str
    turn_id: str
    start: int
    end: int
    def __init__(self, kind: _Optional[str] = ..., value: _Optional[str] = ..., turn_id: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class Injection(_message.Message):
    __slots__ = ("turn_id", "marker")
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    MARKER_FIELD_NUMBER: _ClassVar[int]
    turn_id: str
    marker: str
    def __init__(self, turn_id: _Optional[str] = ..., marker: _Optional[str] = ...) -> None: ...

class Gold(_message.Message):
    __slots__ = ("facts", "summary", "personal_data", "injections")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    INJECTIONS_FIELD_NUMBER: _ClassVar[int]
    facts: _containers.RepeatedCompositeFieldContainer[GoldFact]
    summary: str
    personal_data: _containers.RepeatedCompositeFieldContainer[PersonalData]
    injections: _containers.RepeatedCompositeFieldContainer[Injection]
    def __init__(self, facts: _Optional[_Iterable[_Union[GoldFact, _Mapping]]] = ..., summary: _Optional[str] = ..., personal_data: _Optional[_Iterable[_Union[PersonalData, _Mapping]]] = ..., injections: _Optional[_Iterable[_Union[Injection, _Mapping]]] = ...) -> None: ...

class Call(_message.Message):
    __slots__ = ("id", "tenant", "channel", "language", "turns", "summary", "reference_summaries", "gold", "annotations")
    ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_SUMMARIES_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    tenant: str
    channel: str
    language: str
    turns: _containers.RepeatedCompositeFieldContainer[Turn]
    summary: _summary_pb2.Summary
    reference_summaries: _containers.RepeatedScalarFieldContainer[str]
    gold: Gold
    annotations: _struct_pb2.Struct
    def __init__(self, id: _Optional[str] = ..., tenant: _Optional[str] = ..., channel: _Optional[str] = ..., language: _Optional[str] = ..., turns: _Optional[_Iterable[_Union[Turn, _Mapping]]] = ..., summary: _Optional[_Union[_summary_pb2.Summary, _Mapping]] = ..., reference_summaries: _Optional[_Iterable[str]] = ..., gold: _Optional[_Union[Gold, _Mapping]] = ..., annotations: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...
