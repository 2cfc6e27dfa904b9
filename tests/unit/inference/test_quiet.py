"""What libraries tell their developers stays off the terminal, and nothing else does."""

from __future__ import annotations

import warnings
from pathlib import Path

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from arf.calls.prompt import ChatMessage, Decoding, Prompt
from arf.inference.loaded_model import LoadedModel
from arf.inference.port import Request
from arf.inference.quiet import no_library_deprecations
from tests.helpers.tiny_model import make_tiny_model


def test_no_deprecation_is_told_when_an_adapter_is_loaded(tmp_path: Path) -> None:
    tiny = make_tiny_model(tmp_path / "tiny")
    model = AutoModelForCausalLM.from_pretrained(tiny)
    get_peft_model(model, LoraConfig(r=2, target_modules=["q_proj"])).save_pretrained(tmp_path / "adapter")
    engine = LoadedModel(tiny, threads=1, dtype="float32")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        prompt = Prompt((ChatMessage("user", "Hello"),), "v@1")
        engine.complete([Request(prompt, Decoding(2), str(tmp_path / "adapter"))])
    assert [str(w.message) for w in told if issubclass(w.category, FutureWarning)] == []


def test_another_warning_is_told_when_deprecations_are_silenced() -> None:
    with warnings.catch_warnings(record=True) as told, no_library_deprecations():
        warnings.simplefilter("always", append=True)
        warnings.warn("the weights do not fit", UserWarning, stacklevel=1)
        warnings.warn("`is_gradient_checkpointing` is deprecated and will be removed", FutureWarning, stacklevel=1)
        warnings.warn("`something_else` is deprecated", FutureWarning, stacklevel=1)
    assert [str(w.message) for w in told] == ["the weights do not fit", "`something_else` is deprecated"]
