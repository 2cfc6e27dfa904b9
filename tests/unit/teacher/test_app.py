from __future__ import annotations

import asyncio
from typing import Any

import pytest

from arf.kit.errors import Corrupt, Unavailable
from arf.teacher import app

pytestmark = pytest.mark.anyio


class Failing:
    """A budget whose renewals fail, each with the next of the errors."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.renewed = asyncio.Event()

    async def renew(self) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.renewed.set()


async def test_leases_are_renewed_after_whatever_went_wrong_before() -> None:
    errors: list[Exception] = [Unavailable("away"), Corrupt("damaged"), OSError("disk")]
    budget: Any = Failing(*errors)
    renewing = asyncio.create_task(app._renew(budget, 0.0))
    done, _ = await asyncio.wait([renewing, asyncio.create_task(budget.renewed.wait())], return_when="FIRST_COMPLETED")
    assert renewing not in done
    renewing.cancel()
