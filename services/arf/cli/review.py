"""`arf review`: lists revisions that need a person, and sends the decisions."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from arf.calls.records import short_name, to_dict
from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, console, counted, harmless, minute, write_json
from arf.cli.settings import TextEditor
from arf.kit.errors import ArfError, InvalidRecord
from arf.v1.editor_service_pb2 import DecideReviewRequest
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.review_pb2 import Review, ReviewState, ReviewVerdict

if TYPE_CHECKING:
    from arf.site.reviews_client import ReviewsClient

app = typer.Typer(help="List revisions that need a person, and decide them.", no_args_is_help=True)

IdArg = Annotated[str, typer.Argument(metavar="ID", help="Id of the review or its beginning, or of the call.")]
CommentOption = Annotated[str, typer.Option("--comment", help="A note for the audit log; never text of the call.")]
WrongOption = Annotated[
    list[str] | None, typer.Option("--wrong", help="A finding that is wrong: it counts against its detector.")
]


class ReviewFilter(StrEnum):
    """Which reviews to list."""

    PENDING = "pending"
    DECIDED = "decided"
    ALL = "all"


_STATES = {
    ReviewFilter.PENDING: ReviewState.REVIEW_STATE_PENDING,
    ReviewFilter.DECIDED: ReviewState.REVIEW_STATE_DECIDED,
    ReviewFilter.ALL: ReviewState.REVIEW_STATE_UNSPECIFIED,
}

_VERDICTS = {
    ReviewVerdict.REVIEW_VERDICT_CANDIDATE: "candidate accepted",
    ReviewVerdict.REVIEW_VERDICT_EDITED: "edited",
    ReviewVerdict.REVIEW_VERDICT_ORIGINAL: "original accepted",
    ReviewVerdict.REVIEW_VERDICT_REJECTED: "rejected",
}

_INDENTED = "\n    "


@app.command("list")
def list_all(
    data: DataOption = DEFAULT_DATA,
    state: Annotated[ReviewFilter, typer.Option(help="Which reviews to list.")] = ReviewFilter.PENDING,
    channel: Annotated[str, typer.Option(help="Only reviews of this channel.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most this many reviews.")] = 100,
    json_file: JsonOption = None,
) -> None:
    """List the reviews of the token's tenant (without tokens that of `arf up --tenant`), oldest first."""
    reviews = list(_client(data).all(_STATES[state], channel, limit))
    table = Table("id", "call", "channel", "errors found", "verdict", title=counted(len(reviews), "review"))
    table.columns[0].no_wrap = True
    for review in reviews:
        types = sorted({short_name(ErrorType.DESCRIPTOR, f.type) for f in review.revision.targeted})
        verdict = _verdict(review)
        table.add_row(_id(review), *map(escape, (review.call_id, review.channel)), ", ".join(types), verdict)
    console.print(table)
    write_json(json_file, [to_dict(review) for review in reviews])


@app.command("show")
def show(review_id: IdArg, data: DataOption = DEFAULT_DATA, json_file: JsonOption = None) -> None:
    """Show a review: the call, its summary, the findings, and each candidate with the reasons against it."""
    review = _client(data).find(review_id)
    revision = review.revision
    lines = [f"call {review.call_id}, {review.channel}: {_verdict(review)}"]
    lines += [line for line in (review.text, review.comment and f"comment: {review.comment}") if line]
    lines += ["", *_turns(review), "", revision.original, ""]
    for finding in revision.targeted:
        lines += _found(finding)
    for number, candidate in enumerate(revision.candidates):
        lines += ["", f"candidate {number}: {'; '.join(candidate.reasons) or 'passed'}", candidate.text]
    for line in lines:
        console.print(harmless(line), markup=False, highlight=False, soft_wrap=True)
    write_json(json_file, to_dict(review))


@app.command("accept")
def accept(
    review_id: IdArg,
    data: DataOption = DEFAULT_DATA,
    candidate: Annotated[int | None, typer.Option(min=0, help="Number of the candidate that is right.")] = None,
    original: Annotated[
        bool, typer.Option("--original", help="The teacher's summary was right, and all its findings are wrong.")
    ] = False,
    wrong: WrongOption = None,
    comment: CommentOption = "",
) -> None:
    """Accept a candidate, or the teacher's own summary; the text goes to training."""
    if (candidate is None) != original:
        raise InvalidRecord("--candidate", "pass the --candidate that is right, or --original")
    request = DecideReviewRequest(verdict=ReviewVerdict.REVIEW_VERDICT_ORIGINAL)
    if candidate is not None:
        request = DecideReviewRequest(verdict=ReviewVerdict.REVIEW_VERDICT_CANDIDATE, candidate=candidate)
    _decide(data, review_id, request, wrong, comment)


