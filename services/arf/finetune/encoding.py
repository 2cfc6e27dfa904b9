"""Encodes examples as token ids, and as right-padded batches with the positions that predict completion tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from arf.calls.prompt import ChatMessage, Prompt
from arf.inference.chat import renderer
from arf.kit.errors import ArfError
from arf.v1.dataset_pb2 import Example


@dataclass(frozen=True)
class Encoded:
    """One example's token ids; from `start` on they are the completion with its end token."""

    ids: list[int]
    start: int

    def __len__(self) -> int:
        return len(self.ids)


def encode(example: Example, tokenizer: Any) -> Encoded:
    """Encodes prompt and completion separately, as inference does, and appends the end token.

    Messages are rendered with the tokenizer's own chat template, as at inference.
    """
    if tokenizer.eos_token_id is None:
        raise ArfError("the base model's tokenizer has no end token: a student could not learn to end")
    special = not tokenizer.chat_template
    messages = tuple(ChatMessage(m.role, m.content) for m in example.messages)
    text = renderer(tokenizer)(Prompt(messages, version="", prefill=example.prefill))
    prompt = tokenizer(text, add_special_tokens=special)["input_ids"]
    completion = tokenizer(example.completion, add_special_tokens=False)["input_ids"]
    return Encoded([*prompt, *completion, tokenizer.eos_token_id], len(prompt))


@dataclass(frozen=True)
class Padded:
    """A padded batch. `ids` is (examples, longest); hidden states at (`rows`, `places`) predict `wanted`, one entry per
    completion token.

    Padding is known by length, not by token id: pad and end token may be the same, and a mask by id would then unlearn
    the end.
    """

    ids: torch.Tensor
    rows: torch.Tensor
    places: torch.Tensor
    wanted: torch.Tensor


def pad(examples: Sequence[Encoded]) -> Padded:
    """Pads on the right: causal attention never sees later padding, so no mask is needed."""
    widest = max(len(e) for e in examples)
    ids = torch.zeros(len(examples), widest, dtype=torch.long)
    rows: list[int] = []
    places: list[int] = []
    wanted: list[int] = []
    for row, example in enumerate(examples):
        ids[row, : len(example)] = torch.tensor(example.ids)
        completion = example.ids[example.start :]
        rows += [row] * len(completion)
        places += range(example.start - 1, len(example) - 1)
        wanted += completion
    return Padded(ids, torch.tensor(rows), torch.tensor(places), torch.tensor(wanted))
