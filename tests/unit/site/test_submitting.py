from __future__ import annotations

from arf.corpus.generator import generate
from arf.flow import CALLS
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.port import MAX_VALUE_BYTES
from arf.site.submitting import submit
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site

CARD = "4111 1111 1111 1111"


def call(id_: str = "c-1", text: str = "hello", tenant: str = "default") -> Call:
    made = Call(id=id_, tenant=tenant, channel="phone", language="en")
    made.turns.add(turn_id="0", speaker="customer", text=text)
    return made


def test_call_is_sealed_masked_and_without_gold_when_it_is_in_the_log(here: Site) -> None:
    (given,) = generate(1, 5)
    given.turns[0].text = f"my card is {CARD}"
    submit([given], here.bus, here.sealer)
    (record,) = here.bus.read(CALLS)
    (stored,) = here.messages(CALLS, Call)
    assert record.key == f"{given.tenant}/{given.id}"
    assert b"my card" not in record.value
    assert stored.turns[0].text == "my card is [CARD]"
    assert given.HasField("gold")
    assert not stored.HasField("gold")
    headers = (record.headers[TENANT], record.headers[SCHEMA], record.headers[SOURCE])
    assert headers == (given.tenant, "arf.v1.Call", "batch")


def test_event_id_is_the_same_when_the_content_is(here: Site) -> None:
    ids = [
        submit([given], here.bus, here.sealer).published["default", "c-1"]
        for given in (call(), call(), call(text="other"))
    ]
    assert ids[0] == ids[1] != ids[2]
    assert [record.headers[EVENT_ID] for record in here.bus.read(CALLS)] == ids


def test_tenant_is_given_to_calls_that_say_none_and_contradicts_no_other(here: Site) -> None:
    done = submit([call("a"), call("b", tenant="acme"), call("c", tenant="globex")], here.bus, here.sealer, "acme")
    assert list(done.published) == [("acme", "a"), ("acme", "b")]
    assert done.refused == ["call c: tenant: is globex, but --tenant says acme"]


def test_default_is_given_to_calls_that_say_none_and_others_stay_whose_they_are(here: Site) -> None:
    done = submit([call("a"), call("b", tenant="globex")], here.bus, here.sealer, default="acme")
    assert list(done.published) == [("acme", "a"), ("globex", "b")]
    assert done.refused == []


def test_call_that_cannot_be_taken_stays_out_and_the_rest_goes_on(here: Site) -> None:
    here.sealer.forget("default", "gone")
    large = call("large", "x" * 20_000)
    while large.ByteSize() <= MAX_VALUE_BYTES:
        large.turns.add(turn_id=str(len(large.turns)), speaker="agent", text="x" * 20_000)
    done = submit([call("gone"), large, call("good")], here.bus, here.sealer)
    assert list(done.published) == [("default", "good")]
    assert ["call gone" in line or "call large: turns" in line for line in done.refused] == [True, True]
