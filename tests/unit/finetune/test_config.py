from __future__ import annotations

from typing import Any

import pytest

from arf.finetune.config import TrainConfig
from arf.kit.errors import InvalidRecord


def test_config_reads_back_when_written() -> None:
    config = TrainConfig(epochs=3, first_layer=10, dtype="auto")
    assert TrainConfig.from_dict(config.as_dict()) == config


@pytest.mark.parametrize(
    ("name", "value"),
    [("rank", 0), ("epochs", -1), ("rank", 1.5), ("threads", True), ("first_layer", -1), ("dtype", "int8"), ("lr", 1)],
)
def test_setting_is_named_when_it_is_bad(name: str, value: Any) -> None:
    with pytest.raises(InvalidRecord, match=f"^{name}: "):
        TrainConfig.from_dict({name: value})


def test_rate_rises_and_then_falls_when_steps_go_by() -> None:
    config = TrainConfig(learning_rate=1.0, warmup_steps=4)
    rates = [config.rate(step, 100) for step in range(100)]
    assert rates[:5] == sorted(rates[:5])
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert max(rates) == pytest.approx(0.96)
    assert rates[-1] == pytest.approx(0.01)
