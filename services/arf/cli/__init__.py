"""The `arf` command."""

from __future__ import annotations

import sys

import typer

from arf.cli import adapter_routing, corpus, dlq, models, review
from arf.cli.analyze import analyze
from arf.cli.audit import audit
from arf.cli.doctor import doctor
from arf.cli.evaluate import evaluate
from arf.cli.forget import forget
from arf.cli.lineage import lineage
from arf.cli.migrate import migrate
from arf.cli.rewrap import rewrap
from arf.cli.run import run
from arf.cli.serve import serve
from arf.cli.status import status
from arf.cli.submit import submit
from arf.cli.summarize import summarize
from arf.cli.up import up
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
app.command("serve")(serve)
app.command("up")(up)
app.command("migrate")(migrate)
app.command("submit")(submit)
app.command("status")(status)
app.command("lineage")(lineage)
app.command("forget")(forget)
app.command("rewrap")(rewrap)
app.command("audit")(audit)
app.add_typer(adapter_routing.app, name="adapters")
app.add_typer(dlq.app, name="dlq")
app.add_typer(review.app, name="review")
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
