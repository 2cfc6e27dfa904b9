"""`arf doctor`: checks the installation."""

from __future__ import annotations

import dataclasses

import typer
from rich.markup import escape
from rich.table import Table

from arf.cli.common import JsonOption, console, write_json
from arf.doctor import checks


def doctor(json_file: JsonOption = None) -> None:
    """Show what is installed, what is missing and how to fix it; exit status 1 if `arf run` cannot work."""
    found = checks()
    table = Table("check", "", "found", "what to do")
    for check in found:
        state = "[green]ok[/]" if check.ok else "[red]missing[/]" if check.required else "[yellow]missing[/]"
        # Escaped: rich would take an extra's name in brackets for markup.
        table.add_row(check.name, state, escape(check.found), escape(check.advice))
    console.print(table)
    write_json(json_file, [dataclasses.asdict(check) for check in found])
    if not all(check.ok for check in found if check.required):
        raise typer.Exit(1)
