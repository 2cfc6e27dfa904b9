"""One port for several processes, if they say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from arf.kit.errors import InvalidRecord
from arf.kit.server import Service
from arf.kit.server.asking import ask
from arf.kit.server.channel import Peer
from arf.v1 import teacher_service_pb2, transcript_pb2
from arf.v1.teacher_service_pb2_grpc import TeacherServiceStub
from tests.helpers import raw_calls
from tests.helpers.servers import Running, api

Run = Callable[..., Running]

CALL = transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text="hello")])
PARSED = teacher_service_pb2.SummarizeRequest(call=CALL)
REQUEST = PARSED.SerializeToString()


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


def test_service_is_asked_directly_when_a_proxy_is_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    target = run(named("first")).target
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    for name in ("no_proxy", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    answer = ask(Peer(target), lambda channel: TeacherServiceStub(channel).Summarize(PARSED, timeout=60))
    assert answer.upstream == "first"
