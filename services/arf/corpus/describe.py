"""Statistics of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from arf.calls.text import words
from arf.v1.transcript_pb2 import Call


def describe(calls: Sequence[Call]) -> dict[str, Any]:
    """Counts calls by channel, mean and longest length in words, and calls with gold, references or a summary."""
    lengths = [sum(len(words(turn.text)) for turn in call.turns) for call in calls]
    return {
        "calls": len(calls),
        "channels": dict(sorted(Counter(call.channel for call in calls).items())),
        "mean_words": round(sum(lengths) / max(len(calls), 1), 1),
        "most_words": max(lengths, default=0),
        "with_gold": sum(bool(call.gold.facts) for call in calls),
        "with_references": sum(bool(call.reference_summaries) for call in calls),
        "with_summary": sum(call.HasField("summary") for call in calls),
    }
