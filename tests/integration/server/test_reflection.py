"""A client that knows nothing but the port: it lists, learns the messages, and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

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
