"""Suite `proxy`: what the teacher proxy adds to a request, against calling the upstream directly in the same run.

The load comes from this process, open loop and counted from when a request was due. Proxy and upstream are processes of
their own; the upstream answers after a fixed time. Calls are unique, hold personal data, and are asked for with a token
and on a budget. Direct calls are made by a bare HTTP client, the least that a call can take, which is what the aims are
held against, and besides by the openai SDK, as a program without a proxy would make them. What the proxy adds is the
difference of two quantiles. No answer is cached already: the response cache is in memory, or in the database, which is
what services have by default and replicas share. Requests that a proxy refuses count as infinitely long. Meant for a
machine that does nothing else; ends within ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from arf.privacy.redaction.redactor import redact
from tests.bench.measures import machine
from tests.bench.proxy_load import Ask, Transcripts, barely, closed_loop, directly, open_loop, proxied
from tests.bench.proxy_site import Process, Site, service, site
from tests.bench.proxy_stages import throughputs

_SEED = 20_261_124
_QUANTILES = (0.5, 0.95, 0.99)
_AIMS = {"plain": (1.0, 5.0), "redacting": (2.0, 10.0), "redacting, database cache": (2.0, 10.0)}
"""Milliseconds added at p50 and at p99, at the rate of `_AIMED_AT`."""
_AIMED_AT = 150
_WARM_UP_S = 3.0
_REDACTED_CALLS = 300


@dataclass
class Arm:
    """One way to ask, with what each round took at each rate, in seconds."""

    name: str
    ask: Ask
    proxy: Process | None = None
    rounds: dict[int, list[list[float]]] = field(default_factory=dict)
    cpu_s: dict[int, float] = field(default_factory=dict)

    def quantiles(self, rate: int) -> list[float]:
        """Milliseconds at the quantiles: of each, the median of the rounds."""
        by_round = [_quantiles(took) for took in self.rounds[rate]]
        return [statistics.median(values) for values in zip(*by_round, strict=True)]

    def added(self, rate: int, direct: Arm) -> list[list[float]]:
        """Milliseconds more than directly, of each quantile by round."""
        pairs = zip(self.rounds[rate], direct.rounds[rate], strict=True)
        by_round = [[a - b for a, b in zip(_quantiles(x), _quantiles(y), strict=True)] for x, y in pairs]
        return [list(values) for values in zip(*by_round, strict=True)]

    def cpu_ms(self, rate: int) -> float:
        """Processor time of the proxy for one request, in milliseconds."""
        return 1e3 * self.cpu_s[rate] / sum(map(len, self.rounds[rate]))


def main(options: Sequence[str]) -> dict[str, Any]:
    """Measures, prints the tables and returns the report."""
    given = _options(options)
    console = Console()
    on = machine(1, ("grpcio", "openai", "aiohttp", "protobuf"))

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    say(f"{on['cpu']}, {on['cores']} cores, load {on['load']}; {on['versions']}")
    per_1000 = _redaction_ms()
    with (
        tempfile.TemporaryDirectory(prefix="arf-bench-") as folder,
        site(Path(folder), given.upstream_ms / 1e3) as here,
    ):
        arms, answered = asyncio.run(_measure(here, given, say))
        say("stages of the bus")
        stages = throughputs(here, given.stage_calls) if given.stage_calls else {}
    direct, bare, *proxies = arms
    console.print(_table(direct, bare, proxies, given.rates))
    say(f"redaction: {per_1000:.2f} ms for 1,000 characters")
    for arm in proxies:
        say(f"one api process, {arm.name}: {answered[arm.name]:.0f} requests a second at most")
    for name, rate in stages.items():
        say(f"one {name} worker on the SQLite bus: {rate:.0f} records a second")
    return {
        "machine": on,
        "options": dict(vars(given)),
        "latency_ms": {arm.name: {str(rate): _finite(arm.quantiles(rate)) for rate in given.rates} for arm in arms},
        "added_ms": {arm.name: {str(r): [*map(_finite, arm.added(r, direct))] for r in given.rates} for arm in proxies},
        "added_to_bare_ms": {
            arm.name: {str(r): [*map(_finite, arm.added(r, bare))] for r in given.rates} for arm in proxies
        },
        "cpu_ms_per_request": {arm.name: {str(r): arm.cpu_ms(r) for r in given.rates} for arm in proxies},
        "redaction_ms_per_1000_characters": per_1000,
        "requests_per_s": answered,
        "records_per_s": stages,
        "summary": _summary(direct, bare, proxies, given.rates, per_1000),
    }


async def _measure(here: Site, given: argparse.Namespace, say: Any) -> tuple[list[Arm], dict[str, float]]:
    transcripts = Transcripts(_SEED)
    async with AsyncExitStack() as asking:
        with ExitStack() as running:
            plain = running.enter_context(service(here, "teacher", "api", ARF_TEACHER_REDACTION="false"))
            redacting = running.enter_context(service(here, "teacher", "api"))
            sharing = running.enter_context(service(here, "teacher", "api", ARF_TEACHER_CACHE="database"))
            arms = [
                Arm("direct", await asking.enter_async_context(directly(here))),
                Arm("bare", await asking.enter_async_context(barely(here))),
                Arm("plain", await asking.enter_async_context(proxied(here, plain)), plain),
                Arm("redacting", await asking.enter_async_context(proxied(here, redacting)), redacting),
                Arm("redacting, database cache", await asking.enter_async_context(proxied(here, sharing)), sharing),
            ]
            for arm in arms:
                await open_loop(arm.ask, transcripts, 50, _WARM_UP_S)
            for number in range(given.rounds):
                say(f"round {number + 1} of {given.rounds}")
                for rate in given.rates:
                    # Each goes first in turn.
                    for arm in arms[number % len(arms) :] + arms[: number % len(arms)]:
                        await _round(arm, transcripts, rate, given.seconds)
            answered = {arm.name: await closed_loop(arm.ask, transcripts, given.seconds) for arm in arms[2:]}
            await asking.aclose()
    return arms, answered


async def _round(arm: Arm, transcripts: Transcripts, rate: int, seconds: float) -> None:
    before = arm.proxy.cpu_s() if arm.proxy else 0.0
    took = await open_loop(arm.ask, transcripts, rate, seconds)
    arm.rounds.setdefault(rate, []).append(took)
    if arm.proxy is not None:
        arm.cpu_s[rate] = arm.cpu_s.get(rate, 0.0) + arm.proxy.cpu_s() - before


def _redaction_ms() -> float:
    """Milliseconds of redaction for 1,000 characters, over calls of which none comes twice."""
    transcripts = Transcripts(_SEED + 1)
    calls = [transcripts.next() for _ in range(2 * _REDACTED_CALLS)]
    for call in calls[:_REDACTED_CALLS]:
        redact(call)
    measured = calls[_REDACTED_CALLS:]
    begun = time.perf_counter()
    for call in measured:
        redact(call)
    seconds = time.perf_counter() - begun
    return 1e6 * seconds / sum(len(turn.text) for call in measured for turn in call.turns)


def _quantiles(took: Sequence[float]) -> list[float]:
    """Milliseconds at the quantiles."""
    ordered = sorted(took)
    return [1e3 * ordered[min(len(ordered) - 1, int(q * len(ordered)))] for q in _QUANTILES]


def _table(direct: Arm, bare: Arm, proxies: Sequence[Arm], rates: Sequence[int]) -> Table:
    title = "proxy: ms, medians of rounds [lowest, highest]; CPU ms of the proxy for a request"
    shown = Table("requests/s", "", "p50", "p95", "p99", "CPU ms", title=title)
    for rate in rates:
        for arm in (direct, bare):
            shown.add_row(str(rate) if arm is direct else "", arm.name, *map(_ms, arm.quantiles(rate)), "")
        for arm in proxies:
            for base in (direct, bare):
                cpu = f"{arm.cpu_ms(rate):.2f}" if base is direct else ""
                shown.add_row("", f"{arm.name}, over {base.name}", *map(_spread, arm.added(rate, base)), cpu)
    return shown


def _ms(value: float) -> str:
    return f"{value:.2f}"


def _finite(values: Sequence[float]) -> list[float | None]:
    """For JSON, which has no infinity: None for a quantile of requests that were refused."""
    return [value if math.isfinite(value) else None for value in values]


def _spread(values: Sequence[float]) -> str:
    # Escaped: rich reads a bracket as markup.
    return f"{statistics.median(values):+.2f}\n\\[{min(values):+.2f}, {max(values):+.2f}]"


def _summary(direct: Arm, bare: Arm, proxies: Sequence[Arm], rates: Sequence[int], per_1000: float) -> str:
    rate = _AIMED_AT if _AIMED_AT in rates else rates[-1]
    said = []
    for arm in proxies:
        p50, _, p99 = (statistics.median(values) for values in arm.added(rate, bare))
        aim50, aim99 = _AIMS[arm.name]
        over = statistics.median(arm.added(rate, direct)[0])
        aimed = f"p50 {p50:.2f} ms (aim {aim50:g}) and p99 {p99:.2f} ms (aim {aim99:g})"
        said.append(f"{arm.name} adds {aimed}; over the SDK p50 {over:.2f} ms")
    return f"at {rate} requests/s " + ", ".join(said) + f"; redaction {per_1000:.2f} ms per 1,000 characters"


def _options(options: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench SUITE=proxy", description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=[50, 150, 300], help="requests a second")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each round at each rate")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--upstream-ms", type=float, default=20.0, help="what the upstream takes to answer")
    parser.add_argument("--stage-calls", type=int, default=400, help="calls on the bus; 0 leaves the stages out")
    return parser.parse_args(options)
