"""`arf submit`: publishes calls to the services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from arf.cli.common import (
    DEFAULT_DATA,
    CorpusArg,
    DataOption,
    JsonOption,
    check_id,
    console,
    counted,
    errors,
    idle,
    read_corpus,
    write_json,
)


def submit(
    corpus: CorpusArg,
    data: DataOption = DEFAULT_DATA,
    tenant: Annotated[
        str | None,
        typer.Option(help="The tenant of the calls; without it, calls that name none get the site's tenant."),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Wait for the calls to pass all stages; exit status 1 if they do not in time."
        ),
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Publish calls with card numbers masked for good and text sealed; calls already in the log are skipped."""
    from arf.flow import CALLS
    from arf.kit import tracing
    from arf.kit.server.settings import ServerSettings
    from arf.site.site import entered, known_to
    from arf.site.submitting import submit as submit_calls
    from arf.site.tracking import opened_tracking
    from arf.site.waiting import wait_until_through

    check_id("--tenant", tenant)
    calls = read_corpus(corpus)
    # The trace of each call begins here; without a provider there would be no ids.
    tracing.configure("cli")
    with entered(data) as backbone:
        apis = ServerSettings.of("editor", variables=known_to(data))
        tracking = opened_tracking(backbone)
        tracking.catch_up([CALLS])
        done = submit_calls(calls, backbone.bus, backbone.sealer, tenant, default=apis.tenant, stages=tracking.stages)
        sent = [*done.published, *done.known]
        console.print(_sent(len(done.published), len(done.known)), highlight=False)
        lacking: list[str] = []
        if wait is not None:
            with console.status("") as shown:
                lacking = wait_until_through(
                    tracking,
                    sent,
                    wait,
                    lambda through, failed: shown.update(f"{through} of {len(sent)} through, {failed} failed"),
                )
            console.print(f"{len(sent) - len(lacking)} of {len(sent)} have one record at each stage", highlight=False)
    warnings = [f"{corpus}: {line}" for line in done.refused]
    if apis.jwks_file is None:
        warnings += _out_of_reach(sent, apis.tenant)
    for line in [*warnings, *lacking]:
        errors.print(line, markup=False, highlight=False, soft_wrap=True)
    if wait is None and (hint := idle(data, bool(done.published))):
        errors.print(hint, highlight=False, soft_wrap=True)
    submitted, known = _events(done.published), _events(done.known)
    write_json(json_file, {"submitted": submitted, "known": known, "refused": done.refused})
    if lacking or (not submitted and not known):
        raise typer.Exit(1)


def _sent(published: int, known: int) -> str:
    return f"{counted(published, 'call')} submitted" + (f"; {known} are in the log already, unchanged" if known else "")


def _out_of_reach(calls: Iterable[tuple[str, str]], served: str) -> list[str]:
    """Warnings for the calls, (tenant, call id), of tenants that the APIs do not serve without tokens."""
    owners = Counter(owner for owner, _ in calls if owner != served)
    return [
        f"{counted(count, 'call')} of tenant {owner}: without tokens the APIs, and so `arf review`, serve only {served}"
        for owner, count in sorted(owners.items())
    ]


def _events(ids: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    return [{"tenant": owner, "call_id": call_id, "event_id": event_id} for (owner, call_id), event_id in ids.items()]
