"""`arf submit`: gives calls to the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from arf.cli.common import DEFAULT_DATA, CorpusArg, DataOption, JsonOption, console, errors, read_corpus, write_json


def submit(
    corpus: CorpusArg,
    data: DataOption = DEFAULT_DATA,
    tenant: Annotated[str | None, typer.Option(help="Whose the calls are that do not say.")] = None,
    json_file: JsonOption = None,
) -> None:
    """Publish the calls, card numbers masked for good and text sealed; what the log has already is left as it is."""
    from arf.kit import tracing
    from arf.kit.bus.topics import CALLS
    from arf.platform.site import entered
    from arf.platform.submitting import submit as submit_calls
    from arf.platform.tracking import opened_tracking

    calls = read_corpus(corpus)
    # The trace of each call begins here; without a provider there would be no ids.
    tracing.configure("cli")
    with entered(data) as backbone:
        tracking = opened_tracking(backbone)
        tracking.catch_up([CALLS])
        done = submit_calls(calls, backbone.bus, backbone.sealer, tenant, stages=tracking.stages)
    for line in done.refused:
        errors.print(f"{corpus}: {line}", markup=False, highlight=False, soft_wrap=True)
    again = f"; {len(done.known)} are in the log already, as they are" if done.known else ""
    console.print(f"{len(done.published)} calls submitted{again}", highlight=False)
    submitted, known = _events(done.published), _events(done.known)
    write_json(json_file, {"submitted": submitted, "known": known, "refused": done.refused})
    if not submitted and not known:
        raise typer.Exit(1)


def _events(ids: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    return [{"tenant": owner, "call_id": call_id, "event_id": event_id} for (owner, call_id), event_id in ids.items()]
