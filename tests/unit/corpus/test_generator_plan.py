"""Scenarios drawn from features."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from arf.corpus.generator.features import Features
from arf.corpus.generator.plan import plan
from arf.corpus.generator.reasons import ENDINGS
from arf.corpus.generator.render import render
from arf.corpus.generator.world import CHANNELS


def _features(channel: str, *reasons: tuple[str, str], split: str = "train", special: bool = False) -> Features:
    return Features(split, channel, reasons, special, special, False, False)


def test_a_draft_is_short_enough_when_two_long_issues_meet_on_the_phone() -> None:
    issues = (
        ("warranty_claim", "refund:REFUSED:no_proof"),
        ("late_delivery", "replacement:CONDITIONAL:courier_confirms"),
    )
    features = _features("phone", *issues, split="held_out", special=True)
    drafts = [render(plan(features, rng), rng) for rng in map(Random, range(60))]
    assert any(sum(len(turn.text.split()) for turn in draft.turns) <= 110 for draft in drafts)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_act_is_said_when_an_ending_names_it(channel: str) -> None:
    for reason, endings in ENDINGS.items():
        for seed, ending in product(range(3), endings):
            scenario = plan(_features(channel, (reason, ending), split="held_out"), Random(seed))
            (issue,) = scenario.issues
            said = {id(s.act) for line in scenario.lines for s in line.says if s.act}
            assert said == {id(act) for act in issue.acts}, (reason, ending)
            assert len(issue.acts) == sum(":" in word for word in ending.split())


def test_no_letter_puts_the_customer_through_when_the_case_is_passed_on() -> None:
    for seed, channel in product(range(20), ("email", "web_form")):
        scenario = plan(_features(channel, ("double_charge", "escalation:DONE")), Random(seed))
        assert not any(act.transfer for issue in scenario.issues for act in issue.acts)
