"""What several commands do alike: read a corpus and name its bad lines, write a table as JSON."""

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
    """A console that takes lines of any length where no terminal has an end of line: a pipe gets them whole."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr)
        # rich reads COLUMNS once, when the console is made; what counts is what it says when something is printed.
        self._width = None

    @property  # type: ignore[misc] # Nobody sets it.
    def size(self) -> ConsoleDimensions:
        """The terminal's, or what COLUMNS says."""
        size = super().size
        return size if self.is_terminal or "COLUMNS" in self._environ else size._replace(width=_NO_TERMINAL)


_NO_TERMINAL = 100_000

console = _Console()
errors = _Console(stderr=True)

CorpusArg = Annotated[Path, typer.Argument(help="Calls: native JSONL, or plain 'Speaker: text'.", metavar="CORPUS")]
STANDARD_OUTPUT = Path("-")


def leave_standard_output(file: Path | None) -> Path | None:
    """Where standard output is asked for as the file, what is printed for people goes to standard error."""
    console.stderr = file == STANDARD_OUTPUT
    return file


JsonOption = Annotated[
    Path | None,
    typer.Option(
        "--json",
        callback=leave_standard_output,
        help="Also write what is printed to this file, as JSON; - is standard output.",
    ),
]
TaskOption = Annotated[str, typer.Option("--task", help="What is summarised: a folder of arf/tasks.")]

DEFAULT_DATA = Path("runs/services")
DataOption = Annotated[
    Path, typer.Option("--data", envvar="ARF_DATA", help="Folder of the services that `arf up` runs.")
]
TenantOption = Annotated[str | None, typer.Option("--tenant", help="Whose it is, if several have that id.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the audit log.")]


def actor() -> str:
    """Who gives the command, for the audit log."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def check_id(option: str, value: str | None) -> None:
    """Raises InvalidRecord, naming the option, for a value that is no id."""
    if value is not None and not is_id(value):
        raise InvalidRecord(option, f"{value!r} is no id: 1 to 128 of A-Z a-z 0-9 . _ : -")


def table(*columns: str, title: str | None = None) -> Table:
    """A table that cuts nothing: where it is too narrow, words go on in the next line. Without padding it seldom is."""
    made = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False, title=title)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def minute(at: datetime) -> str:
    """A time to show, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def idle(folder: Path, waiting: bool) -> str:
    """What to say where no services of the folder run; nothing where others may be at work, or nothing is to do yet."""
    from arf.site import site
    from arf.site.supervisor import is_running

    running = is_running(folder)
    never = running is None and waiting and site.is_in(folder)
    return "no services of this folder are running: `arf up`" if running is False or never else ""


def read_corpus(path: Path) -> list[Call]:
    """The good calls in canonical order; each bad line is named on stderr.

    Raises ArfError if no line is good, or it is a folder.
    """
    if path.is_dir():
        raise ArfError(f"{path}: is a folder: name a file of calls")
    corpus = open_corpus(path)
    said = [str(passed_by) for passed_by in (*corpus.unknown, *corpus.bad)]
    if bad := len(corpus.bad):
        said.append(f"{path}: skipped {bad} bad {'line' if bad == 1 else 'lines'}, read {len(corpus.calls)} calls")
    for line in said:
        errors.print(line, markup=False, highlight=False, soft_wrap=True)
    if not corpus.calls:
        raise ArfError(f"{path}: no good call in it")
    return in_order(corpus.calls)


def write_json(path: Path | None, value: dict[str, Any] | Sequence[Any]) -> None:
    """Writes `value` as JSON where a file was asked for."""
    if path is not None:
        write_out(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def write_out(path: Path, text: str) -> None:
    """Writes text to a file, or to standard output where that is `-`."""
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        write_text(path, text)
