"""A page token that nobody was given is refused, whatever it holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from arf.kit.db.page_token import place_of, token_of
from arf.kit.errors import InvalidRecord

AT = datetime(2026, 12, 1, 9, 30, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("numbers", [(), (1,)])
def test_a_token_leads_back_to_its_row(numbers: tuple[int, ...]) -> None:
    assert place_of(token_of(*numbers, at=AT, id_="a.b-1"), len(numbers)) == (*numbers, AT, "a.b-1")


@pytest.mark.parametrize("token", [".0.a", "0..a", "0.0.", "0", "9" * 30 + ".0.a", "-" + "9" * 19 + ".0.a", "0.0.a\0b"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidRecord, match="page_token"):
        place_of(token, 1)
