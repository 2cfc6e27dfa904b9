"""One port for several processes, if they say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from arf.kit.errors import InvalidRecord
from arf.kit.server import Service
from arf.v1 import teacher_service_pb2, transcript_pb2
from tests.helpers import raw_calls
from tests.helpers.servers import Running, api

Run = Callable[..., Running]

CALL = transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text="hello")])
REQUEST = teacher_service_pb2.SummarizeRequest(call=CALL).SerializeToString()


def named(name: str) -> Service:
    """A service that answers with its name."""

    async def summarize(request: Any, context: Any) -> Any:
        return teacher_service_pb2.SummarizeResponse(upstream=name)

    return Service("teacher", [api("teacher", Summarize=summarize)])


def answered(target: str) -> str:
    """Who answers on a connection of its own."""
    with grpc.insecure_channel(target, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        answer = raw_calls.unary(channel, "/arf.v1.TeacherService/Summarize")(REQUEST, timeout=60)
    return teacher_service_pb2.SummarizeResponse.FromString(answer).upstream


def test_servers_that_share_a_port_both_get_connections(run: Run) -> None:
    first = run(named("first"), reuse_port=True)
    run(named("second"), port=first.ports.api, reuse_port=True)
    seen: set[str] = set()
    while seen != {"first", "second"}:
        seen.add(answered(first.target))


def test_a_port_is_not_shared_with_one_who_does_not_say_so(run: Run) -> None:
    first = run(named("first"), reuse_port=True)

    with pytest.raises(InvalidRecord, match="cannot be listened on"):
        run(named("second"), port=first.ports.api)
