from __future__ import annotations

import time
from typing import Any

import pytest
import torch

from arf.inference import number_format


def test_a_busy_machine_does_not_change_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    product, threads = torch.nn.functional.linear, torch.get_num_threads()

    def while_others_run(*given: Any) -> torch.Tensor:
        time.sleep(0.05)
        return product(*given)

    monkeypatch.setattr(torch.nn.functional, "linear", while_others_run)

    assert number_format._seconds(torch.float32) < 0.05
    assert torch.get_num_threads() == threads
