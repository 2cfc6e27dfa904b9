"""What each stage's worker gets through on the SQLite bus: one process, all its records waiting when it starts."""

from __future__ import annotations

import time

from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.flow import CALLS, STEPS, specs
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.ids import call_key, submit_id
from arf.kit.bus.port import Bus, Message
from arf.kit.bus.sqlite.bus import SqliteBus
from arf.kit.db.database import Database
from arf.kit.db.migrate import upgrade
from arf.privacy.call_keys import SqlCallKeys
from arf.privacy.master_key import MasterKeys
from arf.privacy.seal import Sealer
from arf.privacy.sealed_records import sealed_for_call
from arf.v1.transcript_pb2 import Call
from tests.bench.proxy_site import Site, service

STAGES = tuple((step.stage, step.output) for step in STEPS)
_PATIENCE_S = 240.0


def throughputs(here: Site, calls: int) -> dict[str, float]:
    """Records a second of each stage's worker, one stage after the other, counted from its first output on."""
    database = Database.open(f"sqlite:///{here.folder}/store.db")
    upgrade(database)
    bus = SqliteBus(here.folder / "bus.db")
    bus.create_topics(specs())
    try:
        _submit(bus, Sealer(SqlCallKeys(database), MasterKeys.load(here.folder / "master.key")), calls)
        measured: dict[str, float] = {}
        # The editor verifies by the analysis service; who is behind a token is not measured here.
        with service(here, "analysis", "api", ARF_JWKS_FILE="", ARF_TENANT="demo") as analysis:
            for name, output in STAGES:
                with service(here, name, "worker", ARF_EDITOR_ANALYSIS_ADDRESS=analysis.target):
                    measured[name] = _rate(bus, output, calls)
        return measured
    finally:
        bus.close()
        database.close()


def _submit(bus: Bus, sealer: Sealer, calls: int) -> None:
    bus.publish([_message(sealer, strip_gold(call)) for call in generate(calls, 7)])


def _message(sealer: Sealer, call: Call) -> Message:
    sealed = sealed_for_call(sealer, call.tenant, call.id, call)
    event = submit_id(call.tenant, call.id, call.SerializeToString(deterministic=True))
    headers = {EVENT_ID: event, TENANT: call.tenant, SCHEMA: Call.DESCRIPTOR.full_name, SOURCE: "batch"}
    return Message(CALLS, call_key(call.tenant, call.id), sealed.SerializeToString(), headers)


def _rate(bus: Bus, output: str, calls: int) -> float:
    """Outputs a second between the first ones seen and the last."""
    deadline = time.monotonic() + _PATIENCE_S
    upto = dict.fromkeys(range(bus.partitions(output)), 0)
    count, first = 0, (0.0, 0)
    while time.monotonic() < deadline:
        for record in bus.read(output, upto):
            upto[record.partition] = record.offset + 1
            count += 1
        now = time.monotonic()
        if count and not first[1]:
            first = (now, count)
        if count >= calls:
            if count == first[1]:
                raise RuntimeError(f"{output}: too few calls to tell the rate")
            return (count - first[1]) / (now - first[0])
        time.sleep(0.1)
    raise RuntimeError(f"{output}: {count} of {calls} records came in {_PATIENCE_S:.0f} s")
