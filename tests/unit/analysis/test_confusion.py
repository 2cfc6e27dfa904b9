from __future__ import annotations

import pytest

from arf.analysis.confusion import Confusion, add


def test_scores_follow_from_the_counts_when_all_are_defined() -> None:
    counts = Confusion(tp=3, fp=1, fn=2, tn=4)
    assert (counts.n, counts.positives, counts.flagged) == (10, 5, 4)
    assert counts.precision == 0.75
    assert counts.recall == 0.6
    assert counts.balanced_accuracy == pytest.approx(0.7)
    assert counts.f1 == pytest.approx(2 / 3)


def test_scores_are_none_when_the_counts_do_not_define_them() -> None:
    assert Confusion(tn=3).recall is None
    assert Confusion(fn=3).precision is None
    assert Confusion(tp=3).balanced_accuracy is None
    assert Confusion(fn=3).f1 == 0.0


@pytest.mark.parametrize("truth", [True, False])
@pytest.mark.parametrize("predicted", [True, False])
def test_a_single_prediction_lands_in_one_cell_when_counted(truth: bool, predicted: bool) -> None:
    counts = add([Confusion.of(truth, predicted)])
    assert (counts.n, counts.positives, counts.flagged) == (1, truth, predicted)
