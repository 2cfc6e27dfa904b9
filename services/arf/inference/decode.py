"""Batched decoding with a transformers model, independent of prompts, adapters and text.

transformers' `generate` is not used: it computes finished rows to the end, copies the whole cache at every token, and
samples all rows from one random stream, so that a completion depends on its neighbours.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicCache, DynamicLayer

from arf.calls.prompt import Decoding

_SPARE = 64  # Tokens by which a cache layer grows: one copy every 64 steps, with little memory wasted.

_COLDEST = 1e-4
"""Below this temperature decoding is greedy; dividing by it would overflow."""


@dataclass
class DecodingRow:
    """One prompt being completed: its tokens, its own random stream, and what has been generated.

    `limit` caps the generated tokens if lower than the decoding's; `top` is how many of the likeliest tokens to record
    at each position, with log-probabilities.
    """

    prompt: list[int]
    seed: int
    limit: int | None = None
    top: int = 0
    logprobs: list[dict[int, float]] = field(default_factory=list)
    generated: list[int] = field(default_factory=list)
    finish_reason: str = "length"


class GrowingLayer(DynamicLayer):  # type: ignore[misc]
    """A cache layer with spare capacity: appending writes in place instead of copying everything."""

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Appends, and returns all keys and values so far, each (batch, heads, tokens, head size)."""
        start = self.get_seq_length()
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self._rooms = [self._room(key_states, 0), self._room(value_states, 0)]
        end = start + key_states.shape[-2]
        for i, new in enumerate((key_states, value_states)):
            if end > self._rooms[i].shape[-2]:
                old, self._rooms[i] = self._rooms[i], self._room(new, start)
                self._rooms[i][:, :, :start] = old[:, :, :start]
            self._rooms[i][:, :, start:end] = new
        self.keys, self.values = (room[:, :, :end] for room in self._rooms)
        return self.keys, self.values

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keeps these rows of the batch."""
        end = self.get_seq_length()
        self._rooms = [room[indices] for room in self._rooms]
        self.keys, self.values = (room[:, :, :end] for room in self._rooms)

    @staticmethod
    def _room(states: torch.Tensor, used: int) -> torch.Tensor:
        batch, heads, tokens, size = states.shape
        return states.new_empty(batch, heads, used + tokens + _SPARE, size)


def generate(
    model: Any,
    rows: Sequence[DecodingRow],
    decoding: Decoding,
    *,
    ends: frozenset[int],
    pad: int,
    stopped: Callable[[DecodingRow], bool] = lambda _: False,
    finished: Callable[[int], None] = lambda _: None,
) -> None:
    """Completes the rows in place; `stopped` says whether a row's text contains a stop string.

    A row leaves the batch as soon as it ends; its end token is dropped. `finished` is called with the number of rows
    that ended.
    """
    live = list(rows)
    width = max(len(row.prompt) for row in live)
    tokens = torch.tensor([[pad] * (width - len(row.prompt)) + row.prompt for row in live])
    mask = torch.tensor([[0] * (width - len(row.prompt)) + [1] * len(row.prompt) for row in live])
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    draws = [torch.Generator().manual_seed(row.seed) for row in live]
    cache = _new_cache(model)
    # Logits of the last position only: over a long prompt, all of them would cost more than the layers do.
    accepted = inspect.signature(model.forward).parameters
    extra: dict[str, Any] = {"logits_to_keep": 1} if "logits_to_keep" in accepted else {}
    extra["cache" if "cache" in accepted else "past_key_values"] = cache  # transformers 5 is renaming this.
    with torch.inference_mode():
        for _ in range(decoding.max_new_tokens):
            logits = model(
                input_ids=tokens,
                attention_mask=mask,
                position_ids=positions,
                use_cache=True,
                **extra,
            ).logits[:, -1]
            _keep_likeliest(logits, live)
            chosen = _choose(logits, decoding, draws)
            kept = [i for i, row in enumerate(live) if not _ends(row, chosen[i], ends, stopped)]
            finished(len(live) - len(kept))
            if not kept:
                return
            if len(kept) < len(live):
                live, draws = [live[i] for i in kept], [draws[i] for i in kept]
                cache.batch_select_indices(torch.tensor(kept))
                mask, positions = mask[kept], positions[kept]
            tokens = torch.tensor([[row.generated[-1]] for row in live])
            mask = torch.cat([mask, mask.new_ones(len(live), 1)], dim=1)
            positions = positions[:, -1:] + 1
    finished(len(live))


def _new_cache(model: Any) -> Cache:
    # Models with other than full attention bring their own cache layers.
    plain = DynamicCache(config=model.config)
    if {type(layer) for layer in plain.layers} <= {DynamicLayer}:
        return Cache(layer_class_to_replicate=GrowingLayer)
    return plain


def _ends(row: DecodingRow, token: int, ends: frozenset[int], stopped: Callable[[DecodingRow], bool]) -> bool:
    if token in ends:
        row.finish_reason = "stop"
        return True
    row.generated.append(token)
    if stopped(row):
        row.finish_reason = "stop"
        return True
    return row.limit is not None and len(row.generated) >= row.limit


def _keep_likeliest(logits: torch.Tensor, live: Sequence[DecodingRow]) -> None:
    for place, row in enumerate(live):
        if row.top:
            likeliest = torch.log_softmax(logits[place].float(), -1).topk(row.top)
            pairs = zip(likeliest.indices.tolist(), likeliest.values.tolist(), strict=True)
            row.logprobs.append(dict(pairs))


def _choose(logits: torch.Tensor, decoding: Decoding, draws: list[torch.Generator]) -> list[int]:
    if decoding.temperature < _COLDEST:
        return list(logits.argmax(-1).tolist())
    ordered, index = torch.softmax(logits.float() / decoding.temperature, -1).sort(stable=True, dim=-1, descending=True)
    # Nucleus sampling: the likeliest tokens up to and including the one that reaches top_p.
    ordered[ordered.cumsum(-1) - ordered >= decoding.top_p] = 0
    places = [int(torch.multinomial(row, 1, generator=draw)) for row, draw in zip(ordered, draws, strict=True)]
    return [int(index[i, place]) for i, place in enumerate(places)]
