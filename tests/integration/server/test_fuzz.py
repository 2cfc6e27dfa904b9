"""No bytes make a server say UNKNOWN or INTERNAL, or nothing: for every request type of arf.v1, over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from arf.kit.server import Service
from tests.helpers import raw_calls
from tests.helpers.fuzzed import wire
from tests.helpers.mended import least
from tests.helpers.servers import SERVICES, LoopThread, Running, api, start
from tests.helpers.tokens import Issuer, bearer

CODE = grpc.StatusCode
EXPECTED = {CODE.OK, CODE.INVALID_ARGUMENT, CODE.PERMISSION_DENIED}


def _methods() -> list[MethodDescriptor]:
    for name in SERVICES:
        api(name)  # so that its descriptors are known
    find = descriptor_pool.Default().FindServiceByName
    return [method for name in SERVICES for method in find(f"arf.v1.{name.title()}Service").methods]


@pytest.fixture(scope="module")
def server(loop: LoopThread, issuer: Issuer) -> Iterator[Running]:
    running = start(loop, Service("teacher", [api(name) for name in SERVICES]), jwks_file=issuer.jwks_file, grace_s=0)
    yield running
    running.drain()


@pytest.fixture(scope="module")
def channel(server: Running) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(server.target) as channel:
        yield channel


@pytest.fixture(scope="module")
def token(issuer: Issuer) -> tuple[tuple[str, str], ...]:
    return bearer(issuer.token("submit", expires_in=3600))


@pytest.mark.parametrize("method", _methods(), ids=lambda method: method.full_name.removeprefix("arf.v1."))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_request_gets_a_status_that_means_something(
    channel: grpc.Channel, token: tuple[tuple[str, str], ...], method: MethodDescriptor, data: st.DataObject
) -> None:
    one = wire(method.input_type)
    sent = data.draw(st.lists(one, max_size=4) if method.client_streaming else one)
    code, details = _send(channel, method, sent, token)
    event(code.name)

    assert code in EXPECTED, details
    assert code == CODE.OK or details


@pytest.mark.parametrize("method", _methods(), ids=lambda method: method.full_name.removeprefix("arf.v1."))
def test_a_request_that_keeps_the_rules_reaches_the_servicer(
    channel: grpc.Channel, token: tuple[tuple[str, str], ...], method: MethodDescriptor
) -> None:
    good = least(method.input_type).SerializeToString()

    assert _send(channel, method, [good] if method.client_streaming else good, token) == (CODE.OK, "")


def _send(
    channel: grpc.Channel, method: MethodDescriptor, sent: Any, metadata: tuple[tuple[str, str], ...]
) -> tuple[grpc.StatusCode, str | None]:
    """The status; a call that hangs comes to DEADLINE_EXCEEDED, which is not expected."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    try:
        if isinstance(sent, list):
            list(raw_calls.stream(channel, path)(iter(sent), 60, metadata))
        elif method.server_streaming:
            list(raw_calls.answers(channel, path)(sent, 60, metadata))
        else:
            raw_calls.unary(channel, path)(sent, 60, metadata)
    except grpc.RpcError as error:
        return error.code(), error.details()
    return CODE.OK, ""
