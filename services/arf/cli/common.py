"""What several commands share: reading a corpus, naming its bad lines, writing JSON."""

from __future__ import annotations

import getpass
import json
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console, ConsoleDimensions
from rich.table import Table

from arf.calls.records import write_text
from arf.corpus.canonical import in_order
from arf.corpus.opening import open_corpus
from arf.kit.errors import ArfError, InvalidRecord
from arf.kit.identifiers import is_id
from arf.v1.transcript_pb2 import Call


class _Console(Console):
    """A console that does not wrap lines when the output is not a terminal."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr)
        # rich reads COLUMNS only when the console is made; this makes it read COLUMNS whenever something is printed.
        self._width = None

    @property  # type: ignore[misc] # Read-only here.
    def size(self) -> ConsoleDimensions:
        """The size of the terminal, or the width in COLUMNS."""
        size = super().size
        return size if self.is_terminal or "COLUMNS" in self._environ else size._replace(width=_NO_TERMINAL)


_NO_TERMINAL = 100_000

console = _Console()
errors = _Console(stderr=True)

CorpusArg = Annotated[Path, typer.Argument(help="Calls: native JSONL, or plain 'Speaker: text'.", metavar="CORPUS")]
STANDARD_OUTPUT = Path("-")


def leave_standard_output(file: Path | None) -> Path | None:
    """If the output file is standard output, moves messages for people to standard error."""
    console.stderr = file == STANDARD_OUTPUT
    return file


JsonOption = Annotated[
    Path | None,
    typer.Option(
        "--json",
        callback=leave_standard_output,
        help="Also write the output to this file as JSON; - is standard output.",
    ),
]
TaskOption = Annotated[str, typer.Option("--task", help="The task: a folder of arf/tasks, or a package of your own.")]

DEFAULT_DATA = Path("runs/services")
DataOption = Annotated[
    Path, typer.Option("--data", envvar="ARF_DATA", help="Folder of the services that `arf up` runs.")
]
TenantOption = Annotated[str | None, typer.Option("--tenant", help="The tenant, if several tenants have that id.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="The reason, for the audit log.")]


def actor() -> str:
    """The user who runs the command, for the audit log."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def check_id(option: str, value: str | None) -> None:
    """Raises InvalidRecord, naming the option, if the value is not a valid id."""
    if value is not None and not is_id(value):
        raise InvalidRecord(option, f"{value!r} is not an id: 1 to 128 of A-Z a-z 0-9 . _ : -")


def table(*columns: str, title: str | None = None) -> Table:
    """A table that wraps long cells rather than truncating them."""
    made = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False, title=title)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def minute(at: datetime) -> str:
    """A time in UTC, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


_CONTROLS = dict.fromkeys((*range(10), *range(11, 32), *range(127, 160)), " ")


def harmless(text: str) -> str:
    """Text from elsewhere without control characters but line breaks: it must not control the user's terminal."""
    return text.translate(_CONTROLS)


def counted(count: int, one: str, many: str = "") -> str:
    """A number and its noun: "1 call", "2 calls"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def idle(folder: Path, waiting: bool) -> str:
    """A hint if records wait and no services of the folder are running; else empty."""
    from arf.site import site
    from arf.site.supervisor import is_running

    running = is_running(folder)
    never = running is None and waiting and site.is_in(folder)
    return "no services of this folder are running: `arf up`" if running is False or never else ""


def read_corpus(path: Path) -> list[Call]:
    """The valid calls in canonical order; each bad line is named on stderr.

    Raises ArfError if no line is valid, or the path is a folder.
    """
    if path.is_dir():
        raise ArfError(f"{path}: is a folder: give a file of calls")
    corpus = open_corpus(path)
    said = [str(passed_by) for passed_by in (*corpus.unknown, *corpus.bad)]
    if bad := len(corpus.bad):
        said.append(f"{path}: skipped {counted(bad, 'bad line')}, read {counted(len(corpus.calls), 'call')}")
    for line in said:
        errors.print(line, markup=False, highlight=False, soft_wrap=True)
    if not corpus.calls:
        raise ArfError(f"{path}: no valid call in it")
    return in_order(corpus.calls)


def with_summaries(calls: Sequence[Call]) -> list[Call]:
    """The calls that have a summary; the others are counted on stderr. Raises ArfError if none has one."""
    given = [call for call in calls if call.HasField("summary")]
    if len(given) < len(calls):
        errors.print(f"skipped {counted(len(calls) - len(given), 'call')} without a summary")
    if not given:
        raise ArfError("no call has a summary; `arf run` makes them, --labels reads annotations.candidate_summaries")
    return given


def write_json(path: Path | None, value: dict[str, Any] | Sequence[Any]) -> None:
    """Writes `value` as JSON to the file, if there is one."""
    if path is not None:
        write_out(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def write_out(path: Path, text: str) -> None:
    """Writes text to a file, or to standard output if the path is `-`."""
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        write_text(path, text)
