"""The contract of a Task, passed by the tasks that come with ARF and by the fakes that stand for them."""

from __future__ import annotations

import pytest

from arf.tasks.base import Task
from arf.tasks.registry import load
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.unit.editor.fakes import FakeTask
from tests.unit.finetune.builders import PlainTask
from tests.unit.tasks.customer_service.calls import call as customer_call
from tests.unit.tasks.task_contract import TaskContract

_MEETING = Call(
    id="m1",
    tenant="t",
    channel="meeting",
    turns=[
        Turn(turn_id="0", role=Role.ROLE_AGENT, speaker="Ann", text="I will call the plumber."),
        Turn(turn_id="1", role=Role.ROLE_CUSTOMER, speaker="Bob", text="Good. I will paint the door."),
    ],
)


class TestCustomerService(TaskContract):
    @pytest.fixture
    def task(self) -> Task:
        return load("customer_service")

    @pytest.fixture
    def call(self) -> Call:
        return customer_call(
            ("customer", "Order 48213 arrived damaged."),
            ("agent", "I've refunded $35.20 and we'll send a replacement by 14 March."),
        )


class TestToyTask(TaskContract):
    @pytest.fixture
    def task(self) -> Task:
        return load("tests.helpers.toy_task")

    @pytest.fixture
    def call(self) -> Call:
        return _MEETING


class TestPlainTask(TestToyTask):
    @pytest.fixture
    def task(self) -> Task:
        return PlainTask()


class TestFakeTask(TestToyTask):
    @pytest.fixture
    def task(self) -> Task:
        return FakeTask("What was agreed.")
