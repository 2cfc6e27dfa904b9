"""Proves which adapter answers: by the log-probabilities that it gives the tokens of a fixed text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TEXT = (
    "The customer called because a parcel had not arrived. The agent found that it was sent to the old address, "
    "apologised, and promised a replacement by Friday. Nothing else is open."
)

MARGIN = 2.0
"""How many times nearer an answer must be to its own adapter than to any other."""

Fingerprint = Sequence[float]
"""The natural log-probability of each token of TEXT but the first."""


@dataclass(frozen=True)
class Match:
    """The adapter nearest to an answer, and how many times further the next one is."""

    nearest: str
    margin: float


def match(measured: Fingerprint, known: Mapping[str, Fingerprint]) -> Match:
    """The known fingerprint that is nearest by mean difference. Raises ValueError if one has another length."""
    distances = sorted((_distance(measured, each), name) for name, each in known.items())
    (least, nearest), others = distances[0], distances[1:]
    return Match(nearest, others[0][0] / max(least, 1e-9) if others else math.inf)


def fingerprints(base: Path, adapters: Iterable[Path]) -> list[list[float]]:
    """Those of the bare base model and of each adapter over it, computed here, without any engine."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokens = torch.tensor([AutoTokenizer.from_pretrained(base)(TEXT)["input_ids"]])
    made = []
    for adapter in (None, *adapters):
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
        if adapter is not None:
            model = PeftModel.from_pretrained(model, adapter).eval()
        with torch.inference_mode():
            logprobs = torch.log_softmax(model(input_ids=tokens).logits[0, :-1], -1)
        made.append(logprobs.gather(1, tokens[0, 1:, None])[:, 0].tolist())
    return made


def _distance(one: Fingerprint, other: Fingerprint) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
