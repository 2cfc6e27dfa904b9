"""`arf loadtest`: drives many live calls at once, and reports latency, goodput, lost and doubled."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, console, errors, write_json

if TYPE_CHECKING:
    from arf.kit.server.channel import Peer
    from arf.site.load import Load, LoadReport


def loadtest(
    data: DataOption = DEFAULT_DATA,
    calls: Annotated[int, typer.Option(min=1, help="Calls at once.")] = 100,
    seconds: Annotated[float, typer.Option(min=1.0, help="How long each call lasts.")] = 60.0,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two final segments of a call.")] = 5.0,
    seed: Annotated[int, typer.Option(help="Of the calls; their ids hold it, so take another one each time.")] = 0,
    json_file: JsonOption = None,
) -> None:
    """Drive many live calls at once, and measure; ARF_SUMMARIZER_MODEL=simulated:MS stands in for an engine."""
    from arf.site.live_caller import summarizer_peer
    from arf.site.load import Load
    from arf.site.site import known_to

    begun = time.monotonic()
    report = asyncio.run(_driven(Load(calls, seconds, every, seed), summarizer_peer(known_to(data))))
    told = figures(report, time.monotonic() - begun)
    write_json(json_file, told)
    for line in dict.fromkeys(report.failed[:5]):
        errors.print(line, markup=False, highlight=False)
    console.print(
        f"{calls} calls: {told['segments_per_s']:.1f} segments/s summarised; "
        f"ms to a segment's update {_row(told['to_update_ms'])}; to the final summary {_row(told['to_final_ms'])}; "
        f"lost {report.lost}, doubled {report.doubled}, {report.reconnected} streams resumed",
        highlight=False,
        soft_wrap=True,
    )
    if report.lost or report.doubled:
        raise typer.Exit(1)


async def _driven(load: Load, peer: Peer) -> LoadReport:
    from arf.corpus.generator import generate
    from arf.kit.server.channel import PeerChannel
    from arf.site.live_caller import over_grpc
    from arf.site.load import drive

    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("calls", total=load.calls)
        async with PeerChannel(peer) as channel:
            texts = list(generate(50, 1))
            return await drive(load, texts, over_grpc(channel, peer.target), lambda n: progress.advance(task, n))


def figures(report: LoadReport, seconds: float) -> dict[str, Any]:
    """The report in plain numbers."""
    return {
        "calls": report.calls,
        "segments": report.segments,
        "segments_per_s": round(len(report.to_update_s) / seconds, 1),
        "updates": report.updates,
        "to_update_ms": _quantiles(report.to_update_s),
        "to_final_ms": _quantiles(report.to_final_s),
        "lost": report.lost,
        "doubled": report.doubled,
        "reconnected": report.reconnected,
    }


def _quantiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    return {f"p{q}": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * q // 100)], 1) for q in (50, 95, 99)}


def _row(quantiles: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in quantiles.items())
