"""`arf models`: downloads models into the user's cache and lists them."""

from __future__ import annotations

from typing import Annotated

import typer

from arf.cli.common import console
from arf.inference.models import DEFAULT_MODEL, ensure, list_models

app = typer.Typer(help="Download and list models.", no_args_is_help=True)


@app.command("pull")
def pull(name: Annotated[str, typer.Argument(help="The default, a folder, or a hub id.")] = DEFAULT_MODEL) -> None:
    """Download a model, verify it, and convert it into the cache."""
    path = ensure(name, lambda text: console.print(text, markup=False, highlight=False))
    console.print(str(path), markup=False, highlight=False, soft_wrap=True)


@app.command("list")
def list_all() -> None:
    """List the models in the cache."""
    for name, path in list_models().items():
        console.print(f"{name}\t{path or 'not pulled'}", markup=False, highlight=False, soft_wrap=True)
