"""The Engine port in process, on transformers and peft: a fixed number of threads, batches planned by length."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.chat import renderer
from arf.inference.decode import Row, generate
from arf.inference.lora_switch import AdapterSwitch
from arf.inference.number_format import fastest_dtype
from arf.inference.ports import Progress
from arf.inference.quiet import no_progress_bars
from arf.kit.errors import InvalidRecord

_MAX_ROWS = 64  # Past this a step's cost grows with the rows, and resume would lose more at a kill.


def plan_batches(
    lengths: Sequence[int], new_tokens: int, token_budget: int, max_rows: int = _MAX_ROWS
) -> list[list[int]]:
    """Indices in batches of like lengths, the longest first: a pure function of its arguments.

    A batch holds at most `token_budget` tokens, padding and new ones included, but always at least one row.
    """
    batches: list[list[int]] = []
    room = 0
    for i in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if not batches or len(batches[-1]) >= room:
            batches.append([])
            room = max(1, min(max_rows, token_budget // (lengths[i] + new_tokens)))
        batches[-1].append(i)
    return batches


class TransformersEngine:
    """A model in this process. Not thread-safe: one caller at a time."""

    def __init__(
        self,
        path: Path,
        *,
        name: str | None = None,
        threads: int = 2,
        dtype: str = "auto",
        token_budget: int = 24_576,
    ) -> None:
        torch.set_num_threads(threads)
        self._threads = threads
        self._name = name or path.name
        self._tokenizer = AutoTokenizer.from_pretrained(path)
        self._render = renderer(self._tokenizer)
        chosen = fastest_dtype() if dtype == "auto" else getattr(torch, dtype)
        with no_progress_bars():
            self._model = AutoModelForCausalLM.from_pretrained(path, dtype=chosen).eval()
        self._ends = _end_tokens(self._model, self._tokenizer)
        self._adapters = AdapterSwitch(self._model)
        self._token_budget = token_budget

    @property
    def model(self) -> str:
        """The model's name, an adapter's left out."""
        return self._name

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        """Completions in the order of the prompts. Raises InvalidRecord for a prompt longer than the model's window."""
        torch.set_num_threads(self._threads)
        self._adapters.use(adapter)
        rows = [self._row(prompt, decoding) for prompt in prompts]
        seconds = [0.0] * len(rows)
        for batch in plan_batches([len(r.prompt) for r in rows], decoding.max_new_tokens, self._token_budget):
            started = time.monotonic()
            generate(
                self._model,
                [rows[i] for i in batch],
                decoding,
                ends=self._ends,
                pad=next(iter(sorted(self._ends)), 0),
                stopped=lambda row: bool(decoding.stop) and self._cut(row, "", decoding.stop)[1],
                finished=progress or (lambda _: None),
            )
            share = (time.monotonic() - started) / sum(_tokens(rows[i]) for i in batch)
            for i in batch:
                seconds[i] = share * _tokens(rows[i])
        return [
            Completion(
                text=self._cut(row, prompt.prefill, decoding.stop)[0],
                prompt_tokens=len(row.prompt),
                completion_tokens=len(row.generated),
                seconds=spent,
                finish_reason=row.finish_reason,
            )
            for row, prompt, spent in zip(rows, prompts, seconds, strict=True)
        ]

    def _row(self, prompt: Prompt, decoding: Decoding) -> Row:
        text = self._render(prompt)
        tokens = self._tokenizer(text, add_special_tokens=not self._tokenizer.chat_template)["input_ids"]
        window = getattr(self._model.config, "max_position_embeddings", None)
        if not tokens or (window and len(tokens) + decoding.max_new_tokens > window):
            raise InvalidRecord("prompt", f"{len(tokens)} tokens, where the model takes 1 to {window} with its reply")
        # A stream of its own for each text: what is drawn does not depend on the prompts beside it.
        seed = hashlib.sha256(f"{decoding.seed}:{text}".encode()).digest()
        return Row(tokens, int.from_bytes(seed[:6], "big"))

    def _cut(self, row: Row, prefill: str, stop: Sequence[str]) -> tuple[str, bool]:
        """The reply up to the first stop string, and whether there is one."""
        # Decoded with a token before it: some tokenizers drop the space that a lone first token begins with.
        before = self._tokenizer.decode(row.prompt[-1:], skip_special_tokens=True)
        whole = self._tokenizer.decode(row.prompt[-1:] + row.generated, skip_special_tokens=True)
        text = whole[len(before) :]
        places = [p for s in stop if (p := text.find(s)) >= 0]
        return prefill + (text[: min(places)] if places else text), bool(places)


def _tokens(row: Row) -> int:
    return len(row.prompt) + len(row.generated)


def _end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    ends = model.generation_config.eos_token_id
    known = ends if isinstance(ends, list) else [ends]
    return frozenset(int(t) for t in [*known, tokenizer.eos_token_id] if t is not None)
