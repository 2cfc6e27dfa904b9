"""The methods of an API, from its descriptor, each with the role that it requires."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message

from arf.kit.server.principal import Role
from arf.kit.server.request_shape import RequestShape, RequestSubject
from arf.kit.server.service import Api, Public


@dataclass(frozen=True, slots=True)
class Method:
    """One gRPC method with its servicer's function."""

    service: str
    name: str
    role: Role | Public
    request: type[Message]
    shape: RequestShape
    streams_in: bool
    streams_out: bool
    behaviour: Callable[..., Any]

    @property
    def label(self) -> str:
        """The name in metrics, logs and traces, e.g. `TeacherService/Summarize`."""
        return f"{self.service.rpartition('.')[2]}/{self.name}"

    @property
    def streaming(self) -> bool:
        """Whether either side sends a stream."""
        return self.streams_in or self.streams_out


def methods(api: Api) -> list[Method]:
    """All methods of an API. Raises TypeError if its table of roles or its servicer does not match."""
    registered = _Registered()
    api.add(api.servicer, registered)
    found: list[Method] = []
    for service, handlers in registered.services.items():
        descriptor = descriptor_pool.Default().FindServiceByName(service)
        if set(api.roles) != set(handlers):
            odd = ", ".join(sorted(set(api.roles) ^ set(handlers)))
            raise TypeError(f"{service}: the table of roles and the methods differ in {odd}")
        found += [
            _method(descriptor, name, handler, api.roles[name], api.subject)
            for name, handler in sorted(handlers.items())
        ]
    return found


def _method(
    service: ServiceDescriptor, name: str, handler: Any, role: Role | Public, subject: RequestSubject | None
) -> Method:
    request = message_factory.GetMessageClass(service.methods_by_name[name].input_type)
    behaviour = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    wanted = inspect.isasyncgenfunction if handler.response_streaming else inspect.iscoroutinefunction
    if not wanted(behaviour):
        kind = "an async generator function" if handler.response_streaming else "a coroutine function"
        raise TypeError(f"{service.full_name}.{name} is not {kind}: blocking work belongs in a thread")
    return Method(
        service=service.full_name,
        name=name,
        role=role,
        request=request,
        shape=RequestShape.of(service.methods_by_name[name].input_type, subject),
        streams_in=handler.request_streaming,
        streams_out=handler.response_streaming,
        behaviour=behaviour,
    )


class _Registered:
    """A stand-in for grpc.Server that collects what generated code registers."""

    def __init__(self) -> None:
        self.services: dict[str, Mapping[str, grpc.RpcMethodHandler[Any, Any]]] = {}

    def add_generic_rpc_handlers(self, handlers: Any) -> None:
        """Ignores the generic handlers, which do not reveal method names."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        """Collects the handlers."""
        self.services[service] = dict(handlers)
