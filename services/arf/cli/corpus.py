"""`arf corpus`: generate calls, and check and describe a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from arf.calls import records
from arf.cli.common import CorpusArg, JsonOption, console, read_corpus, write_json
from arf.corpus.canonical import strip_gold
from arf.corpus.describe import describe
from arf.corpus.generator import generate
from arf.corpus.overlap import overlap
from arf.loop.split import split

app = typer.Typer(help="Generate, check and describe calls.", no_args_is_help=True)

OutOption = Annotated[Path, typer.Option("--out", "-o", help="The file to write.")]


@app.command("generate")
def generate_calls(
    out: OutOption,
    calls: Annotated[int, typer.Option("--calls", min=1, help="How many calls.")] = 300,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same calls.")] = 0,
    held_out: Annotated[float, typer.Option("--held-out", min=0.0, max=1.0, help="Share marked as held out.")] = 0.33,
) -> None:
    """Write believable service calls with exhaustive gold facts."""
    records.write(out, generate(calls, seed, held_out))
    console.print(f"{out}: {calls} calls", markup=False, highlight=False)


@app.command("strip-gold")
def strip(corpus: CorpusArg, out: OutOption) -> None:
    """Write the corpus without what only the evaluation may know."""
    records.write(out, map(strip_gold, read_corpus(corpus)))


@app.command("check")
def check(corpus: CorpusArg, json_file: JsonOption = None) -> None:
    """Name each bad line, and say what the good ones hold: channels, lengths, overlap of train and held-out."""
    calls = read_corpus(corpus)
    train, held_out = split(calls, 0.33, seed=0)
    shared = {f"{n}-grams": round(overlap(train, held_out, n).share, 4) for n in (3, 5)}
    facts = describe(calls) | {"train": len(train), "held_out": len(held_out), "overlap": shared}
    table = Table("", "", title=escape(str(corpus)), show_header=False)
    for name, value in facts.items():
        table.add_row(name, ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value))
    console.print(table)
    write_json(json_file, facts)
