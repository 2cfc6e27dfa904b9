"""A site for the commands that work on the services' bus and database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.sealing import Site
from tests.helpers.sites import started


@pytest.fixture
def data(tmp_path: Path) -> str:
    """The folder of the site, as `--data` wants it."""
    return str(tmp_path / "site")


@pytest.fixture
def here(data: str) -> Iterator[Site]:
    """The site, open."""
    with started(Path(data)) as made:
        yield made
