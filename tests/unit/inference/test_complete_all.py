from __future__ import annotations

import asyncio
import logging

import pytest

from arf.inference.complete_all import complete_all
from arf.inference.settings import ModelSettings
from tests.helpers.fake_model import FakeModel
from tests.unit.inference.model_contract import request

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("slow_s", "warned"), [(0.5, True), (0.0, False)])
async def test_model_that_is_silent_is_named_before_it_is_given_up(
    caplog: pytest.LogCaptureFixture, slow_s: float, warned: bool
) -> None:
    model = FakeModel(name="mute", script=[lambda: asyncio.sleep(slow_s)])
    with caplog.at_level(logging.WARNING):
        replies = await complete_all(model, [request("the call")], ModelSettings(timeout_s=30), silence_s=0.05)
    assert len(replies) == 1
    assert ("mute has not answered for" in caplog.text) == warned
    assert "the call" not in caplog.text
