"""LoRA on a CPU, mended: vLLM 0.29 to 0.32 give the rows of the base model the adapter of the last slot (its PR 48421).

The fallback for CPUs marks those rows with slot -1, which indexes from the end; it also copies an adapter's weights for
each token of a prompt. Here it is one product per adapter and batch. Named by `worker_extension_cls`; the kernels for
GPUs are right.
"""

from __future__ import annotations

from typing import Any

from vllm.lora.punica_wrapper.punica_cpu import PunicaWrapperCPU


def add_lora_linear(
    self: Any, y: Any, x: Any, lora_a_stacked: Any, lora_b_stacked: Any, scale: float, output_slices: Any, **_: Any
) -> None:
    """Adds each row's adapter to `y` in place: x (rows, in), y (rows, sum of the slices)."""
    y, x = y.view(-1, y.shape[-1]), x.view(-1, x.shape[-1])
    slots = self.token_lora_indices
    for slot in slots.unique().tolist():
        if slot < 0:
            continue
        rows = (slots == slot).nonzero().squeeze(1)
        mine, start = x[rows], 0
        for a, b, width in zip(lora_a_stacked, lora_b_stacked, output_slices, strict=True):
            y[rows, start : start + width] += (mine @ a[slot, 0].T * scale) @ b[slot, 0].T
            start += width


PunicaWrapperCPU.add_lora_linear = add_lora_linear


class Extension:
    """What vLLM asks for; importing this module is what counts."""
