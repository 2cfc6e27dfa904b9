from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.finetune.batches import plan_epoch, split_by_tokens

LENGTHS = st.lists(st.integers(1, 300), min_size=1, max_size=200)


@given(lengths=LENGTHS, size=st.integers(1, 16), seed=st.integers(0, 9), epoch=st.integers(0, 3))
def test_every_example_is_in_one_batch_when_planned(lengths: list[int], size: int, seed: int, epoch: int) -> None:
    plan = plan_epoch(lengths, size, seed, epoch)
    assert sorted(i for batch in plan for i in batch) == list(range(len(lengths)))
    assert max(len(batch) for batch in plan) <= size
    assert plan == plan_epoch(lengths, size, seed, epoch)


def test_order_differs_when_seed_or_epoch_does() -> None:
    lengths = [10] * 64
    plans = [plan_epoch(lengths, 8, seed, epoch) for seed, epoch in ((0, 0), (0, 1), (1, 0))]
    assert plans[0] != plans[1] != plans[2] != plans[0]


def test_padding_is_little_when_lengths_vary() -> None:
    lengths = [10 + 7 * (i % 40) for i in range(160)]
    padded = sum(max(lengths[i] for i in b) * len(b) for b in plan_epoch(lengths, 8, 0, 0))
    assert padded < 1.1 * sum(lengths)


def test_number_of_batches_is_the_least_when_the_last_pool_is_short() -> None:
    assert len(plan_epoch([5] * 131, 8, 0, 0)) == 17


@given(lengths=LENGTHS, limit=st.integers(1, 900))
def test_parts_hold_all_and_keep_to_the_limit_when_split(lengths: list[int], limit: int) -> None:
    parts = split_by_tokens(range(len(lengths)), lengths, limit)
    assert sorted(i for part in parts for i in part) == list(range(len(lengths)))
    for part in parts:
        assert len(part) == 1 or max(lengths[i] for i in part) * len(part) <= limit
