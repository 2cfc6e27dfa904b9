"""A client that knows nothing but the port: it lists, learns the messages, and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from arf.kit.server import Service
from tests.helpers import raw_calls
from tests.helpers.servers import SERVICES, Running, api
from tests.helpers.tokens import Issuer, bearer

Run = Callable[..., Running]


@pytest.fixture
def service() -> Service:
    return Service("teacher", [api(name) for name in SERVICES])


def test_a_client_without_stubs_lists_and_calls(run: Run, issuer: Issuer, service: Service) -> None:
    running = run(service, jwks_file=issuer.jwks_file)
    with grpc.insecure_channel(running.target) as channel:
        known = ProtoReflectionDescriptorDatabase(channel)
        pool = DescriptorPool(known)
        services = set(known.get_services())
        method = pool.FindServiceByName("arf.v1.TeacherService").methods_by_name["Summarize"]
        request: Any = GetMessageClass(method.input_type)()
        request.call.id = "c1"
        request.call.turns.add(text="hello")
        answer = raw_calls.unary(channel, f"/{method.containing_service.full_name}/{method.name}")(
            request.SerializeToString(), timeout=20, metadata=bearer(issuer.token("submit"))
        )

    assert {f"arf.v1.{name.title()}Service" for name in SERVICES} < services
    said: Any = GetMessageClass(method.output_type).FromString(answer)
    assert said.cached is False


def test_rules_are_among_what_a_client_learns(run: Run, service: Service) -> None:
    running = run(service)
    with grpc.insecure_channel(running.target) as channel:
        pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        call = pool.FindMessageTypeByName("arf.v1.Call")

    assert "buf/validate/validate.proto" in {file.name for file in call.file.dependencies}
    assert pool.FindMessageTypeByName("buf.validate.FieldRules").fields_by_name["required"]


def test_reflection_can_be_off(run: Run, service: Service) -> None:
    running = run(service, reflection=False)
    with grpc.insecure_channel(running.target) as channel, pytest.raises(grpc.RpcError) as caught:
        ProtoReflectionDescriptorDatabase(channel).get_services()

    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_malformed_reflection_request_is_invalid_too(run: Run, service: Service) -> None:
    running = run(service)
    method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    with grpc.insecure_channel(running.target) as channel, pytest.raises(grpc.RpcError) as caught:
        list(raw_calls.stream(channel, method)(iter([b"\xff"]), timeout=20))

    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("symbol", "known"),
    [("arf.v1.TeacherService.Summarize", True), ("arf.v1.TeacherService.Other", False), ("Summarize", False)],
)
def test_a_method_is_found_by_its_full_name(run: Run, service: Service, symbol: str, known: bool) -> None:
    running = run(service)
    asked = ServerReflectionRequest(file_containing_symbol=symbol)
    with grpc.insecure_channel(running.target) as channel:
        (answer,) = ServerReflectionStub(channel).ServerReflectionInfo(iter([asked]), timeout=20)

    files = [FileDescriptorProto.FromString(data) for data in answer.file_descriptor_response.file_descriptor_proto]
    assert ("arf/v1/teacher_service.proto" in {file.name for file in files}) is known
    assert answer.HasField("error_response") is not known