@app.command("edit")
def edit(
    review_id: IdArg,
    data: DataOption = DEFAULT_DATA,
    text: Annotated[str | None, typer.Option(help="The summary as it should be.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with the summary.")] = None,
    wrong: WrongOption = None,
    comment: CommentOption = "",
) -> None:
    """Write the summary yourself: --text, --file, or on a terminal $EDITOR on the original."""
    if text is not None and file is not None:
        raise InvalidRecord("--text", "or --file, not both")
    if file is not None:
        text = file.read_text(encoding="utf-8")
    if text is None:
        if not _has_terminal():
            raise ArfError("there is no terminal for an editor: give --text or --file")
        text = _edited(_client(data).find(review_id).revision.original)
    if not text.strip():
        raise InvalidRecord("--text", "is empty: nothing was decided")
    request = DecideReviewRequest(verdict=ReviewVerdict.REVIEW_VERDICT_EDITED, text=text.strip())
    _decide(data, review_id, request, wrong, comment)


@app.command("reject")
def reject(
    review_id: IdArg, data: DataOption = DEFAULT_DATA, wrong: WrongOption = None, comment: CommentOption = ""
) -> None:
    """Keep the call out of training: no text is fit for it."""
    _decide(data, review_id, DecideReviewRequest(verdict=ReviewVerdict.REVIEW_VERDICT_REJECTED), wrong, comment)


@app.command("precision")
def precision(
    data: DataOption = DEFAULT_DATA,
    tenant: Annotated[str | None, typer.Option(help="Only decisions of this tenant.")] = None,
    json_file: JsonOption = None,
) -> None:
    """Show how many of each detector's findings reviewers confirmed, from the services' database."""
    from arf.editor.reviews_sql import SqlReviews
    from arf.kit.statistics import wilson
    from arf.site.site import entered

    with entered(data) as backbone:
        found = SqlReviews(backbone.database).precision(tenant)
    table = Table(
        "detector",
        "error",
        "judged",
        "wrong",
        "precision",
        title="Findings that reviewers judged, by detector and type of error",
    )
    rows = []
    for one in found:
        kind = short_name(ErrorType.DESCRIPTOR, one.type)
        low, high = wilson(one.judged - one.rejected, one.judged)
        shown = f"{one.precision:.2f} ({low:.2f} to {high:.2f})"
        table.add_row(escape(one.detector), kind, str(one.judged), str(one.rejected), shown)
        counts = {"judged": one.judged, "rejected": one.rejected}
        rows.append(
            {"detector": one.detector, "type": kind, **counts, "precision": one.precision, "low": low, "high": high}
        )
    console.print(table)
    write_json(json_file, rows)


def _decide(data: Path, review_id: str, request: DecideReviewRequest, wrong: list[str] | None, comment: str) -> None:
    request.rejected_finding_ids.extend(wrong or [])
    request.comment = comment
    client = _client(data)
    review = client.decide(client.find(review_id).name, request)
    console.print(f"{_id(review)}: {_verdict(review)}", markup=False, highlight=False, soft_wrap=True)
    for finding in review.remaining:
        kind = short_name(ErrorType.DESCRIPTOR, finding.type)
        console.print(f"still found in it: {kind}: {finding.explanation}", markup=False, highlight=False)


def _turns(review: Review) -> list[str]:
    """The call's turns with their ids; a turn's further lines are indented."""
    if not review.HasField("call"):
        return ["the call is no longer in the log"]
    return [f"[{turn.turn_id}] {turn.speaker}: {turn.text}".replace("\n", _INDENTED) for turn in review.call.turns]


def _found(finding: Finding) -> list[str]:
    """A finding: the error, its turns, and the suggested fix."""
    kind = short_name(ErrorType.DESCRIPTOR, finding.type)
    turns = f" (turns {', '.join(finding.turn_ids)})" if finding.turn_ids else ""
    lines = [f"finding {finding.finding_id} {kind} by {finding.detector}: {finding.explanation}{turns}"]
    return [*lines, f"    fix: {finding.suggested_fix}"] if finding.suggested_fix else lines


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _edited(original: str) -> str:
    """The text as edited in $VISUAL or $EDITOR; empty if unchanged. Leaves no copy on disk."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "summary.txt"
        file.write_text(original, encoding="utf-8")
        command = shlex.split(TextEditor().command)
        try:
            subprocess.run([*command, str(file)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise InvalidRecord("EDITOR", f"{command[0]}: {error}") from None
        text = file.read_text(encoding="utf-8")
    return "" if text == original else text


def _client(data: Path) -> ReviewsClient:
    from arf.editor.service import SERVICE
    from arf.kit.server.peer_settings import PeerSettings
    from arf.site.reviews_client import ReviewsClient
    from arf.site.site import known_to

    return ReviewsClient(PeerSettings.of("ARF_EDITOR_", f"127.0.0.1:{SERVICE.port}", known_to(data)))


def _id(review: Review) -> str:
    return review.name.removeprefix("reviews/")


def _verdict(review: Review) -> str:
    if review.state == ReviewState.REVIEW_STATE_PENDING:
        return "pending"
    when = f" on {minute(review.decide_time.ToDatetime(UTC))}" if review.HasField("decide_time") else ""
    return f"{_VERDICTS[review.verdict]} by {review.reviewer or 'an unknown reviewer'}{when}"
