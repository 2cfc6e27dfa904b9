"""The LLM judge in a run: which model may judge, what it is shown in which order, and a summary of its replies."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urldefrag

from arf.inference.models import ensure
from arf.inference.open_model import is_endpoint
from arf.inference.port import Model, profile_of
from arf.kit.errors import ArfError
from arf.v1.rating_pb2 import Rating
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call


async def require_another_model(judge: str, editor: str, opened: Callable[[str], Model]) -> None:
    """Raises ArfError if the judge is the editor's model: a model that guided a revision must not judge it.

    `opened` opens the model of a spec. An endpoint without `#model` is asked for its model's name: raises Unavailable
    if it does not answer.
    """
    if judge == editor or await _names(judge, opened) & await _names(editor, opened):
        raise ArfError(
            f"--judge {judge} is the same model as --editor {editor}: what guided a revision must not judge it; "
            "choose another judge, or --candidates 0 to revise without an editor LLM"
        )


async def _names(spec: str, opened: Callable[[str], Model]) -> frozenset[str]:
    """The names of a spec's model, found without loading it: specs that share a name mean the same model.

    A model that an endpoint serves under an alias is not recognised.
    """
    if not is_endpoint(spec):
        return frozenset({spec, str(ensure(spec))})
    named = urldefrag(spec).fragment
    if named:
        return frozenset({named})
    model = opened(spec)
    await profile_of(model)
    return frozenset({model.name})


def unsigned(
    calls: Sequence[Call], summaries: Mapping[str, Sequence[CallSummary]], seed: int
) -> list[tuple[Call, str]]:
    """Each call with every distinct summary of it, without the systems' names, in an order that the seed decides.

    Identical texts appear once, so that they get the same rating.
    """
    items = [
        (call, text)
        for index, call in enumerate(calls)
        for text in dict.fromkeys(made[index].summary.text for made in summaries.values())
    ]
    random.Random(seed).shuffle(items)
    return items


def account(ratings: Sequence[Rating]) -> dict[str, Any]:
    """report.json's `judge`: the model, how many summaries it was shown, and how many replies had no rating."""
    return {
        "model": ", ".join(sorted({r.judge for r in ratings})),
        "prompt_version": ", ".join(sorted({r.prompt_version for r in ratings})),
        "summaries": len(ratings),
        "unparsable": sum(not r.HasField("rating") for r in ratings),
        "prompt_tokens": sum(r.usage.prompt_tokens for r in ratings),
        "completion_tokens": sum(r.usage.completion_tokens for r in ratings),
        "seconds": round(sum(r.usage.seconds for r in ratings), 1),
    }
