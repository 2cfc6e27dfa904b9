"""The structured fields of a summary: reason, actions, outcome, next steps, from the slots or from the text alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from arf.calls.text import normalise, sentences
from arf.tasks.customer_service.prose import outcome_sentences, reason_sentence
from arf.tasks.customer_service.slots import Act, Slots
from arf.v1 import transcript_pb2 as t

_REASON = re.compile(
    r"\b(?:contact(?:ed)?|reach(?:ed)? out|got in touch|called|wrote|also mentioned|a further issue)\b"
)
_NEXT = re.compile(
    r"\b(?:will|promised|agreed|going to|needs? to|asked the customer|is to|can \w+ .* (?:if|once|when))\b"
)
_AHEAD = frozenset({t.FACT_STATUS_PROMISED, t.FACT_STATUS_CONDITIONAL})


@dataclass(frozen=True)
class Fields:
    """Sentences by what they tell; `outcome` is the one that settles the call, empty where none does."""

    reason: str
    actions: tuple[str, ...]
    outcome: str
    next_steps: tuple[str, ...]


def from_slots(slots: Slots) -> Fields:
    """The fields of a call. What is not established is empty."""
    told = [(act, text) for act in slots.acts if (text := _sentence(slots, act))]
    company = [text for act, text in told if act.actor != t.ROLE_CUSTOMER]
    whole = outcome_sentences(slots)
    return Fields(
        reason=" ".join(reason_sentence(r, also=n > 0) for n, r in enumerate(slots.reasons)),
        actions=tuple(text for act, text in told if not _is_ahead(act)),
        outcome=company[-1] if company else whole[-1] if whole else "",
        next_steps=tuple(text for act, text in told if _is_ahead(act)),
    )


def from_text(summary: str) -> Fields:
    """The fields of a summary, each of its sentences in one of them; the last that is no reason is the outcome too."""
    texts = [s.text for s in sentences(summary)]
    reason = [text for text in texts if _REASON.search(normalise(text).lower())] or texts[:1]
    rest = [text for text in texts if text not in reason]
    ahead = tuple(text for text in rest if _NEXT.search(normalise(text).lower()))
    by_company = [text for text in rest if not text.startswith("The customer")]
    return Fields(
        reason=" ".join(reason),
        actions=tuple(text for text in rest if text not in ahead),
        outcome=(by_company or rest or [""])[-1],
        next_steps=ahead,
    )


def _sentence(slots: Slots, act: Act) -> str:
    """One act told by itself; empty where the summary would leave it out."""
    alone = outcome_sentences(replace(slots, acts=(act,), resolution=None))
    if alone or act.actor != t.ROLE_CUSTOMER or act.status == t.FACT_STATUS_REQUESTED:
        return " ".join(alone)
    # A customer's act settles nothing, so it is told beside something that does.
    beside = next((a for a in slots.acts if a.actor != t.ROLE_CUSTOMER), None)
    return outcome_sentences(replace(slots, acts=(beside, act)))[-1] if beside else ""


def _is_ahead(act: Act) -> bool:
    return act.status in _AHEAD
