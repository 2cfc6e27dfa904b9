import datetime

from arf.v1 import job_state_pb2 as _job_state_pb2
from arf.v1 import metric_pb2 as _metric_pb2
from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Comparison(_message.Message):
    __slots__ = ("metric", "a", "b", "difference", "low", "high", "n")
    METRIC_FIELD_NUMBER: _ClassVar[int]
    A_FIELD_NUMBER: _ClassVar[int]
    B_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    metric: str
    a: str
    b: str
    difference: float
    low: float
    high: float
    n: int
    def __init__(self, metric: _Optional[str] = ..., a: _Optional[str] = ..., b: _Optional[str] = ..., difference: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., n: _Optional[int] = ...) -> None: ...

class SystemMetrics(_message.Message):
    __slots__ = ("system", "metrics")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    system: str
    metrics: _containers.RepeatedCompositeFieldContainer[_metric_pb2.MetricValue]
    def __init__(self, system: _Optional[str] = ..., metrics: _Optional[_Iterable[_Union[_metric_pb2.MetricValue, _Mapping]]] = ...) -> None: ...

class EvaluationRun(_message.Message):
    __slots__ = ("name", "adapter", "baselines", "dataset", "seed", "state", "calls_done", "calls", "primary_metric", "systems", "comparisons", "error", "creator", "create_time", "end_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    BASELINES_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CALLS_DONE_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    PRIMARY_METRIC_FIELD_NUMBER: _ClassVar[int]
    SYSTEMS_FIELD_NUMBER: _ClassVar[int]
    COMPARISONS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    adapter: str
    baselines: _containers.RepeatedScalarFieldContainer[str]
    dataset: str
    seed: int
    state: _job_state_pb2.JobState
    calls_done: int
    calls: int
    primary_metric: str
    systems: _containers.RepeatedCompositeFieldContainer[SystemMetrics]
    comparisons: _containers.RepeatedCompositeFieldContainer[Comparison]
    error: _status_pb2.Status
    creator: str
    create_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., adapter: _Optional[str] = ..., baselines: _Optional[_Iterable[str]] = ..., dataset: _Optional[str] = ..., seed: _Optional[int] = ..., state: _Optional[_Union[_job_state_pb2.JobState, str]] = ..., calls_done: _Optional[int] = ..., calls: _Optional[int] = ..., primary_metric: _Optional[str] = ..., systems: _Optional[_Iterable[_Union[SystemMetrics, _Mapping]]] = ..., comparisons: _Optional[_Iterable[_Union[Comparison, _Mapping]]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., creator: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
