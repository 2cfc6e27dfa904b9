"""Draws a call's features before its text: channel, reasons, endings and special traits."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from arf.corpus.generator.reasons import ENDINGS, REASONS
from arf.corpus.generator.world import CHANNELS, DIALOGUES, HELD_OUT, HELD_OUT_REASONS

_HELD_OUT_REASON_SHARE = 0.25
_TWO_ISSUES = 0.12
_CORRECTION = 0.16
_DISTRACTOR = 0.22
_INJECTION_WHERE_TYPED = 0.06
_THIRD_PARTY_IN_DIALOGUE = 0.05
_LONGEST_ENDING_OF_TWO = 1


@dataclass(frozen=True)
class Features:
    """The shape of one call; `reasons` holds (reason, ending) of each issue."""

    split: str
    channel: str
    reasons: tuple[tuple[str, str], ...]
    correction: bool
    distractor: bool
    injection: bool
    third_party: bool


def draw_features(rng: Random, split: str) -> Features:
    """The features of a call. Held-out reasons occur in held-out calls alone."""
    channel = rng.choice(CHANNELS)
    two = rng.random() < _TWO_ISSUES
    first = _reason(rng, split)
    reasons = [(first, rng.choice(_endings(first, two)))]
    if two:
        second = rng.choice([r for r in sorted(REASONS) if r != first and r not in HELD_OUT_REASONS])
        reasons.append((second, rng.choice(_endings(second, two))))
    return Features(
        split=split,
        channel=channel,
        reasons=tuple(reasons),
        correction=rng.random() < _CORRECTION,
        distractor=rng.random() < _DISTRACTOR,
        injection=channel != "phone" and rng.random() < _INJECTION_WHERE_TYPED,
        third_party=channel in DIALOGUES[::2] and rng.random() < _THIRD_PARTY_IN_DIALOGUE,
    )


def _reason(rng: Random, split: str) -> str:
    new = split == HELD_OUT and rng.random() < _HELD_OUT_REASON_SHARE
    return rng.choice([reason for reason in sorted(REASONS) if (reason in HELD_OUT_REASONS) == new])


def _endings(reason: str, two: bool) -> tuple[str, ...]:
    """The possible endings: with two issues each must be short, and the first must not end the call."""
    every = ENDINGS[reason]
    if not two:
        return every
    return tuple(
        e for e in every if len(e.split()) <= _LONGEST_ENDING_OF_TWO and e != "unresolved" and "escalation" not in e
    )
