"""The LLM judge in a run: who may judge, what it is shown and in which order, and what its answers amount to."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from arf.inference.factory import names
from arf.kit.errors import ArfError
from arf.v1.rating_pb2 import Rating
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call


def require_another_model(judge: str, editor: str) -> None:
    """Raises ArfError if the judge is the editor's model: what guided a revision never judges it.

    An endpoint that is given without `#model` is asked for its model. Raises Unavailable if it does not answer.
    """
    if judge == editor or names(judge) & names(editor):
        raise ArfError(
            f"--judge {judge} is the same model as --editor {editor}: what guided a revision never judges it; "
            "choose another judge, or --candidates 0 to revise without an editor LLM"
        )


def unsigned(
    calls: Sequence[Call], summaries: Mapping[str, Sequence[CallSummary]], seed: int
) -> list[tuple[Call, str]]:
    """Every call with each summary that any system wrote of it, systems left out, in an order that the seed decides.

    Words that several systems wrote alike come once: the same words deserve the same rating.
    """
    items = [
        (call, text)
        for index, call in enumerate(calls)
        for text in dict.fromkeys(made[index].summary.text for made in summaries.values())
    ]
    random.Random(seed).shuffle(items)
    return items


def account(ratings: Sequence[Rating]) -> dict[str, Any]:
    """report.json's `judge`: which model, how many summaries it was shown, and how many of its replies say nothing."""
    return {
        "model": ", ".join(sorted({r.judge for r in ratings})),
        "prompt_version": ", ".join(sorted({r.prompt_version for r in ratings})),
        "summaries": len(ratings),
        "unparsable": sum(not r.HasField("rating") for r in ratings),
        "prompt_tokens": sum(r.usage.prompt_tokens for r in ratings),
        "completion_tokens": sum(r.usage.completion_tokens for r in ratings),
        "seconds": round(sum(r.usage.seconds for r in ratings), 1),
    }
