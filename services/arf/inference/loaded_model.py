"""A model loaded into this process, on transformers and peft: fixed thread count, batches planned by length."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.calls.prompt import Completion
from arf.inference.chat import renderer
from arf.inference.decode import DecodingRow, generate
from arf.inference.lora_switch import AdapterSwitch
from arf.inference.number_format import fastest_dtype
from arf.inference.port import ModelFailed, Progress, Request
from arf.inference.profiles import window_of
from arf.inference.quiet import no_progress_bars

_MAX_ROWS = 64  # Beyond this a step's cost grows with the rows, and a killed run would lose more work.


def plan_batches(
    lengths: Sequence[int], new_tokens: int, token_budget: int, max_rows: int = _MAX_ROWS
) -> list[list[int]]:
    """Groups prompts of similar length into batches of indices, longest first; a pure function.

    A batch holds at most `token_budget` tokens including padding and new tokens, but always at least one row.
    """
    batches: list[list[int]] = []
    room = 0
    for i in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if not batches or len(batches[-1]) >= room:
            batches.append([])
            room = max(1, min(max_rows, token_budget // (lengths[i] + new_tokens)))
        batches[-1].append(i)
    return batches


Listener = Callable[[Callable[[], str]], bool]
"""Called in the model's thread after each token of a reply, with what gives its text so far; true ends the reply."""


class LoadedModel:
    """A model and its tokenizer in memory, for one caller at a time."""

    def __init__(
        self, path: Path, *, name: str | None = None, threads: int = 2, dtype: str = "auto", token_budget: int = 24_576
    ) -> None:
        torch.set_num_threads(threads)
        self._threads = threads
        self._name = name or path.name
        self._tokenizer = AutoTokenizer.from_pretrained(path)
        self._render = renderer(self._tokenizer)
        chosen = fastest_dtype() if dtype == "auto" else getattr(torch, dtype)
        with no_progress_bars():
            self._model = AutoModelForCausalLM.from_pretrained(path, dtype=chosen).eval()
        self._window = window_of(self._model.config.to_dict())
        self._ends = _end_tokens(self._model, self._tokenizer)
        self._adapters = AdapterSwitch(self._model, path)
        self._token_budget = token_budget

    def complete(
        self,
        requests: Sequence[Request],
        progress: Progress = lambda _: None,
        listeners: Sequence[Listener] = (),
    ) -> list[Completion | ModelFailed]:
        """Replies in order to requests that share decoding and adapter; a ModelFailed for each impossible one.

        `listeners`, if given, are one for each request. A reply is shorter than requested if the context window has no
        more room. Raises NotFound or Corrupt for the adapter.
        """
        if not requests:
            return []
        torch.set_num_threads(self._threads)
        decoding, adapter = requests[0].decoding, requests[0].adapter
        self._adapters.use(None if adapter is None else Path(adapter))
        rows = [self._row(request) for request in requests]
        good = [row for row in rows if isinstance(row, DecodingRow)]
        hear = {id(row): listener for row, listener in zip(rows, listeners, strict=False)}

        def stopped(row: DecodingRow) -> bool:
            listener = hear.get(id(row))
            ended = bool(decoding.stop) and self._cut(row, "", decoding.stop)[1]
            return ended or (listener is not None and listener(lambda: self._cut(row, "", decoding.stop)[0]))

        seconds: dict[int, float] = {}
        for batch in plan_batches([len(r.prompt) for r in good], decoding.max_new_tokens, self._token_budget):
            started = time.monotonic()
            generate(
                self._model,
                [good[i] for i in batch],
                decoding,
                ends=self._ends,
                pad=next(iter(sorted(self._ends)), 0),
                stopped=stopped,
                finished=progress,
            )
            share = (time.monotonic() - started) / sum(_tokens(good[i]) for i in batch)
            seconds |= {id(good[i]): share * _tokens(good[i]) for i in batch}
        progress(len(rows) - len(good))
        return [
            self._completion(row, request, seconds[id(row)]) if isinstance(row, DecodingRow) else row
            for row, request in zip(rows, requests, strict=True)
        ]

    def _row(self, request: Request) -> DecodingRow | ModelFailed:
        if request.schema is not None:
            return self._refusal("cannot bind a reply to a schema")
        text = self._render(request.prompt)
        tokens = self._tokenizer(text, add_special_tokens=not self._tokenizer.chat_template)["input_ids"]
        if not tokens or (self._window and len(tokens) >= self._window):
            return self._refusal(f"the prompt has {len(tokens)} tokens, where the model takes 1 to {self._window}")
        limit = request.decoding.max_new_tokens
        # Each text has its own random stream, so that sampling does not depend on the batch.
        seed = hashlib.sha256(f"{request.decoding.seed}:{text}".encode()).digest()
        return DecodingRow(
            tokens,
            int.from_bytes(seed[:6], "big"),
            min(limit, self._window - len(tokens)) if self._window else limit,
            request.top_logprobs,
        )

    def _refusal(self, reason: str) -> ModelFailed:
        return ModelFailed(f"{self._name}: {reason}", passing=False, sick=False)

    def _completion(self, row: DecodingRow, request: Request, seconds: float) -> Completion:
        return Completion(
            text=self._cut(row, request.prompt.prefill, request.decoding.stop)[0],
            prompt_tokens=len(row.prompt),
            completion_tokens=len(row.generated),
            seconds=seconds,
            finish_reason=row.finish_reason,
            top_logprobs=tuple({self._tokenizer.decode([t]): p for t, p in place.items()} for place in row.logprobs),
        )

    def _cut(self, row: DecodingRow, prefill: str, stop: Sequence[str]) -> tuple[str, bool]:
        """The reply up to the first stop string, and whether there is one."""
        # Decode with a token in front: some tokenizers drop the leading space of the first token.
        before = self._tokenizer.decode(row.prompt[-1:], skip_special_tokens=True)
        whole = self._tokenizer.decode(row.prompt[-1:] + row.generated, skip_special_tokens=True)
        text = whole[len(before) :]
        places = [p for s in stop if (p := text.find(s)) >= 0]
        return prefill + (text[: min(places)] if places else text), bool(places)


def _tokens(row: DecodingRow) -> int:
    return len(row.prompt) + len(row.generated)


def _end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    ends = model.generation_config.eos_token_id
    known = ends if isinstance(ends, list) else [ends]
    return frozenset(int(t) for t in [*known, tokenizer.eos_token_id] if t is not None)
