"""The `arf` command."""

from __future__ import annotations

import sys

import typer

from arf.cli import corpus, models
from arf.cli.analyze import analyze
from arf.cli.doctor import doctor
from arf.cli.evaluate import evaluate
from arf.cli.run import run
from arf.cli.summarize import summarize
from arf.kit.errors import ArfError

app = typer.Typer(
    help="Analyze, revise, finetune: distil an LLM's call summaries into a small model that makes fewer mistakes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run)
app.command("analyze")(analyze)
app.command("evaluate")(evaluate)
app.command("summarize")(summarize)
app.command("doctor")(doctor)
app.add_typer(corpus.app, name="corpus")
app.add_typer(models.app, name="models")


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
