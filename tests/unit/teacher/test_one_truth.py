"""The batch loop's teacher and the proxy make the same Summary of the same call."""

from __future__ import annotations

from itertools import islice

import pytest

from arf.corpus.generator import generate
from arf.inference.profile import ModelProfile, small_profile
from arf.summarising.batches import by_teacher
from arf.tasks.registry import load
from arf.v1.summary_pb2 import CallSummary
from tests.helpers.fake_model import FakeModel
from tests.unit.teacher.wiring import Proxy

pytestmark = pytest.mark.anyio

CALLS = list(islice(generate(12, 20261201), 12))


def _comparable(made: CallSummary) -> CallSummary:
    copy = CallSummary()
    copy.CopyFrom(made)
    copy.summary.created_at = ""
    return copy


@pytest.mark.parametrize("redaction", [True, False])
@pytest.mark.parametrize("profile", [ModelProfile(window=512), small_profile(2048)])
async def test_batch_and_service_make_the_same_summary_of_the_same_call(redaction: bool, profile: ModelProfile) -> None:
    models = [
        FakeModel(lambda request: request.prompt.messages[-1].content[:300], name="m", profile=profile)
        for _ in range(2)
    ]
    batch = await by_teacher(CALLS, load("customer_service"), models[0], redaction=redaction)
    proxy = Proxy(models[1], redaction=redaction)
    for call, made in zip(CALLS, batch, strict=True):
        assert isinstance(made, CallSummary)
        assert _comparable(made) == _comparable((await proxy.summarise(call)).summary)
    assert [r.prompt for r in models[0].requests] == [r.prompt for r in models[1].requests]
    assert models[0].requests == models[1].requests
