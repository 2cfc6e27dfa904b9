"""A site and servers, for those that stand on them."""

from __future__ import annotations

from tests.helpers.services import connect, here, loop

__all__ = ["connect", "here", "loop"]
