"""The format of ids of tenants, calls, turns and all else that users name. The protos have the same rule."""

from __future__ import annotations

import re

ID = r"[A-Za-z0-9._:-]{1,128}"

_ID = re.compile(ID)


def is_id(text: str) -> bool:
    """Whether a text is a valid id."""
    return _ID.fullmatch(text) is not None
