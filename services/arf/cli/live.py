"""`arf live`: replays recorded calls as live ones, and draws their rolling summaries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.live import Live
from rich.table import Table
from rich.text import Text

from arf.calls.records import short_name, to_dict
from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, console, read_corpus, table, write_json
from arf.v1.live_pb2 import UpdateKind
from arf.v1.transcript_pb2 import Call

if TYPE_CHECKING:
    from arf.site.live_caller import Sent, Stream
    from arf.site.live_replay import Disturbance

FilesArg = Annotated[
    list[Path], typer.Argument(help="Recorded calls, in any format that `arf submit` takes.", metavar="FILE…")
]


def live(
    files: FilesArg,
    data: DataOption = DEFAULT_DATA,
    speed: Annotated[float, typer.Option(min=0.01, help="How many times faster than the calls were.")] = 1.0,
    limit: Annotated[int, typer.Option(min=1, help="Take the first so many calls.")] = 8,
    together: Annotated[int, typer.Option(min=1, help="Calls at a time.")] = 4,
    jitter: Annotated[float, typer.Option(min=0.0, help="Segments come up to so many seconds late.")] = 0.0,
    reorder: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of segments that later ones overtake.")] = 0.0,
    duplicates: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of segments that come twice.")] = 0.0,
    loss: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of segments that never come.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Another seed disturbs other segments.")] = 0,
    bus: Annotated[bool, typer.Option("--bus", help="Over the bus of the services instead of their API.")] = False,
    json_file: JsonOption = None,
) -> None:
    """Replay recorded calls as live ones: partial and final segments in, rolling summaries out."""
    from arf.site.live_replay import Disturbance

    calls = [call for file in files for call in read_corpus(file)][:limit]
    disturbance = Disturbance(jitter, reorder, duplicates, loss, seed)
    with _Screen() as screen:
        sent = asyncio.run(_replay(calls, disturbance, data, speed, together, screen.show, bus=bus))
    write_json(json_file, [{"call_id": one.call_id, "updates": [to_dict(u) for u in one.updates]} for one in sent])
    unfinished = [one.call_id for one in sent if not one.finished]
    console.print(f"{len(sent)} calls, {sum(len(one.updates) for one in sent)} summaries", highlight=False)
    if unfinished:
        console.print(f"without a final summary: {', '.join(unfinished)}", highlight=False)
        raise typer.Exit(1)


async def _replay(
    calls: Sequence[Call],
    disturbance: Disturbance,
    data: Path,
    speed: float,
    together: int,
    show: Callable[[Sent], None],
    *,
    bus: bool,
) -> list[Sent]:
    from arf.kit.server.channel import PeerChannel
    from arf.kit.server.settings import ServerSettings
    from arf.kit.threads import Threads
    from arf.site.live_caller import over_bus, over_grpc, send, summarizer_peer
    from arf.site.live_replay import arrivals
    from arf.site.site import entered, known_to

    places = asyncio.Semaphore(together)

    async def all_over(stream: Stream) -> list[Sent]:
        async def one(call: Call) -> Sent:
            async with places:
                return await send(call.id, arrivals(call, disturbance), stream, show, speed=speed)

        return await asyncio.gather(*(one(call) for call in calls))

    if bus:
        tenant = ServerSettings.of("summarizer", variables=known_to(data)).tenant
        with entered(data) as backbone:
            threads = Threads(4, "live")
            try:
                return await all_over(over_bus(backbone.bus, backbone.sealer, threads, tenant))
            finally:
                await threads.close()
    peer = summarizer_peer(known_to(data))
    async with PeerChannel(peer) as channel:
        return await all_over(over_grpc(channel, peer.target))


class _Screen:
    """Draws the newest summary of each call in a terminal; elsewhere each update is a line."""

    def __init__(self) -> None:
        self._sent: dict[str, Sent] = {}
        self._told: dict[str, int] = {}
        self._live = Live(console=console, refresh_per_second=8) if console.is_terminal else None

    def __enter__(self) -> _Screen:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, sent: Sent) -> None:
        """Shows how far the call is."""
        self._sent[sent.call_id] = sent
        if self._live is not None:
            self._live.update(self._drawn())
            return
        for update in sent.updates[self._told.get(sent.call_id, 0) :]:
            kind = short_name(UpdateKind.DESCRIPTOR, update.kind)
            line = f"{sent.call_id} {update.revision} {kind} through {update.covered_through or '-'}: {update.text}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        self._told[sent.call_id] = len(sent.updates)

    def _drawn(self) -> Table:
        drawn = table("call", "events", "summary")
        for sent in self._sent.values():
            newest = sent.updates[-1] if sent.updates else None
            kind = short_name(UpdateKind.DESCRIPTOR, newest.kind).lower() if newest else "waiting"
            told = Text(newest.text if newest else "", style="bold" if sent.finished else "")
            drawn.add_row(sent.call_id, f"{sent.acknowledged}/{sent.total} {kind}", told)
        return drawn
