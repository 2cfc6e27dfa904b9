from __future__ import annotations

import json

from arf.corpus.generator import generate
from arf.flow import REVISIONS
from arf.v1.revision_pb2 import Decision, Revision
from tests.helpers.sealing import Site
from tests.helpers.sites import carry
from tests.unit.cli.invoke import arf


def test_text_is_readable_and_the_newest_of_each_call_when_a_person_decided_later(here: Site, data: str) -> None:
    one, two = generate(2, 5)
    for call in (one, two):
        carry(here, call, here.submit(call))
    decided = Revision(call_id=one.id, tenant=one.tenant, decision=Decision.DECISION_ACCEPTED, text="By a person.")
    here.publish(REVISIONS, one.tenant, one.id, "later", decided)
    done = arf("export", "--topic", "revisions", "--data", data)
    assert done.status == 0, done.err
    rows = {row["call_id"]: row["text"] for row in map(json.loads, done.out.splitlines())}
    assert rows == {one.id: "By a person.", two.id: "A summary."}
    assert len(done.out.splitlines()) == 2


def test_other_topics_and_one_tenant_can_be_asked_for(here: Site, data: str) -> None:
    one, two = generate(2, 5)
    two.tenant = "acme"
    for call in (one, two):
        carry(here, call, here.submit(call))
    done = arf("export", "--topic", "calls", "--tenant", "acme", "--data", data)
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [two.id]
    assert len(arf("export", "--topic", "summaries", "--data", data).out.splitlines()) == 2


def test_forgotten_call_is_named_and_left_out(here: Site, data: str) -> None:
    one, two = generate(2, 5)
    for call in (one, two):
        carry(here, call, here.submit(call))
    here.sealer.forget(one.tenant, one.id)
    done = arf("export", "--data", data)
    assert [json.loads(line)["call_id"] for line in done.out.splitlines()] == [two.id]
    assert f"left out: {one.tenant}/{one.id}: call {one.tenant}/{one.id} was forgotten" in done.err
