"""How a process ends: SIGTERM, in a real one."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from arf.v1 import teacher_service_pb2, teacher_service_pb2_grpc, transcript_pb2
from tests.helpers.service_process import Process

CALL = transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text="hello")])
REQUEST = teacher_service_pb2.SummarizeRequest(call=CALL)
STATUS = health_pb2.HealthCheckResponse.ServingStatus


Start = Callable[..., Process]


def test_sigterm_finishes_what_is_in_flight_and_exits_with_0(start: Start) -> None:
    process = start("all")
    health = health_pb2_grpc.HealthStub(grpc.insecure_channel(f"localhost:{process.port('health')}"))
    target = f"localhost:{process.port('api')}"
    answer = teacher_service_pb2_grpc.TeacherServiceStub(grpc.insecure_channel(target)).Summarize.future(REQUEST)
    process.until(lambda: process.has("answering") and process.has("working"))

    process.process.send_signal(signal.SIGTERM)
    process.logged("draining")
    process.until(lambda: health.Check(health_pb2.HealthCheckRequest()).status == STATUS.NOT_SERVING)
    assert health.Check(health_pb2.HealthCheckRequest(service="liveness")).status == STATUS.SERVING
    with pytest.raises(grpc.RpcError) as refused:
        teacher_service_pb2_grpc.TeacherServiceStub(grpc.insecure_channel(target)).Summarize(REQUEST, timeout=5)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert not answer.done()

    (process.folder / "go").touch()

    assert answer.result().upstream == "finished"
    assert process.process.wait() == 0
    assert process.has("worked")
    assert process.has("closed")


def test_work_that_outlasts_the_grace_is_cut_off_and_the_status_says_so(start: Start) -> None:
    process = start("worker", GRACE_S="0.1")
    process.until(lambda: process.has("working"))
    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait() == 1
    assert not process.has("worked")
    assert process.has("closed")
    assert process.logged("workers are still running: they are cut off")["count"] == 1


def test_a_call_that_outlasts_the_grace_is_cut_off_and_the_status_says_so(start: Start) -> None:
    process = start("api", GRACE_S="0.1")
    target = f"localhost:{process.port('api')}"
    answer = teacher_service_pb2_grpc.TeacherServiceStub(grpc.insecure_channel(target)).Summarize.future(REQUEST)
    process.until(lambda: process.has("answering"))
    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait() == 1
    assert process.logged("calls are still in flight: they are cut off")["count"] == 1
    assert process.has("closed")
    assert answer.exception() is not None


def test_without_a_grace_nothing_is_cut_off_where_nothing_was_at_work(start: Start) -> None:
    process = start("api", GRACE_S="0")
    process.port("api")
    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait() == 0


def test_a_worker_that_dies_takes_the_process_with_it(start: Start) -> None:
    process = start("all")
    process.until(lambda: process.has("working"))
    (process.folder / "die").touch()

    assert process.process.wait() == 1
    failure = process.logged("worker failed")
    assert failure["error"] == "RuntimeError"
    assert any(place.startswith("drain_process.py:") for place in failure["at"])
    assert "told to die" not in json.dumps(process.lines())


def test_an_api_runs_no_worker(start: Start) -> None:
    process = start("api")
    process.port("api")
    process.logged("ready")
    process.process.send_signal(signal.SIGINT)

    assert process.process.wait() == 0
    assert not process.has("working")


def test_a_second_signal_ends_it_at_once(start: Start) -> None:
    process = start("worker")
    process.until(lambda: process.has("working"))
    process.process.send_signal(signal.SIGTERM)
    process.logged("draining")
    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait() == 1
    assert not process.has("closed")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"HOST": "0.0.0.0"}, "ARF_…: Value error, JWKS_FILE is needed to listen on 0.0.0.0"),
        ({"PORT": "http"}, "ARF_PORT: "),
        ({"TLS_CERT": "missing.pem", "TLS_KEY": "missing.key"}, "missing.pem, missing.key: No such file or directory"),
    ],
)
def test_it_refuses_to_start_and_says_why(start: Start, settings: dict[str, str], reason: str) -> None:
    process = start("all", **settings)

    assert process.process.wait() == 1
    assert process.logged("cannot start")["reason"].startswith(reason)


def test_a_port_that_is_taken_is_named(start: Start, tmp_path: Path) -> None:
    first = start("all")
    port = str(first.port("api"))
    (tmp_path / "second").mkdir()
    second = Process(tmp_path / "second", "all", PORT=port)

    assert second.process.wait() == 1
    assert f"127.0.0.1:{port} cannot be listened on" in second.logged("cannot start")["reason"]
