"""A site for what is done with the services as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.sealing import Site
from tests.helpers.sites import started


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    """The site of a folder, open."""
    with started(tmp_path) as made:
        yield made
