from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from arf.finetune.lora_forward import use_fast_forward
from tests.helpers.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


def tuned(base: Path, **settings: Any) -> Any:
    torch.manual_seed(1)
    config = LoraConfig(r=4, lora_alpha=12, target_modules="all-linear", init_lora_weights=False, **settings)
    return get_peft_model(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float64), config).double()


def losses_and_gradients(model: Any) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    ids = torch.arange(3, 63).reshape(3, 20)
    loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    return loss.detach(), {n: p.grad for n, p in model.named_parameters() if p.grad is not None}


def test_loss_and_gradients_are_those_of_peft_when_the_fast_forward_is_used(base: Path) -> None:
    plain, fast = tuned(base), tuned(base)
    assert use_fast_forward(fast) == 3 * 7
    loss, gradients = losses_and_gradients(plain)
    fast_loss, fast_gradients = losses_and_gradients(fast)
    # In float64, where only the order of sums differs: in float32 that alone is 1e-6 on some processors.
    torch.testing.assert_close(fast_loss, loss, rtol=1e-12, atol=1e-12)
    assert gradients.keys() == fast_gradients.keys()
    assert len(gradients) == 3 * 7 * 2
    for name, gradient in gradients.items():
        torch.testing.assert_close(fast_gradients[name], gradient, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("settings", [{"lora_dropout": 0.1}, {"use_dora": True}])
def test_layers_keep_their_own_forward_when_they_are_not_plain(base: Path, settings: dict[str, Any]) -> None:
    assert use_fast_forward(tuned(base, **settings)) == 0
