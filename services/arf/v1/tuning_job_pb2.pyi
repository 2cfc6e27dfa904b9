import datetime

from arf.v1 import job_state_pb2 as _job_state_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TuningMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TUNING_METHOD_UNSPECIFIED: _ClassVar[TuningMethod]
    TUNING_METHOD_LORA: _ClassVar[TuningMethod]
    TUNING_METHOD_QLORA: _ClassVar[TuningMethod]
    TUNING_METHOD_DORA: _ClassVar[TuningMethod]
TUNING_METHOD_UNSPECIFIED: TuningMethod
TUNING_METHOD_LORA: TuningMethod
TUNING_METHOD_QLORA: TuningMethod
TUNING_METHOD_DORA: TuningMethod

class TuningConfig(_message.Message):
    __slots__ = ("method", "epochs", "batch_size", "learning_rate", "warmup_steps", "rank", "alpha", "dropout", "target_modules", "first_layer", "max_grad_norm", "max_tokens", "dtype", "seed", "checkpoint_every")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    EPOCHS_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    WARMUP_STEPS_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    DROPOUT_FIELD_NUMBER: _ClassVar[int]
    TARGET_MODULES_FIELD_NUMBER: _ClassVar[int]
    FIRST_LAYER_FIELD_NUMBER: _ClassVar[int]
    MAX_GRAD_NORM_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_EVERY_FIELD_NUMBER: _ClassVar[int]
    method: TuningMethod
    epochs: float
    batch_size: int
    learning_rate: float
    warmup_steps: int
    rank: int
    alpha: int
    dropout: float
    target_modules: _containers.RepeatedScalarFieldContainer[str]
    first_layer: int
    max_grad_norm: float
    max_tokens: int
    dtype: str
    seed: int
    checkpoint_every: int
    def __init__(self, method: _Optional[_Union[TuningMethod, str]] = ..., epochs: _Optional[float] = ..., batch_size: _Optional[int] = ..., learning_rate: _Optional[float] = ..., warmup_steps: _Optional[int] = ..., rank: _Optional[int] = ..., alpha: _Optional[int] = ..., dropout: _Optional[float] = ..., target_modules: _Optional[_Iterable[str]] = ..., first_layer: _Optional[int] = ..., max_grad_norm: _Optional[float] = ..., max_tokens: _Optional[int] = ..., dtype: _Optional[str] = ..., seed: _Optional[int] = ..., checkpoint_every: _Optional[int] = ...) -> None: ...

class TuningProgress(_message.Message):
    __slots__ = ("step", "total_steps", "loss", "validation_loss", "tokens_per_second", "eta", "checkpoint_step", "resumptions")
    STEP_FIELD_NUMBER: _ClassVar[int]
    TOTAL_STEPS_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_LOSS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    ETA_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_STEP_FIELD_NUMBER: _ClassVar[int]
    RESUMPTIONS_FIELD_NUMBER: _ClassVar[int]
    step: int
    total_steps: int
    loss: float
    validation_loss: float
    tokens_per_second: float
    eta: _duration_pb2.Duration
    checkpoint_step: int
    resumptions: int
    def __init__(self, step: _Optional[int] = ..., total_steps: _Optional[int] = ..., loss: _Optional[float] = ..., validation_loss: _Optional[float] = ..., tokens_per_second: _Optional[float] = ..., eta: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., checkpoint_step: _Optional[int] = ..., resumptions: _Optional[int] = ...) -> None: ...

class TuningJob(_message.Message):
    __slots__ = ("name", "dataset", "base_model", "config", "adapter_prefix", "state", "progress", "error", "adapter", "creator", "create_time", "start_time", "end_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    BASE_MODEL_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_PREFIX_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    dataset: str
    base_model: str
    config: TuningConfig
    adapter_prefix: str
    state: _job_state_pb2.JobState
    progress: TuningProgress
    error: _status_pb2.Status
    adapter: str
    creator: str
    create_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., dataset: _Optional[str] = ..., base_model: _Optional[str] = ..., config: _Optional[_Union[TuningConfig, _Mapping]] = ..., adapter_prefix: _Optional[str] = ..., state: _Optional[_Union[_job_state_pb2.JobState, str]] = ..., progress: _Optional[_Union[TuningProgress, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., adapter: _Optional[str] = ..., creator: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
