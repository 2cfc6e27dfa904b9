"""A support checker on any Hugging Face NLI or MiniCheck-type classifier, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from arf.inference.quiet import no_progress_bars
from arf.kit.errors import ArfError, Unavailable
from arf.v1.transcript_pb2 import Call

_SUPPORTED = ("entail", "support", "consistent", "faithful", "true", "yes")
_BATCH = 16


class NliChecker:
    """The probability that some chunk of the call entails the claim, by a sequence-classification model.

    The call is cut into chunks of whole turns that fit the model beside the claim, each starting with the last turns of
    the one before; the best chunk counts (as in SummaC and MiniCheck). The model is loaded at the first claim. Raises
    Unavailable if it cannot be loaded, ArfError if its labels do not say which one is entailment.
    """

    def __init__(self, model: str, *, max_tokens: int = 512, overlap: int = 2) -> None:
        self._name = model
        self._max_tokens = max_tokens
        self._overlap = overlap

    @property
    def id(self) -> str:
        """nli:MODEL@1"""
        return f"nli:{self._name}@1"

    def support(self, claims: Sequence[str], call: Call) -> list[float]:
        return [self._best(claim, [f"{t.speaker}: {t.text}" for t in call.turns]) for claim in claims]

    def _best(self, claim: str, lines: Sequence[str]) -> float:
        room = self._limit - len(self._tokens(claim)) - 4  # the special tokens of a pair
        costs = [len(self._tokens(line)) + 1 for line in lines]
        premises = ["\n".join(lines[i:j]) for i, j in stretches(costs, room, self._overlap)]
        return max(
            (p for at in range(0, len(premises), _BATCH) for p in self._classify(premises[at : at + _BATCH], claim)),
            default=0.0,
        )

    def _classify(self, premises: Sequence[str], claim: str) -> list[float]:
        import torch

        tokenizer, model, entailment = self._loaded
        batch = tokenizer(
            list(premises),
            [claim] * len(premises),
            truncation="only_first",
            max_length=self._limit,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            probabilities = model(**batch).logits.float().softmax(-1)[:, entailment]
        return [float(p) for p in probabilities]

    def _tokens(self, text: str) -> list[int]:
        tokenizer, _, _ = self._loaded
        return list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    @property
    def _limit(self) -> int:
        tokenizer, model, _ = self._loaded
        positions = getattr(model.config, "max_position_embeddings", self._max_tokens)
        return min(self._max_tokens, int(tokenizer.model_max_length), int(positions))

    @cached_property
    def _loaded(self) -> tuple[Any, Any, int]:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(self._name)
            with no_progress_bars():
                model = AutoModelForSequenceClassification.from_pretrained(self._name).eval()
        except (OSError, ValueError) as error:
            raise Unavailable(f"support model {self._name}: {str(error).splitlines()[0]}") from error
        return tokenizer, model, entailment_index(model.config.id2label, self._name)


def entailment_index(id2label: Mapping[int, str], model: str) -> int:
    """The index of the output that means "supported". Raises ArfError if the labels do not say.

    MiniCheck-type models leave their two labels unnamed; then it is 1.
    """
    names = {int(i): str(name).lower().replace("-", "_") for i, name in id2label.items()}
    named = [i for i, name in names.items() if name.startswith(_SUPPORTED)]
    if len(named) == 1:
        return named[0]
    if set(names.values()) == {"label_0", "label_1"}:
        return 1
    raise ArfError(f"support model {model}: which of its labels is entailment? {sorted(names.values())}")


def stretches(costs: Sequence[int], room: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges that cover all turns in order, each within `room` tokens but at least one turn.

    Each range repeats up to `overlap` turns of the one before, as far as they fit together with a new turn.
    """
    start, end = 0, 0
    while end < len(costs):
        used = sum(costs[start:end])
        while end < len(costs) and (start == end or used + costs[end] <= room):
            used += costs[end]
            end += 1
        yield start, end
        if end < len(costs):
            start = max(start, end - overlap)
            while start < end and sum(costs[start:end]) + costs[end] > room:
                start += 1
