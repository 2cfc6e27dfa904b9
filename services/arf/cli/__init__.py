"""The `arf` command."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from arf.kit.errors import ArfError

COMMANDS = {
    "run": "Run the whole loop on a corpus, in steps that resume, and write a report.",
    "analyze": "Find errors in the summaries of a file.",
    "evaluate": "Score one student on a corpus.",
    "summarize": "Summarise each call of a corpus.",
    "revise": "Correct the summaries of a file, without a training.",
    "doctor": "Show what is installed, what is missing and how to fix it.",
    "serve": "Serve a model, and students beside it, by OpenAI's API.",
    "up": "Start the services of one machine and keep them running.",
    "migrate": "Make the tables and topics that the services need.",
    "submit": "Publish calls to the services.",
    "live": "Replay recorded calls as live ones, and draw their summaries.",
    "loadtest": "Drive many live calls at once, and measure.",
    "status": "Show what each stage received, made, failed and has waiting.",
    "export": "Write what the services made of each call, such as corrected summaries.",
    "lineage": "Show where an artefact comes from, and what it went into.",
    "forget": "Destroy a call's text everywhere.",
    "keys": "Destroy the keys of old calls.",
    "rewrap": "Wrap every call's key with the first master key.",
    "audit": "Show who changed what, when and why.",
    "dlq": "List, show and replay dead letters.",
    "review": "List revisions that need a person, and decide them.",
    "adapters": "Route calls to trained adapters, see that they are served, or merge one.",
    "corpus": "Generate, check and describe calls.",
    "models": "Download and list models.",
}
"""Each command and what it does; it is the function of its name, or `app`, in the module of its name."""


class _Commands(TyperGroup):
    """Imports a command when it is called: one may need packages that are not installed, or take seconds to import."""

    _listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        if self._listing:
            return TyperCommand(cmd_name, help=COMMANDS[cmd_name])
        module = import_module(f"arf.cli.{cmd_name}")
        if hasattr(module, "app"):
            command: Any = typer.main.get_group(module.app)
        else:
            single = typer.Typer(add_completion=False)
            single.command()(getattr(module, cmd_name))
            command = typer.main.get_command(single)
        command.name = cmd_name
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False


app = typer.Typer(cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"arf {version('arf')}")
        raise typer.Exit


@app.callback()
def arf(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Analyze, revise, finetune: distil an LLM's call summaries into a small model that makes fewer mistakes."""


def main() -> None:
    """Runs the command; an ArfError, or a file that cannot be used, ends it with a message on stderr and status 1."""
    try:
        app()
    except ArfError as error:
        print(f"arf: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except OSError as error:
        print(f"arf: {error.filename or 'system'}: {error.strerror or error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
