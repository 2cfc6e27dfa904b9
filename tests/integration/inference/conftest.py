"""The model, three adapters that say one word each, and an engine, once for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arf.inference.models import ensure, list_models
from tests.helpers.marker_adapter import make_marker_adapter
from tests.helpers.needs import lacking
from tests.helpers.ray_engine import PYTHON, RayEngine, ray_engine

WORDS = ("marigold", "saxophone", "glacier")


@pytest.fixture(scope="session")
def base() -> Path:
    """The real model's folder."""
    if not PYTHON.exists():
        lacking("inference", "vLLM and Ray are not installed: make setup-inference")
    if None in list_models().values():
        lacking("model", "the model is not in the cache; `arf models pull` gets it")
    return ensure()


@pytest.fixture(scope="session")
def folders(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The adapters' folders by their words."""
    home = tmp_path_factory.mktemp("adapters")
    return {word: make_marker_adapter(base, home / word, word) for word in WORDS}


@pytest.fixture(scope="module")
def engine(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayEngine]:
    """An engine without adapters at first; removed ones go after two seconds without a request."""
    with ray_engine(tmp_path_factory.mktemp("engine") / "home", RETIRE_AFTER_S="2") as running:
        yield running
