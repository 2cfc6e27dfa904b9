"""The `arf` command in this process, as a shell sees it: exit status, stdout, stderr."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from unittest import mock

from arf.cli import main
from arf.cli.common import console


@dataclass(frozen=True)
class Done:
    """What a command left behind; `said` is both streams with line breaks of the terminal taken out."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """For looking up words that a narrow terminal may have broken into lines."""
        return " ".join((self.out + self.err).replace("│", " ").split())


def arf(*arguments: str, width: int = 200) -> Done:
    """Runs the command, `main` and all: what turns an error into a message and a status is tested with it."""
    out, err = io.StringIO(), io.StringIO()
    status: object = 0
    with (
        mock.patch.object(sys, "argv", ["arf", *arguments]),
        mock.patch.dict("os.environ", {"COLUMNS": str(width), "TERM": "dumb", "NO_COLOR": "1"}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        finally:
            console.stderr = False
    assert isinstance(status, int)
    return Done(status, out.getvalue(), err.getvalue())
