"""Suite `inference`: what Ray Serve and ARF's server class add to vLLM, against vLLM's own API server in the same run.

Both engines serve the same model with the same settings, each with its computing threads on core 0, and are asked the
same prompts in turns, with a pause, because a vLLM engine spins for a second after its last step. Prompts are random
words, so that no prefix is cached. Needs `make setup-inference`; ends within 15 minutes on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from arf.inference.models import DEFAULT_MODEL, ensure
from arf.inference.ray_app.launch import environment, one_machine
from arf.inference.ray_app.settings import EngineSettings
from tests.bench.measures import Comparison, machine, table
from tests.helpers.ray_engine import KEY, PYTHON, ROOT, bearer, free_port, stop, wait_for_models

_ENGINE = {"max_model_len": 4096, "max_num_seqs": 32, "max_num_batched_tokens": 2048, "block_size": 32}
_AT_ONCE, _WORDS, _TOKENS, _ALONE = 8, 120, 32, 8
_PAUSE_S = 1.4
_AIM_RATE, _AIM_MS = 0.95, 20.0


@dataclass(frozen=True)
class Asked:
    """What one request took, in seconds: to its first piece, and altogether."""

    first_s: float
    all_s: float


def main(options: Sequence[str]) -> dict[str, Any]:
    """Measures, prints, and returns the report."""
    parser = argparse.ArgumentParser(prog="make bench SUITE=inference")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(options)
    if not PYTHON.exists():
        return {"summary": "not run: vLLM and Ray are not installed (make setup-inference)", "comparisons": []}
    console = Console()
    about = machine(1, ["openai", "torch"])
    streams = Comparison(f"{_AT_ONCE} streams at once", "tokens/s", "vLLM's own API server")
    whole = Comparison(f"{_AT_ONCE} whole answers at once", "tokens/s", "vLLM's own API server")
    first = Comparison("first token of one stream", "ms", "vLLM's own API server")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ours, bare = (stack.enter_context(started(Path(folder))) for started in (_on_ray, _bare))
        random.seed(20_261_201)
        for number in range(given.rounds + 1):
            prompts = [_prompt() for _ in range(_AT_ONCE)]
            for comparison, measure in (
                (streams, lambda url, p: asyncio.run(_rate(url, p, streamed=True))),
                (whole, lambda url, p: asyncio.run(_rate(url, p, streamed=False))),
                (first, lambda url, p: asyncio.run(_first_ms(url, p))),
            ):
                figures = []
                for url in (ours, bare):
                    time.sleep(_PAUSE_S)
                    figures.append(measure(url, prompts))
                # The first round warms both up.
                if number:
                    comparison.add(*figures)
                prompts = [_prompt() for _ in range(_ALONE)]
            console.print(f"round {number} of {given.rounds}", highlight=False)
    more = statistics.median(a - b for a, b in zip(first.ours, first.baseline, strict=True))
    rate = min(streams.ratio, whole.ratio)
    comparisons = [streams, whole, first]
    console.print(table("vLLM on Ray Serve", comparisons))
    console.print(about, highlight=False)
    summary = (
        f"{rate:.2f} of bare vLLM's tokens/s (aim {_AIM_RATE}), {more:+.0f} ms to the first token (aim {_AIM_MS:+.0f})"
    )
    return {"summary": summary, "machine": about, "comparisons": [each.to_dict() for each in comparisons]}


async def _rate(url: str, prompts: Sequence[str], *, streamed: bool) -> float:
    """Tokens per second of requests that are made at once."""
    async with httpx.AsyncClient(timeout=300) as client:
        began = time.perf_counter()
        await asyncio.gather(*(_ask(client, url, prompt, streamed) for prompt in prompts))
    return len(prompts) * _TOKENS / (time.perf_counter() - began)


async def _first_ms(url: str, prompts: Sequence[str]) -> float:
    """The median time to the first token of streams one after the other."""
    async with httpx.AsyncClient(timeout=300) as client:
        return 1000 * statistics.median([(await _ask(client, url, prompt, True)).first_s for prompt in prompts])


async def _ask(client: httpx.AsyncClient, url: str, prompt: str, streamed: bool) -> Asked:
    body = {"model": DEFAULT_MODEL, "messages": [{"role": "user", "content": prompt}], "max_tokens": _TOKENS}
    body |= {"temperature": 0, "ignore_eos": True, "stream": streamed}
    began, first = time.perf_counter(), None
    async with client.stream("POST", f"{url}/chat/completions", json=body, headers=bearer(KEY)) as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            # The first event of a stream names the role and has no token yet.
            if first is None and '"content":' in line and '"content":""' not in line:
                first = time.perf_counter() - began
    return Asked(first or 0.0, time.perf_counter() - began)


def _prompt() -> str:
    return " ".join(random.choice(("parcel", "refund", "tariff", "router", "invoice", "delay")) for _ in range(_WORDS))


@contextmanager
def _on_ray(folder: Path) -> Iterator[str]:
    port = free_port()
    config: Any = one_machine(DEFAULT_MODEL, str(ensure()), "127.0.0.1", port, 0)
    config["applications"][0]["args"] |= {"cores": "0", "engine": _ENGINE}
    (folder / "serve.json").write_text(json.dumps(config))
    given = environment(EngineSettings.model_validate({"key": KEY, "home": folder / "home"}))
    yield from _process(port, folder / "ray.log", given, "arf.inference.ray_app", str(folder / "serve.json"))


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    port = free_port()
    given = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "0", "HF_HUB_OFFLINE": "1"}
    options = [part for name, value in _ENGINE.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    options += ["--model", str(ensure()), "--served-model-name", DEFAULT_MODEL, "--api-key", KEY, "--port", str(port)]
    module = "vllm.entrypoints.openai.api_server"
    environment = os.environ | given | {"VLLM_NO_USAGE_STATS": "1"}
    yield from _process(port, folder / "bare.log", environment, module, "--host", "127.0.0.1", *options)


def _process(port: int, log: Path, environment: dict[str, str], module: str, *options: str) -> Iterator[str]:
    with log.open("wb") as said:
        command = [str(PYTHON), "-m", module, *options]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)
    try:
        wait_for_models(f"http://127.0.0.1:{port}/v1", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        stop(process)
