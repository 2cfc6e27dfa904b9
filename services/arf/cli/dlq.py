"""`arf dlq`: dead letters, the records that could not be processed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from arf.cli.common import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    ReasonOption,
    actor,
    console,
    counted,
    harmless,
    minute,
    table,
    write_json,
)
from arf.kit.errors import InvalidRecord

if TYPE_CHECKING:
    from arf.kit.bus.dlq import Letter

app = typer.Typer(help="List, show and replay dead letters.", no_args_is_help=True)


@app.command("list")
def list_all(
    data: DataOption = DEFAULT_DATA,
    replayed: Annotated[bool, typer.Option("--replayed", help="Include those that were replayed.")] = False,
    json_file: JsonOption = None,
) -> None:
    """List the dead letters, oldest first."""
    from arf.kit.bus import dlq
    from arf.site.site import entered

    with entered(data) as backbone:
        letters = [letter for letter in dlq.letters(backbone.bus) if replayed or not letter.replayed]
    # Two lines per letter leave space for the error beside an id that can be copied.
    shown = table("id and when", "stage and call", "error", title=counted(len(letters), "dead letter"))
    shown.columns[0].no_wrap = True
    for letter in letters:
        dead = letter.dead
        when = f"{minute(dead.failed_at.ToDatetime(UTC))}, tried {dead.attempts}"
        cells = f"{letter.id}\n{when}", f"{dead.stage}\n{dead.key.decode()}", f"{dead.error_code}: {dead.error_message}"
        shown.add_row(*(escape(harmless(cell)) for cell in cells))
    console.print(shown)
    write_json(json_file, [_plain(letter) for letter in letters])


@app.command("show")
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID")],
    data: DataOption = DEFAULT_DATA,
    json_file: JsonOption = None,
) -> None:
    """Show a dead letter in full, except for the text of its call, which stays sealed."""
    from arf.kit.bus import dlq
    from arf.site.site import entered

    with entered(data) as backbone:
        plain = _plain(dlq.show(backbone.bus, letter_id))
    for name, value in plain.items():
        console.print(harmless(f"{name}: {value}"), markup=False, highlight=False, soft_wrap=True)
    write_json(json_file, plain)


@app.command("replay")
def replay(
    data: DataOption = DEFAULT_DATA,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Replay all that were not replayed yet.")] = False,
    reason: ReasonOption = "not given",
) -> None:
    """Publish dead letters to their topics again, under their original event ids."""
    from arf.site.replaying import replay as replay_letters
    from arf.site.site import entered

    if bool(ids) == everything:
        raise InvalidRecord("ID", "give ids, or pass --all")
    with entered(data) as backbone:
        sent = replay_letters(backbone, ids or None, actor(), reason)
    console.print(f"{counted(len(sent), 'dead letter')} replayed", highlight=False)


def _at(letter: Letter) -> str:
    at: datetime = letter.dead.failed_at.ToDatetime(UTC)
    return at.isoformat(timespec="seconds")


def _plain(letter: Letter) -> dict[str, Any]:
    dead = letter.dead
    return {
        "id": letter.id,
        "stage": dead.stage,
        "key": dead.key.decode(),
        "error_code": dead.error_code,
        "error_message": dead.error_message,
        "attempts": dead.attempts,
        "failed_at": _at(letter),
        "replayed": letter.replayed,
        "origin": f"{dead.origin_topic}[{dead.origin_partition}]@{dead.origin_offset}",
        "headers": dict(letter.headers),
        "bytes": len(dead.value),
    }
