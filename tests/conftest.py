"""Settings of every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Tests run side by side, and start processes: more threads of torch's than this wait for each other, spinning.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("arf", deadline=None)
settings.load_profile("arf")

FOLDERS = {"e2e": 0, "integration": 1, "unit": 2}
"""Marks by folder, in the order in which workers side by side take them: the longest first."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks each test by its folder, and keeps what shares costly fixtures on one worker: a file, or Kafka's broker."""
    tests = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(tests).parts[0]
        if folder in FOLDERS:
            item.add_marker(folder)
        on_broker = item.get_closest_marker("kafka") is not None and item.path.parent.name == "bus"
        item.add_marker(pytest.mark.xdist_group("broker" if on_broker else item.path.relative_to(tests).as_posix()))
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: FOLDERS.get(item.path.relative_to(tests).parts[0], len(FOLDERS)))
