import datetime

from arf.v1 import metric_pb2 as _metric_pb2
from arf.v1 import tuning_job_pb2 as _tuning_job_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Adapter(_message.Message):
    __slots__ = ("name", "base_model", "base_revision", "uri", "sha256", "size_bytes", "dataset", "tuning_job", "config", "task", "prompt_version", "metrics", "create_time", "forgotten_calls")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BASE_MODEL_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    TUNING_JOB_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FORGOTTEN_CALLS_FIELD_NUMBER: _ClassVar[int]
    name: str
    base_model: str
    base_revision: str
    uri: str
    sha256: str
    size_bytes: int
    dataset: str
    tuning_job: str
    config: _tuning_job_pb2.TuningConfig
    task: str
    prompt_version: str
    metrics: _containers.RepeatedCompositeFieldContainer[_metric_pb2.MetricValue]
    create_time: _timestamp_pb2.Timestamp
    forgotten_calls: int
    def __init__(self, name: _Optional[str] = ..., base_model: _Optional[str] = ..., base_revision: _Optional[str] = ..., uri: _Optional[str] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., dataset: _Optional[str] = ..., tuning_job: _Optional[str] = ..., config: _Optional[_Union[_tuning_job_pb2.TuningConfig, _Mapping]] = ..., task: _Optional[str] = ..., prompt_version: _Optional[str] = ..., metrics: _Optional[_Iterable[_Union[_metric_pb2.MetricValue, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., forgotten_calls: _Optional[int] = ...) -> None: ...
