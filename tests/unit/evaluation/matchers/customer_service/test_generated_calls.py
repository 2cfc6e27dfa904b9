"""The matcher on generated calls: gold summaries pass, gold summaries made wrong do not."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from arf.corpus.generator import generate
from arf.evaluation.matchers.customer_service.match import match
from arf.v1.transcript_pb2 import Call
from tests.unit.evaluation.corruption import corruptions

_REACHED = 0.97


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return list(generate(120, 20260, 0.5))


def test_gold_summaries_are_error_free_when_held_against_their_own_call(calls: list[Call]) -> None:
    results = [match(call, call.gold.summary) for call in calls]
    assert sum(r.error_free for r in results) / len(results) >= _REACHED
    assert sum(r.key_fact_recall for r in results) / len(results) >= _REACHED


def test_each_kind_of_corruption_is_noticed_when_gold_summaries_are_made_wrong(calls: list[Call]) -> None:
    made: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    rng = Random(1)
    for call in calls:
        for kind, summary in corruptions(call, rng):
            made[kind] += 1
            missed[kind] += match(call, summary).error_free
    assert len(made) > 25
    assert {kind: n for kind, n in missed.items() if n / made[kind] > 1 - _REACHED} == {}


def test_a_summary_is_wrong_when_it_is_another_calls(calls: list[Call]) -> None:
    shifted = [match(call, other.gold.summary).error_free for call, other in pairwise(calls)]
    assert sum(shifted) == 0
