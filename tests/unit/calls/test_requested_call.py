"""A request's call is what the reader makes of the same call in a file."""

from __future__ import annotations

import pytest

from arf.calls.records import dumps
from arf.calls.requested_call import check_distinct, requested_call
from arf.corpus.call_json import parse_call
from arf.corpus.reader import parse_line
from arf.kit.errors import InvalidRequest
from arf.v1.transcript_pb2 import Call, Gold, Role, Turn

BARE = Call(
    id="c",
    tenant="t",
    turns=[
        Turn(speaker="Customer", text="where is it"),
        Turn(role=Role.ROLE_AGENT, text="on its way"),
        Turn(speaker="Dana", text="hello"),
        Turn(turn_id="x", speaker="bot", role=Role.ROLE_BOT, text="bye"),
    ],
)


def test_the_call_is_that_of_the_reader_when_both_are_given_the_same() -> None:
    assert dumps(requested_call(BARE)) == dumps(parse_call(parse_line(dumps(BARE).encode()) or {}))


def test_the_given_call_stays_as_it_was_and_gold_is_left_out() -> None:
    given = Call()
    given.CopyFrom(BARE)
    given.gold.CopyFrom(Gold(summary="all is well"))
    before = given.SerializeToString(deterministic=True)

    assert not requested_call(given).HasField("gold")
    assert given.SerializeToString(deterministic=True) == before


@pytest.mark.parametrize(
    ("turns", "field"),
    [
        ([Turn(turn_id="1", speaker="a", text="x"), Turn(speaker="a", text="x")], "call.turns[1].turn_id"),
        ([Turn(text="x")], "call.turns[0].speaker"),
        ([Turn(speaker=" ", text="x")], "call.turns[0].speaker"),
        ([Turn(speaker="agent", role=Role.ROLE_CUSTOMER, text="x")], "call.turns[0].role"),
        ([Turn(speaker="agent", text=" ")], "call.turns"),
    ],
)
def test_the_field_is_named_when_something_is_wrong(turns: list[Turn], field: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        requested_call(Call(id="c", turns=turns))
    assert [name for name, _ in raised.value.violations] == [field]


def test_calls_of_one_id_are_refused_in_one_request() -> None:
    check_distinct([BARE, Call(id="c2")], "calls[{}]")
    with pytest.raises(InvalidRequest) as raised:
        check_distinct([BARE, Call(id="c2"), BARE], "calls[{}]")
    assert raised.value.violations == (("calls[2].id", "c is also that of calls[0]"),)
