"""Extracts a summary's structured fields from its text: reason, actions, outcome, next steps."""

from __future__ import annotations

import re

from arf.calls.text import normalise, sentences
from arf.v1.live_pb2 import SummaryFields

_REASON = re.compile(
    r"\b(?:contact(?:ed)?|reach(?:ed)? out|got in touch|called|wrote|also mentioned|a further issue)\b"
)
_NEXT = re.compile(
    r"\b(?:will|promised|agreed|going to|needs? to|asked the customer|is to|can \w+ .* (?:if|once|when))\b"
)


def from_text(summary: str) -> SummaryFields:
    """The fields of a summary, each sentence in one of them; the last one that is no reason is also the outcome."""
    texts = [s.text for s in sentences(summary)]
    reason = [text for text in texts if _REASON.search(normalise(text).lower())] or texts[:1]
    rest = [text for text in texts if text not in reason]
    ahead = [text for text in rest if _NEXT.search(normalise(text).lower())]
    by_company = [text for text in rest if not text.startswith("The customer")]
    return SummaryFields(
        reason=" ".join(reason),
        actions=[text for text in rest if text not in ahead],
        outcome=(by_company or rest or [""])[-1],
        next_steps=ahead,
    )
