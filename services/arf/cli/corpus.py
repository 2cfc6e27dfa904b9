"""`arf corpus`: generates, checks and describes calls."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from arf.calls.records import dumps
from arf.cli.common import (
    CorpusArg,
    JsonOption,
    console,
    counted,
    leave_standard_output,
    read_corpus,
    write_json,
    write_out,
)
from arf.corpus.canonical import strip_gold
from arf.corpus.describe import describe
from arf.corpus.generator import generate
from arf.corpus.overlap import overlap
from arf.kit.errors import ArfError
from arf.loop.split import split
from arf.v1.transcript_pb2 import Call

app = typer.Typer(help="Generate, check and describe calls.", no_args_is_help=True)

OutOption = Annotated[
    Path,
    typer.Option("--out", "-o", callback=leave_standard_output, help="The file to write; - is standard output."),
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")]


@app.command("generate")
def generate_calls(
    out: OutOption,
    calls: Annotated[int, typer.Option("--calls", min=1, help="How many calls.")] = 300,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the generator: the same seed gives the same calls.")] = 0,
    held_out: Annotated[
        float, typer.Option("--held-out", min=0.0, max=1.0, help="Share of calls to mark as held out.")
    ] = 0.33,
    overwrite: OverwriteOption = False,
) -> None:
    """Generate realistic customer-service calls with exhaustive gold facts."""
    _check_free(out, overwrite)
    _write(out, generate(calls, seed, held_out))
    console.print(f"{out}: {counted(calls, 'call')}", markup=False, highlight=False)


@app.command("strip-gold")
def strip(corpus: CorpusArg, out: OutOption, overwrite: OverwriteOption = False) -> None:
    """Write the corpus without gold facts and reference summaries, which only the evaluation may see."""
    _check_free(out, overwrite)
    _write(out, map(strip_gold, read_corpus(corpus)))


@app.command("check")
def check(corpus: CorpusArg, json_file: JsonOption = None) -> None:
    """Name each bad line, and describe the valid calls: channels, lengths, overlap of train and held-out."""
    calls = read_corpus(corpus)
    train, held_out = split(calls, 0.33, seed=0)
    shared = {f"{n}-grams": round(overlap(train, held_out, n).share, 4) for n in (3, 5)}
    facts = describe(calls) | {"train": len(train), "held_out": len(held_out), "overlap": shared}
    table = Table("", "", title=escape(str(corpus)), show_header=False)
    for name, value in facts.items():
        table.add_row(name, ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value))
    console.print(table)
    write_json(json_file, facts)


def _check_free(out: Path, overwrite: bool) -> None:
    """Raises ArfError if the file exists and must not be replaced."""
    if out.is_file() and not overwrite:
        raise ArfError(f"{out}: exists already: choose another file, or pass --overwrite")


def _write(out: Path, calls: Iterable[Call]) -> None:
    write_out(out, "".join(dumps(call) + "\n" for call in calls))
