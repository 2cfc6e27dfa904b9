from __future__ import annotations

import pytest

from arf.teacher.prices import Price


@pytest.mark.parametrize(
    ("price", "tokens", "micros"),
    [
        (Price(500_000, 1_500_000), (1_000_000, 1_000_000), 2_000_000),
        (Price(500_000, 0), (1, 0), 1),
        (Price(0, 1_500_000), (0, 1), 2),
        (Price(500_000, 1_500_000), (1, 1), 2),
        (Price(500_000, 0), (2, 7), 1),
        (Price(500_000, 1_500_000), (0, 0), 0),
    ],
)
def test_a_part_of_a_micro_is_a_whole_one_when_tokens_are_paid(
    price: Price, tokens: tuple[int, int], micros: int
) -> None:
    assert price.cost(*tokens) == micros
