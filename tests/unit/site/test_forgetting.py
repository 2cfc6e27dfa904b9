from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from arf.audit.log import Action, SqlAudit
from arf.backbone import Backbone
from arf.corpus.generator import generate
from arf.flow import STEPS, ArtefactKind
from arf.kit.errors import InvalidRecord, NotFound
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import sealed_for_call
from arf.site.forgetting import Forgetting, forget
from arf.site.lineage import Artefact, Edge
from arf.site.owners import owner
from arf.site.tracking import Tracking, opened_tracking
from arf.teacher.answers import CachedAnswer, SqlAnswers
from tests.helpers.sealing import Site
from tests.helpers.sites import carry

Forget = Callable[..., Forgetting]


@pytest.fixture
def tracking(here: Site) -> Tracking:
    return opened_tracking(Backbone(here.bus, here.database, here.sealer))


@pytest.fixture
def do(here: Site, tracking: Tracking) -> Forget:
    def forgotten(tenant: str, call_id: str, reason: str = "asked to") -> Forgetting:
        tracking.catch_up()
        ports = {"database": here.database, "audit": SqlAudit(here.database), "sealer": here.sealer}
        return forget(tenant, call_id, actor="me", reason=reason, tracking=tracking, **ports)  # type: ignore[arg-type]

    return forgotten


def test_forgetting_names_what_was_trained_on_the_call_and_removes_its_answers(
    here: Site, tracking: Tracking, do: Forget
) -> None:
    call, other = generate(2, 5)
    for one in (call, other):
        revised = carry(here, one, here.submit(one))
        edges = [Edge(Artefact(ArtefactKind.REVISION, revised), Artefact(ArtefactKind.DATASET, f"d-{one.id}"))]
        edges.append(Edge(Artefact(ArtefactKind.DATASET, f"d-{one.id}"), Artefact(ArtefactKind.ADAPTER, f"a-{one.id}")))
        tracking.catch_up()
        tracking.lineage.add(one.tenant, edges, datetime.now(UTC))
        now = datetime.now(UTC)
        sealed = sealed_for_call(here.sealer, one.tenant, one.id, one)
        answer = CachedAnswer(one.id, sealed, now, now + timedelta(hours=1))
        SqlAnswers(here.database).put({(one.tenant, one.id): answer})
    done = do(call.tenant, call.id)
    assert (done.removed["teacher_answer"], done.records) == (1, 1 + len(STEPS))
    assert (done.datasets, done.adapters) == ((f"d-{call.id}",), (f"a-{call.id}",))
    with pytest.raises(Forgotten):
        sealed_for_call(here.sealer, call.tenant, call.id, call)
    sealed_for_call(here.sealer, other.tenant, other.id, other)
    ((_, entry),) = SqlAudit(here.database).entries(call.tenant)
    assert (entry.action, entry.actor, entry.resource, entry.reason) == (
        Action.FORGET, "me", f"calls/{call.id}", "asked to",
    )  # fmt: skip


def test_nothing_is_forgotten_when_the_audit_log_refuses(here: Site, do: Forget) -> None:
    (call,) = generate(1, 5)
    here.submit(call)
    with pytest.raises(InvalidRecord, match="reason"):
        do(call.tenant, call.id, " ")
    sealed_for_call(here.sealer, call.tenant, call.id, call)


def test_forgetting_again_gives_the_same(here: Site, do: Forget) -> None:
    (call,) = generate(1, 5)
    here.submit(call)
    assert do(call.tenant, call.id) == do(call.tenant, call.id)


def test_call_of_the_same_id_stays_when_another_tenants_is_forgotten(here: Site, do: Forget) -> None:
    (call,) = generate(1, 5)
    here.submit(call)
    theirs = type(call)()
    theirs.CopyFrom(call)
    theirs.tenant = "other"
    here.submit(theirs)
    assert do("other", call.id).records == 1
    with pytest.raises(Forgotten):
        sealed_for_call(here.sealer, "other", call.id, theirs)
    sealed_for_call(here.sealer, call.tenant, call.id, call)


def test_owner_is_the_tenant_that_has_the_id_and_asked_for_when_several_have(here: Site, tracking: Tracking) -> None:
    (call,) = generate(1, 5)
    revised = carry(here, call, here.submit(call))
    tracking.catch_up()
    assert owner(here.database, call.id) == owner(here.database, revised) == call.tenant
    with pytest.raises(NotFound, match="c-unknown"):
        owner(here.database, "c-unknown")
    call.tenant = "other"
    here.submit(call)
    tracking.catch_up()
    with pytest.raises(InvalidRecord, match="demo, other"):
        owner(here.database, call.id)
