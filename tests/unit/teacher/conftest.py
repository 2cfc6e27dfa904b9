from __future__ import annotations

import pytest

from tests.helpers.services import connect, here, loop

__all__ = ["anyio_backend", "connect", "here", "loop"]


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run on asyncio."""
    return "asyncio"
