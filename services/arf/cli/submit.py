"""`arf submit`: gives calls to the services."""

from __future__ import annotations

from typing import Annotated

import typer

from arf.cli.common import DEFAULT_DATA, CorpusArg, DataOption, JsonOption, console, errors, read_corpus, write_json


def submit(
    corpus: CorpusArg,
    data: DataOption = DEFAULT_DATA,
    tenant: Annotated[str | None, typer.Option(help="Whose the calls are that do not say.")] = None,
    json_file: JsonOption = None,
) -> None:
    """Publish the calls, card numbers masked for good and text sealed; what is known already is not done again."""
    from arf.kit import tracing
    from arf.platform.site import entered
    from arf.platform.submitting import submit as submit_calls

    calls = read_corpus(corpus)
    # The trace of each call begins here; without a provider there would be no ids.
    tracing.configure("cli")
    with entered(data) as backbone:
        done = submit_calls(calls, backbone.bus, backbone.sealer, tenant)
    for line in done.refused:
        errors.print(f"{corpus}: {line}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"{len(done.published)} calls submitted", highlight=False)
    events = [
        {"tenant": owner, "call_id": call_id, "event_id": event_id}
        for (owner, call_id), event_id in done.published.items()
    ]
    write_json(json_file, {"submitted": events, "refused": done.refused})
    if not done.published:
        raise typer.Exit(1)
