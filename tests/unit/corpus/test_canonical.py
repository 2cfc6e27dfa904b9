"""Order, and the call without its gold."""

from arf.corpus.canonical import in_order, strip_gold
from arf.v1.transcript_pb2 import Call, Gold, Turn


def test_order_is_by_tenant_then_id_when_sorted() -> None:
    calls = [Call(tenant="b", id="1"), Call(tenant="a", id="2"), Call(tenant="a", id="10")]
    assert [(c.tenant, c.id) for c in in_order(calls)] == [("a", "10"), ("a", "2"), ("b", "1")]


def test_copy_is_bare_and_the_call_untouched_when_gold_is_stripped() -> None:
    call = Call(id="1", turns=[Turn(text="hi")], gold=Gold(summary="s"))
    bare = strip_gold(call)
    assert not bare.HasField("gold")
    assert bare.turns == call.turns
    assert call.gold.summary == "s"
