"""What tests need of the machine: Kafka, PostgreSQL, the real model. What lacks it skips, or fails if told to."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRED = "ARF_REQUIRE"
"""Names what has to be here, e.g. `kafka,postgres,model`: a test that lacks it then fails, so that CI skips nothing."""


def lacking(what: str, reason: str) -> NoReturn:
    """Skips the test that runs for lack of `what`; fails it where ARF_REQUIRE names that."""
    if what in os.environ.get(REQUIRED, "").split(","):
        pytest.fail(f"{REQUIRED} wants {what}, but {reason}", pytrace=False)
    pytest.skip(reason)
