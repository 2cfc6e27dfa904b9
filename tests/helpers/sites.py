"""A folder as `arf up` leaves it, and calls carried through its stages without the services."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from arf.flow import CALLS, EDITOR, STEPS, TEACHER
from arf.kit.bus import dlq
from arf.kit.bus.dlq import DLQ
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.ids import stage_id
from arf.kit.errors import InvalidRecord
from arf.site import site
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site

POLICY = "redaction@1"

_STEPS = {step.stage: step for step in STEPS}


@contextmanager
def started(folder: Path) -> Iterator[Site]:
    """The site of the folder; the environment is as it was when the block ends."""
    with mock.patch.dict(os.environ):
        site.write(folder, site.prepare(folder))
        with site.entered(folder) as backbone:
            yield Site(backbone.bus, backbone.database, backbone.sealer)


def carry(here: Site, call: Call, event_id: str, *stages: str) -> str:
    """Publishes the call's record of each of the stages, the first made of the event; returns the id of the furthest.

    All stages if none is named, and then the id of the revision. What another stage makes is not read.
    """
    made = {
        "teacher": CallSummary(
            call_id=call.id, tenant=call.tenant, summary=Summary(text="A summary."), redaction_policy=POLICY
        ),
        "analysis": Analysis(call_id=call.id, tenant=call.tenant, summary="A summary."),
        "editor": Revision(
            call_id=call.id, tenant=call.tenant, decision=Decision.DECISION_NOT_NEEDED, text="A summary."
        ),
    }
    ids: dict[str, str] = {}
    for stage in stages or _STEPS:
        step = _STEPS[stage]
        ids[stage] = stage_id(stage, ids.get(step.before, event_id))
        other = CallSummary(call_id=call.id, tenant=call.tenant)
        here.publish(step.output, call.tenant, call.id, ids[stage], made.get(stage, other))
    return ids.get(EDITOR.stage) or ids[stage]


def fail(here: Site, event_id: str, stage: str = TEACHER.stage, topic: str = CALLS) -> str:
    """Gives up on the event as the stage would; returns the letter's id."""
    (record,) = [record for record in here.bus.read(topic) if record.headers[EVENT_ID] == event_id]
    message = dlq.letter(DLQ, stage, record, event_id, InvalidRecord("turns", "is poisonous"), 1)
    here.bus.publish([message])
    return message.headers[EVENT_ID]
