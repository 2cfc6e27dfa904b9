"""gRPC reflection, by which tools such as grpcurl and ghz learn the APIs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from grpc_reflection.v1alpha import reflection
from grpc_reflection.v1alpha.reflection_pb2_grpc import add_ServerReflectionServicer_to_server

from arf.kit.server.service import PUBLIC, Api


def reflection_api(services: Sequence[str]) -> Api:
    """The API that describes the services of those full names; it requires no token."""
    servicer = reflection.aio.ReflectionServicer([*services, reflection.SERVICE_NAME], _Pool())
    return Api(add_ServerReflectionServicer_to_server, servicer, {"ServerReflectionInfo": PUBLIC}, None)


class _Pool:
    """The default pool of descriptors; it finds methods too, which protobuf's own does not."""

    def __getattr__(self, name: str) -> Any:
        return getattr(descriptor_pool.Default(), name)

    def FindFileContainingSymbol(self, symbol: str) -> FileDescriptor:  # noqa: N802  # the pool's name
        """The file that declares a symbol. Raises KeyError if none does."""
        pool = descriptor_pool.Default()
        try:
            return pool.FindFileContainingSymbol(symbol)
        except KeyError:
            service, _, method = symbol.rpartition(".")
            found = pool.FindServiceByName(service)
            if method not in found.methods_by_name:
                raise
            return found.file
