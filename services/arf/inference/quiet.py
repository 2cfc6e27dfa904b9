"""Keeps off the terminal what libraries tell their own developers: ARF shows one bar a stage, and it would tear."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_progress_bars() -> Iterator[None]:
    """None of transformers' bars within; what was set before is set again after."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@contextmanager
def no_library_deprecations() -> Iterator[None]:
    """Within, nobody is told that peft asks a model by a name that transformers has renamed; all else is told."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        yield
