"""Suite `overload`: what a replica of the teacher proxy answers when it is offered more than it can.

Its capacity is measured first: calls answered a second while 48 are always open. Then calls come at fixed multiples of
it, open loop, each counted from when it was due. Proxy and upstream are processes of their own; calls are unique, so
that no answer is cached. Of those answered and of those refused the latency is shown, besides how many of the latter
were told when to come again, and how late the load itself was, which no server can help. Meant for a machine that does
nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2
from rich.console import Console
from rich.table import Table

from arf.v1.teacher_service_pb2 import SummarizeRequest
from tests.bench.measures import machine
from tests.bench.proxy_load import Transcripts
from tests.bench.proxy_site import Process, service, site
from tests.helpers.tokens import bearer

_SEED = 20_261_201
_METHOD = "/arf.v1.TeacherService/Summarize"
_CHANNELS = 4
_AT_ONCE = 48
_DEADLINE_S = 30.0


@dataclass
class Offered:
    """What became of the calls of one rate; latencies in milliseconds."""

    times: float
    rate: float
    seconds: float
    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    hinted: int = 0
    other: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def goodput(self) -> float:
        """Calls answered a second."""
        return len(self.answered) / self.seconds


Ask = Callable[[bytes], Awaitable[Any]]


def main(options: Sequence[str]) -> dict[str, Any]:
    """Measures, prints the table and returns the report."""
    parser = argparse.ArgumentParser(prog="make bench SUITE=overload", description=__doc__)
    parser.add_argument("--times", type=float, nargs="+", default=[0.5, 1.0, 2.0, 4.0], help="multiples of capacity")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each")
    parser.add_argument("--characters", type=int, default=4000, help="of a call, at least; about five minutes of talk")
    parser.add_argument("--upstream-ms", type=float, default=20.0, help="what the upstream takes to answer")
    given = parser.parse_args(options)
    on = machine(1, ("grpcio", "aiohttp", "protobuf"))
    with _proxy(given.upstream_ms / 1e3) as (process, token):
        capacity, offered = asyncio.run(_measure(process, bearer(token), given))
    console = Console()
    console.print(f"{on['cpu']}, {on['cores']} cores, load {on['load']}", markup=False, highlight=False, soft_wrap=True)
    console.print(_table(capacity, offered))
    return {
        "machine": on,
        "options": dict(vars(given)),
        "capacity_per_s": capacity,
        "offered": [_figures(capacity, each) for each in offered],
        "summary": "; ".join(_said(capacity, each) for each in offered),
    }


@contextmanager
def _proxy(upstream_s: float) -> Iterator[tuple[Process, str]]:
    with (
        tempfile.TemporaryDirectory(prefix="arf-bench-") as folder,
        site(Path(folder), upstream_s) as here,
        service(here, "teacher", "api") as process,
    ):
        yield process, here.issuer.token("submit", expires_in=3600.0)


async def _measure(process: Process, token: Any, given: argparse.Namespace) -> tuple[float, list[Offered]]:
    transcripts = Transcripts(_SEED, given.characters)
    async with AsyncExitStack() as closing:
        asks = []
        for _ in range(_CHANNELS):
            options = [("grpc.use_local_subchannel_pool", 1)]
            channel = await closing.enter_async_context(grpc.aio.insecure_channel(process.target, options=options))
            asks.append(_asking(channel, token))
        await _capacity(asks, transcripts, 3.0)
        capacity = await _capacity(asks, transcripts, given.seconds)
        offered = []
        for times in given.times:
            offered.append(Offered(times, times * capacity, given.seconds))
            await _offer(asks, transcripts, offered[-1])
            await asyncio.sleep(2.0)
    return capacity, offered


def _asking(channel: grpc.aio.Channel, token: Any) -> Ask:
    call: Any = channel.unary_unary(_METHOD)
    return lambda data: call(data, timeout=_DEADLINE_S, metadata=token)


def _request(transcripts: Transcripts) -> bytes:
    return SummarizeRequest(call=transcripts.next()).SerializeToString()


async def _capacity(asks: Sequence[Ask], transcripts: Transcripts, seconds: float) -> float:
    """Calls answered a second while so many are always open."""
    until = time.perf_counter() + seconds
    answered = 0

    async def client(number: int) -> None:
        nonlocal answered
        while time.perf_counter() < until:
            try:
                await asks[number % len(asks)](_request(transcripts))
                answered += 1
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                    raise
                await asyncio.sleep(0.05)

    await asyncio.gather(*(client(number) for number in range(_AT_ONCE)))
    return answered / seconds


async def _offer(asks: Sequence[Ask], transcripts: Transcripts, into: Offered) -> None:
    requests = [_request(transcripts) for _ in range(round(into.rate * into.seconds))]
    begun = time.perf_counter() + 0.05

    async def one(number: int, due: float) -> None:
        into.late.append(1e3 * (time.perf_counter() - due))
        try:
            await asks[number % len(asks)](requests[number])
        except grpc.aio.AioRpcError as error:
            took = 1e3 * (time.perf_counter() - due)
            if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                into.refused.append(took)
                into.hinted += _has_hint(error)
            else:
                into.other.append(error.code().name)
        else:
            into.answered.append(1e3 * (time.perf_counter() - due))

    tasks = []
    for number in range(len(requests)):
        due = begun + number / into.rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)


def _has_hint(error: grpc.aio.AioRpcError) -> bool:
    trailers = dict(error.trailing_metadata() or ())
    if "retry-after" not in trailers:
        return False
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    return any(detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR) for detail in status.details)


def _quantile(values: Sequence[float], q: float) -> float | None:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else None


def _figures(capacity: float, each: Offered) -> dict[str, Any]:
    return {
        "times": each.times,
        "offered_per_s": each.rate,
        "goodput_per_s": each.goodput,
        "goodput_of_capacity": each.goodput / capacity,
        "answered_ms": [_quantile(each.answered, q) for q in (0.5, 0.99)],
        "refused": len(each.refused),
        "refused_ms": [_quantile(each.refused, q) for q in (0.5, 0.99)],
        "refused_with_hint": each.hinted,
        "other": {code: each.other.count(code) for code in sorted(set(each.other))},
        "load_late_ms": [_quantile(each.late, q) for q in (0.5, 0.99)],
    }


def _table(capacity: float, offered: Sequence[Offered]) -> Table:
    columns = (
        "offered",
        "of capacity",
        "goodput",
        "of capacity",
        "answered ms",
        "refused ms",
        "hinted",
        "other",
        "late ms",
    )
    shown = Table(*columns, title=f"capacity {capacity:.0f}/s; milliseconds at p50 and p99")
    for each in offered:
        found = _figures(capacity, each)
        pairs = [_pair(found[name]) for name in ("answered_ms", "refused_ms", "load_late_ms")]
        told = f"{each.hinted} of {len(each.refused)}"
        other = ", ".join(f"{code} {count}" for code, count in found["other"].items())
        rates = (f"{each.rate:.0f}/s", f"{each.times:g}", f"{each.goodput:.0f}/s", f"{each.goodput / capacity:.2f}")
        shown.add_row(*rates, pairs[0], pairs[1], told, other, pairs[2])
    return shown


def _pair(values: Sequence[float | None]) -> str:
    return ", ".join("" if value is None else f"{value:.1f}" for value in values)


def _said(capacity: float, each: Offered) -> str:
    found = _figures(capacity, each)
    return (
        f"at {each.times:g} times {capacity:.0f}/s goodput {each.goodput / capacity:.2f} of it, "
        f"p50 and p99 of answers {_pair(found['answered_ms'])} ms, of refusals {_pair(found['refused_ms'])} ms"
    )
