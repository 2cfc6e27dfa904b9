"""The LLM judge's overall rating of a summary: an opinion, reported beside the measurements."""

from __future__ import annotations

from collections.abc import Sequence

from arf.analysis.judge_prompts import rating_prompt
from arf.analysis.replies import first_object
from arf.calls.prompt import Decoding
from arf.inference.port import Model, ModelFailed, Progress, Request
from arf.tasks.base import JudgeQuestions
from arf.v1.rating_pb2 import Rating
from arf.v1.transcript_pb2 import Call

# Far more than the answer needs: some models reason before they give it.
_DECODING = Decoding(max_new_tokens=200)


async def rate(
    items: Sequence[tuple[Call, str]],
    judge: Model,
    questions: JudgeQuestions,
    progress: Progress | None = None,
) -> list[Rating]:
    """The judge's rating of each summary of a call, in order, from 1 (useless) to 5 (could not be better).

    `rating` is unset if the model refuses or its reply holds no such number. Raises Unavailable if it does not answer.
    """
    prompts = [rating_prompt(call, summary, questions) for call, summary in items]
    replies = await judge.complete_all([Request(prompt, _DECODING) for prompt in prompts], progress)
    ratings = []
    for (call, summary), prompt, reply in zip(items, prompts, replies, strict=True):
        rating = Rating(
            call_id=call.id,
            tenant=call.tenant,
            channel=call.channel,
            summary=summary,
            judge=judge.name,
            prompt_version=prompt.version,
        )
        if not isinstance(reply, ModelFailed):
            if (said := _rating(reply.text)) is not None:
                rating.rating = said
            rating.usage.prompt_tokens = reply.prompt_tokens
            rating.usage.completion_tokens = reply.completion_tokens
            rating.usage.seconds = round(reply.seconds, 4)
        ratings.append(rating)
    return ratings


def _rating(reply: str) -> int | None:
    said = (first_object(reply) or {}).get("rating")
    # bool is a subclass of int, but not a rating.
    return said if isinstance(said, int) and not isinstance(said, bool) and 1 <= said <= 5 else None
