"""One event loop a module, and services as they are wired."""

from __future__ import annotations

from tests.helpers.services import loop, run

__all__ = ["loop", "run"]
