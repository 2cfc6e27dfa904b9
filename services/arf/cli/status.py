"""`arf status`: shows how far the calls are."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, console, harmless, idle, table, write_json

if TYPE_CHECKING:
    from arf.site.status import SiteStatus

_EVERY_S = 2.0


def status(
    data: DataOption = DEFAULT_DATA,
    watch: Annotated[bool, typer.Option("--watch", help="Refresh until Ctrl-C.")] = False,
    json_file: JsonOption = None,
) -> None:
    """Show what each stage received, made, failed and has waiting; exit status 1 if that does not add up."""
    from arf.site.site import entered
    from arf.site.status import FlowState, take
    from arf.site.tracking import opened_tracking

    with entered(data) as backbone:
        tracking = opened_tracking(backbone)

        def now() -> SiteStatus:
            taken = take(backbone.bus, backbone.database, tracking)
            write_json(json_file, _plain(taken))
            return taken

        taken = now()
        if watch:
            _watch(lambda taken: _shown(taken, data), taken, now)
            return
    console.print(_shown(taken, data))
    if taken.state is FlowState.DOES_NOT_ADD_UP:
        raise typer.Exit(1)


def _watch(shown: Callable[[SiteStatus], Group], taken: SiteStatus, now: Callable[[], SiteStatus]) -> None:
    with Live(shown(taken), console=console, auto_refresh=False) as live:
        while True:
            time.sleep(_EVERY_S)
            live.update(shown(now()), refresh=True)


def _shown(taken: SiteStatus, folder: Path) -> Group:
    from arf.site.complaints import complaints

    # All columns fit into 80 characters, even with millions of calls.
    shown = table("stage")
    shown.columns[0].no_wrap = True
    for name in ("in", "out", "failed", "forgotten", "waiting", "doubled", "lag", "oldest", "out/s"):
        shown.add_column(name, justify="right", no_wrap=True)
    for s in taken.stages:
        counts = (s.received, s.out, s.failed, s.forgotten, s.waiting + s.parked, s.doubled, s.lag)
        shown.add_row(s.stage, *map(str, counts), f"{s.oldest_s:.0f} s", f"{s.rate:.2f}")
    notes = [f"{taken.reviewed} decided by people", taken.state.value]
    if taken.repeated:
        notes.insert(0, f"{taken.repeated} submitted again, and not repeated")
    if taken.forgotten:
        notes.insert(-1, f"{taken.forgotten} forgotten")
    live = taken.live
    if live.open or live.ended:
        late = f", {live.overdue} overdue by up to {live.oldest_s:.0f} s" if live.overdue else ""
        notes.insert(0, f"live calls: {live.open} open, {live.ended} final summaries due{late}")
    waiting = any(s.lag or s.waiting > 0 for s in taken.stages)
    held = [f"{h.stage}: {h.parked} of tenant {h.tenant} wait: {h.reason}" for h in taken.held]
    lines = ["; ".join(notes), *held, idle(folder, waiting), *(complaints(folder) if waiting or held else [])]
    return Group(shown, *(Text(harmless(line)) for line in lines if line))


def _plain(taken: SiteStatus) -> dict[str, Any]:
    stages, held = ([dataclasses.asdict(one) for one in some] for some in (taken.stages, taken.held))
    counts = {"repeated": taken.repeated, "reviewed": taken.reviewed, "forgotten": taken.forgotten}
    live = dataclasses.asdict(taken.live)
    return {"state": taken.state.value, **counts, "live": live, "stages": stages, "held": held}
