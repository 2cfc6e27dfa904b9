"""The sample generator: realistic service calls with complete gold facts, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from arf.calls.text import words
from arf.corpus.generator.features import Features, draw_features
from arf.corpus.generator.gold import gold
from arf.corpus.generator.plan import plan
from arf.corpus.generator.render import Rendered, render
from arf.corpus.generator.script import Scenario
from arf.corpus.generator.world import HELD_OUT, TRAIN
from arf.kit.errors import InvalidRecord
from arf.v1.transcript_pb2 import Call

VERSION = "1"

_CALL_WORDS = range(45, 111)
_SUMMARY_WORDS = range(12, 61)
_TURNS = range(3, 10)
_ATTEMPTS = 400


def generate(calls: int, seed: int, held_out: float = 0.33) -> Iterator[Call]:
    """Generates `calls` calls with gold, a share of them held out. Call i depends only on i and the arguments.

    Raises InvalidRecord if `calls` is not positive or the share is not between 0 and 1.
    """
    if calls < 1:
        raise InvalidRecord("calls", f"must be at least 1, not {calls}")
    if not 0 <= held_out <= 1:
        raise InvalidRecord("held_out", f"must be between 0 and 1, not {held_out}")
    apart = set(Random(f"{seed}:split").sample(range(calls), round(calls * held_out)))
    for index in range(calls):
        yield _call(index, seed, HELD_OUT if index in apart else TRAIN)


def _call(index: int, seed: int, split: str) -> Call:
    """The first draft of the call within the length limits."""
    features = draw_features(Random(f"{seed}:{index}:{split}"), split)
    for attempt in range(_ATTEMPTS):
        rng = Random(f"{seed}:{index}:{split}:{attempt}")
        scenario = plan(features, rng)
        call = _assemble(f"demo-{seed}-{index:05d}", seed, features, scenario, render(scenario, rng), rng)
        if _fits(call):
            return call
    raise AssertionError(f"no draft of call {index} with seed {seed} is short enough: {features}")


def _assemble(call_id: str, seed: int, features: Features, scenario: Scenario, rendered: Rendered, rng: Random) -> Call:
    call = Call(id=call_id, tenant="demo", channel=features.channel, language="en", turns=rendered.turns)
    call.gold.CopyFrom(gold(scenario, rendered, rng))
    call.annotations.update(
        {
            "split": features.split,
            "reasons": [reason for reason, _ in features.reasons],
            "features": sorted(scenario.features),
            "seed": seed,
            "generator": VERSION,
        }
    )
    return call


def _fits(call: Call) -> bool:
    return (
        sum(len(turn.text.split()) for turn in call.turns) in _CALL_WORDS
        and len(words(call.gold.summary)) in _SUMMARY_WORDS
        and len(call.turns) in _TURNS
    )
