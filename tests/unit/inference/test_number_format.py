from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import pytest
import torch

from arf.inference import number_format


def test_formats_are_compared_by_processor_time_which_a_busy_machine_does_not_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads, spent = torch.get_num_threads(), count(0, 3)
    monkeypatch.setattr(number_format, "time", SimpleNamespace(thread_time=lambda: next(spent)))

    assert number_format._seconds(torch.float32) == 3
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize(
    ("plain", "short", "chosen"), [(5.0, 1.0, torch.bfloat16), (1.1, 1.0, torch.float32), (1.0, 5.0, torch.float32)]
)
def test_bfloat16_must_win_clearly(
    monkeypatch: pytest.MonkeyPatch, plain: float, short: float, chosen: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(number_format, "_seconds", {torch.float32: plain, torch.bfloat16: short}.__getitem__)

    assert number_format.fastest_dtype.__wrapped__() == chosen
