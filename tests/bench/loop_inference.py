"""The engine against transformers' `generate`: same model, prompts, decoding and, but for ties, text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.chat import renderer
from arf.inference.number_format import fastest_dtype
from arf.inference.open_model import open_model
from arf.inference.port import Request
from arf.inference.quiet import no_progress_bars
from arf.inference.settings import InferenceSettings
from arf.tasks.base import Task
from arf.v1.transcript_pb2 import Call
from tests.bench.measures import Comparison

BATCH = 16
"""Prompts that the baseline takes at a time, in the order given."""


class Inference:
    """The teacher's part: a summary of each call by the base model."""

    def __init__(self, base: Path, task: Task, warm_up: Sequence[Call]) -> None:
        self._task = task
        self._render = renderer(AutoTokenizer.from_pretrained(base))
        self._loop = asyncio.Runner()
        self._model = open_model(str(base))
        self._profile = self._loop.run(self._model.profile())
        self._plain = PlainGenerate(base)
        self._rate = Comparison("inference", "calls/s", f"generate, {BATCH} at a time in their order")
        self._same = self._all = 0
        self._ask([self._prompt(call) for call in warm_up[:1]])
        self._ask_plain([self._prompt(call) for call in warm_up[:1]])

    @property
    def comparisons(self) -> list[Comparison]:
        """What was measured so far."""
        return [self._rate]

    def measure(self, calls: Sequence[Call]) -> tuple[list[str], float]:
        """One round: all calls by the engine, then all by the baseline.

        Gives the engine's summaries, and the seconds that one of them took.
        """
        prompts = [self._prompt(call) for call in calls]
        started = time.perf_counter()
        completions = self._ask(prompts)
        ours = time.perf_counter() - started
        started = time.perf_counter()
        replies = self._ask_plain(prompts)
        baseline = time.perf_counter() - started
        self._rate.add(len(calls) / ours, len(calls) / baseline)
        begun = [prompt.prefill + reply for prompt, reply in zip(prompts, replies, strict=True)]
        self._same += sum(c.text.strip() == text.strip() for c, text in zip(completions, begun, strict=True))
        self._all += len(calls)
        self._rate.check = f"{self._same} of {self._all} texts are the same"
        return [self._task.clean(c.text) for c in completions], ours / len(calls)

    def _prompt(self, call: Call) -> Prompt:
        return self._task.teacher_prompt(call, self._profile)

    def _ask(self, prompts: Sequence[Prompt]) -> list[Completion]:
        requests = [Request(prompt, self._task.decoding(self._profile)) for prompt in prompts]
        outcomes = self._loop.run(self._model.complete_all(requests))
        made = [outcome for outcome in outcomes if isinstance(outcome, Completion)]
        assert len(made) == len(prompts)
        return made

    def _ask_plain(self, prompts: Sequence[Prompt]) -> list[str]:
        rendered = [self._render(prompt) for prompt in prompts]
        return self._plain.complete(rendered, self._task.decoding(self._profile))


class PlainGenerate:
    """`generate` as transformers' documentation shows it: left-padded batches, greedy, stop strings."""

    def __init__(self, base: Path) -> None:
        settings = InferenceSettings()
        dtype = fastest_dtype() if settings.dtype == "auto" else getattr(torch, settings.dtype)
        self._tokenizer = AutoTokenizer.from_pretrained(base, padding_side="left")
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        with no_progress_bars():
            self._model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype).eval()

    def complete(self, texts: Sequence[str], decoding: Decoding) -> list[str]:
        """What follows each text, up to its stop string."""
        replies: list[str] = []
        for start in range(0, len(texts), BATCH):
            batch = self._tokenizer(
                list(texts[start : start + BATCH]),
                return_tensors="pt",
                padding=True,
                add_special_tokens=not self._tokenizer.chat_template,
            )
            with torch.inference_mode():
                tokens = self._model.generate(
                    **batch,
                    do_sample=False,
                    max_new_tokens=decoding.max_new_tokens,
                    pad_token_id=self._tokenizer.pad_token_id,
                    tokenizer=self._tokenizer,
                    **({"stop_strings": list(decoding.stop)} if decoding.stop else {}),
                )
            width = batch["input_ids"].shape[1]
            replies += self._tokenizer.batch_decode(tokens[:, width:], skip_special_tokens=True)
        return [_cut(reply, decoding.stop) for reply in replies]


def _cut(text: str, stop: Sequence[str]) -> str:
    places = [place for s in stop if (place := text.find(s)) >= 0]
    return text[: min(places)] if places else text
