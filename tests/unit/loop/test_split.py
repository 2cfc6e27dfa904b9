from arf.calls.split import split_off
from arf.loop.split import limit, split
from arf.v1.transcript_pb2 import Call


def _calls(n: int, channel: str = "phone") -> list[Call]:
    return [Call(id=f"{channel}-{i:03}", tenant="t", channel=channel) for i in range(n)]


def test_split_keeps_the_share_of_each_channel_when_nothing_is_marked() -> None:
    train, held = split(_calls(60) + _calls(30, "email"), 1 / 3, seed=1)
    assert sum(c.channel == "phone" for c in held) == 20
    assert sum(c.channel == "email" for c in held) == 10
    assert len(train) == 60


def test_split_follows_the_corpus_when_every_call_is_marked() -> None:
    calls = _calls(4)
    for i, call in enumerate(calls):
        call.annotations.update({"split": "held_out" if i == 2 else "train"})
    train, held = split(calls, 0.9, seed=1)
    assert [c.id for c in held] == ["phone-002"]
    assert len(train) == 3


def test_split_differs_when_the_seed_differs() -> None:
    assert split(_calls(60), 0.5, 1)[1] != split(_calls(60), 0.5, 2)[1]


def test_limit_keeps_the_order_when_it_drops_calls() -> None:
    kept = limit(_calls(50), 10, seed=3)
    assert len(kept) == 10
    assert [c.id for c in kept] == sorted(c.id for c in kept)


def test_validation_calls_and_held_out_calls_are_drawn_by_one_rule() -> None:
    calls = _calls(50) + _calls(25, "email")
    _, held = split(calls, 0.3, seed=4)
    assert {(c.tenant, c.id) for c in held} == split_off(calls, 0.3, seed=4)


def test_half_a_call_is_a_whole_one_when_a_share_is_set_apart() -> None:
    assert [len(split_off(_calls(n), 0.5, seed=0)) for n in (1, 2, 3, 5)] == [1, 1, 2, 3]
