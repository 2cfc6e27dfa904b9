"""Derives a model's profile from its endpoint's description or its folder; settings take precedence."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

from arf.inference.profile import DEFAULT_WINDOW, ModelProfile, estimated_tokens, small_profile
from arf.inference.settings import ModelSettings

_SMALL = 1_000_000_000
"""Models with fewer parameters than this are small."""


def profile_of_card(card: Mapping[str, Any], settings: ModelSettings) -> ModelProfile:
    """From an endpoint's model list: `max_model_len` as in vLLM, `meta.n_params` as in llama.cpp."""
    meta = card.get("meta")
    parameters = _number(meta.get("n_params")) if isinstance(meta, Mapping) else None
    return _profile(_number(card.get("max_model_len")), parameters, settings, structured=True)


def profile_of_folder(folder: Path, settings: ModelSettings) -> ModelProfile:
    """From a model's folder, without loading its weights; tokens are counted with its own tokenizer."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))

    def count(text: str) -> int:
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    return _profile(window_of(config), parameters_of(folder), settings, structured=False, count=count)


def window_of(config: Mapping[str, Any]) -> int | None:
    """The context window in a model's config.json, or None."""
    inner = config.get("text_config")
    return _number(config.get("max_position_embeddings")) or (window_of(inner) if isinstance(inner, Mapping) else None)


def parameters_of(folder: Path) -> int:
    """The number of parameters in a folder's .safetensors, from their headers alone."""
    return sum(map(_parameters, folder.glob("*.safetensors")))


def _parameters(file: Path) -> int:
    with file.open("rb") as data:
        (length,) = struct.unpack("<Q", data.read(8))
        header = json.loads(data.read(length))
    return sum(prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")


def _profile(
    window: int | None,
    parameters: int | None,
    settings: ModelSettings,
    *,
    structured: bool,
    count: Callable[[str], int] = estimated_tokens,
) -> ModelProfile:
    size = settings.window or window or DEFAULT_WINDOW
    small = parameters is not None and parameters < _SMALL if settings.small is None else settings.small
    made = small_profile(size, count) if small else ModelProfile(size, count=count)
    return replace(made, refuses=settings.refuses, structured=structured, parameters=parameters)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
