"""Functions of the bug cases that reach into the project, as the project is now."""

from __future__ import annotations

from typing import Any

from arf.finetune import dataset as _dataset

_build = _dataset.build_dataset


def _build_dataset(*args: Any, render: object = None, **settings: Any) -> Any:
    """The builder as the cases call it: with a renderer, which a dataset of messages no longer needs."""
    return _build(*args, **settings)


_dataset.build_dataset = _build_dataset
