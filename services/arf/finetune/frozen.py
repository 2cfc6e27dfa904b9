"""Runs the frozen layers once per example instead of once per step.

Nothing below `first_layer` is trained, so these layers' output for an example never changes: it is computed before the
first step and kept, and each step runs only the layers above. With half the layers frozen a step costs half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from arf.finetune.batches import split_by_tokens
from arf.finetune.encoding import Encoded, pad


class FrozenLayers:
    """A decoder split below layer `first`, for decoders that keep their blocks in `layers` and end in `norm`.

    Holds 4 bytes x model width per token of the computed examples.
    """

    def __init__(self, decoder: Any, first: int) -> None:
        self._decoder = decoder
        self._below, self._above = decoder.layers[:first], decoder.layers[first:]

    def compute(self, examples: Sequence[Encoded], tokens_at_a_time: int) -> list[torch.Tensor]:
        """The frozen layers' output for each example, (tokens, width), depending on the examples alone.

        Batches are planned from all examples, so that a resumed training gets exactly the same numbers.
        """
        outputs: dict[int, torch.Tensor] = {}
        lengths = [len(e) for e in examples]
        with torch.no_grad(), self._only(self._below, torch.nn.Identity()):
            for part in split_by_tokens(range(len(examples)), lengths, tokens_at_a_time):
                ids = pad([examples[i] for i in part]).ids
                hidden = self._decoder(input_ids=ids, use_cache=False).last_hidden_state
                outputs |= {i: hidden[row, : lengths[i]].clone() for row, i in enumerate(part)}
        return [outputs[i] for i in range(len(examples))]

    def finish(self, below: Sequence[torch.Tensor]) -> torch.Tensor:
        """The last hidden states from what `compute` returned for some examples, (examples, longest, width)."""
        padded = torch.nn.utils.rnn.pad_sequence(list(below), batch_first=True)
        with self._only(self._above, self._decoder.norm):
            hidden: torch.Tensor = self._decoder(inputs_embeds=padded, use_cache=False).last_hidden_state
        return hidden

    @contextmanager
    def _only(self, layers: Any, norm: Any) -> Iterator[None]:
        """Makes the decoder run only these layers; restored afterwards, since saved weights use layer indices."""
        whole = self._decoder.layers, self._decoder.norm
        self._decoder.layers, self._decoder.norm = layers, norm
        try:
            yield
        finally:
            self._decoder.layers, self._decoder.norm = whole
