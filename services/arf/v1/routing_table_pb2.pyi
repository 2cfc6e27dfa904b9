from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Route(_message.Message):
    __slots__ = ("adapter", "uri", "sha256", "share_bp")
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SHARE_BP_FIELD_NUMBER: _ClassVar[int]
    adapter: str
    uri: str
    sha256: str
    share_bp: int
    def __init__(self, adapter: _Optional[str] = ..., uri: _Optional[str] = ..., sha256: _Optional[str] = ..., share_bp: _Optional[int] = ...) -> None: ...

class RoutingTable(_message.Message):
    __slots__ = ("generation", "routes", "promotion_id", "rollback")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLLBACK_FIELD_NUMBER: _ClassVar[int]
    generation: int
    routes: _containers.RepeatedCompositeFieldContainer[Route]
    promotion_id: str
    rollback: bool
    def __init__(self, generation: _Optional[int] = ..., routes: _Optional[_Iterable[_Union[Route, _Mapping]]] = ..., promotion_id: _Optional[str] = ..., rollback: _Optional[bool] = ...) -> None: ...
