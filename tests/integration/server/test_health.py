"""What probes are told, and what the metrics port says."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Callable, Iterator

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from arf.kit.errors import Unavailable
from arf.kit.server import Service
from tests.helpers import raw_calls
from tests.helpers.servers import Running, api

Run = Callable[..., Running]
STATUS = health_pb2.HealthCheckResponse.ServingStatus


class Dependency:
    """Answers until it is told not to."""

    def __init__(self) -> None:
        self.down = False
        self.hangs: threading.Event | None = None
        self.asked = 0

    def check(self) -> None:
        self.asked += 1
        if self.hangs is not None:
            self.hangs.wait()
        if self.down:
            raise Unavailable("the database does not answer")


@pytest.fixture
def database() -> Iterator[Dependency]:
    made = Dependency()
    yield made
    if made.hangs is not None:
        made.hangs.set()


def status(running: Running, name: str = "") -> int:
    with grpc.insecure_channel(f"localhost:{running.ports.health}") as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=name), timeout=20)
    return int(answer.status)


def until(running: Running, wanted: int) -> None:
    """Returns when the server is as ready as that; the test's own timeout is the bound."""
    while status(running) != wanted:
        time.sleep(0.02)


def test_ready_by_every_name_when_what_it_needs_answers(run: Run, database: Dependency) -> None:
    running = run(Service("teacher", [api("teacher")], readiness={"database": database.check}))
    until(running, STATUS.SERVING)

    assert status(running, "arf.v1.TeacherService") == status(running, "readiness") == STATUS.SERVING
    assert running.count("arf_teacher_ready", name="database") == 1


def test_not_ready_but_alive_while_a_dependency_does_not_answer(run: Run, database: Dependency) -> None:
    running = run(Service("teacher", [api("teacher")], readiness={"database": database.check}))
    until(running, STATUS.SERVING)
    database.down = True
    until(running, STATUS.NOT_SERVING)

    assert status(running, "liveness") == STATUS.SERVING
    assert running.count("arf_teacher_ready", name="database") == 0
    database.down = False
    until(running, STATUS.SERVING)


def test_a_check_that_hangs_is_not_ready_and_not_asked_twice(run: Run, database: Dependency) -> None:
    database.hangs = threading.Event()
    running = run(Service("teacher", readiness={"database": database.check}), readiness_timeout_s=0.02)
    time.sleep(0.5)

    assert status(running) == STATUS.NOT_SERVING
    assert database.asked == 1
    database.hangs.set()
    until(running, STATUS.SERVING)


def test_a_check_may_be_a_coroutine(run: Run, database: Dependency) -> None:
    async def check() -> None:
        database.check()

    database.down = True
    running = run(Service("teacher", readiness={"bus": check, "database": lambda: None}))
    while not database.asked:
        time.sleep(0.02)

    assert status(running) == STATUS.NOT_SERVING
    database.down = False
    until(running, STATUS.SERVING)


def test_metrics_have_a_port_of_their_own(run: Run) -> None:
    running = run(Service("teacher", [api("teacher")]))
    with grpc.insecure_channel(running.target) as channel, pytest.raises(grpc.RpcError):
        raw_calls.unary(channel, "/arf.v1.TeacherService/Summarize")(b"", timeout=20)
    with urllib.request.urlopen(f"http://localhost:{running.ports.metrics}/metrics", timeout=20) as answer:
        page = answer.read().decode()

    line = 'arf_teacher_requests_total{code="INVALID_ARGUMENT",method="TeacherService/Summarize"} 1.0'
    assert line in page.splitlines()
    assert "tenant=" not in page


def test_a_worker_has_no_api_but_health_and_metrics(run: Run) -> None:
    running = run(Service("teacher", [api("teacher")]), role="worker")

    assert running.ports.api is None
    until(running, STATUS.SERVING)
    assert running.ports.metrics
