"""Page tokens: the sort key of a page's last row, which is numbers, then a time, then an id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from arf.kit.errors import InvalidRecord
from arf.kit.identifiers import is_id

_MOST = 2**31 - 1
"""Largest number in a token; a database's integers have an end."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def token_of(*numbers: int, at: datetime, id_: str) -> str:
    """The page token of a row."""
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    return ".".join([*map(str, numbers), str(micros), id_])


def place_of(token: str, numbers: int = 0) -> tuple[int | datetime | str, ...]:
    """The numbers, the time and the id in a token. Raises InvalidRecord for a malformed one."""
    try:
        *counted, id_ = token.split(".", numbers + 1)
        *first, micros = map(int, counted)
        if len(first) != numbers or max(map(abs, first), default=0) > _MOST or not is_id(id_):
            raise ValueError(token)
        return *first, _EPOCH + timedelta(microseconds=micros), id_
    except (ValueError, OverflowError):
        raise InvalidRecord("page_token", "is not a page token") from None
