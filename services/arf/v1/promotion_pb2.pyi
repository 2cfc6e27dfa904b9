import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PromotionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROMOTION_STATE_UNSPECIFIED: _ClassVar[PromotionState]
    PROMOTION_STATE_CHECKING: _ClassVar[PromotionState]
    PROMOTION_STATE_LOADING: _ClassVar[PromotionState]
    PROMOTION_STATE_CANARY: _ClassVar[PromotionState]
    PROMOTION_STATE_SERVING: _ClassVar[PromotionState]
    PROMOTION_STATE_REFUSED: _ClassVar[PromotionState]
    PROMOTION_STATE_ROLLED_BACK: _ClassVar[PromotionState]
    PROMOTION_STATE_SUPERSEDED: _ClassVar[PromotionState]
    PROMOTION_STATE_FAILED: _ClassVar[PromotionState]
PROMOTION_STATE_UNSPECIFIED: PromotionState
PROMOTION_STATE_CHECKING: PromotionState
PROMOTION_STATE_LOADING: PromotionState
PROMOTION_STATE_CANARY: PromotionState
PROMOTION_STATE_SERVING: PromotionState
PROMOTION_STATE_REFUSED: PromotionState
PROMOTION_STATE_ROLLED_BACK: PromotionState
PROMOTION_STATE_SUPERSEDED: PromotionState
PROMOTION_STATE_FAILED: PromotionState

class Gate(_message.Message):
    __slots__ = ("min_gain_over_teacher", "min_gain_over_incumbent", "max_recall_loss", "min_calls")
    MIN_GAIN_OVER_TEACHER_FIELD_NUMBER: _ClassVar[int]
    MIN_GAIN_OVER_INCUMBENT_FIELD_NUMBER: _ClassVar[int]
    MAX_RECALL_LOSS_FIELD_NUMBER: _ClassVar[int]
    MIN_CALLS_FIELD_NUMBER: _ClassVar[int]
    min_gain_over_teacher: float
    min_gain_over_incumbent: float
    max_recall_loss: float
    min_calls: int
    def __init__(self, min_gain_over_teacher: _Optional[float] = ..., min_gain_over_incumbent: _Optional[float] = ..., max_recall_loss: _Optional[float] = ..., min_calls: _Optional[int] = ...) -> None: ...

class GateCheck(_message.Message):
    __slots__ = ("condition", "passed", "measured", "threshold")
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    condition: str
    passed: bool
    measured: float
    threshold: float
    def __init__(self, condition: _Optional[str] = ..., passed: _Optional[bool] = ..., measured: _Optional[float] = ..., threshold: _Optional[float] = ...) -> None: ...

class Promotion(_message.Message):
    __slots__ = ("name", "adapter", "evaluation_run", "gate", "canary_share_bp", "reason", "state", "checks", "incumbent", "generation", "error", "creator", "create_time", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    EVALUATION_RUN_FIELD_NUMBER: _ClassVar[int]
    GATE_FIELD_NUMBER: _ClassVar[int]
    CANARY_SHARE_BP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    INCUMBENT_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    adapter: str
    evaluation_run: str
    gate: Gate
    canary_share_bp: int
    reason: str
    state: PromotionState
    checks: _containers.RepeatedCompositeFieldContainer[GateCheck]
    incumbent: str
    generation: int
    error: _status_pb2.Status
    creator: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., adapter: _Optional[str] = ..., evaluation_run: _Optional[str] = ..., gate: _Optional[_Union[Gate, _Mapping]] = ..., canary_share_bp: _Optional[int] = ..., reason: _Optional[str] = ..., state: _Optional[_Union[PromotionState, str]] = ..., checks: _Optional[_Iterable[_Union[GateCheck, _Mapping]]] = ..., incumbent: _Optional[str] = ..., generation: _Optional[int] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., creator: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...
