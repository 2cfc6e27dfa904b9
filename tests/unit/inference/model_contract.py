"""What every Model must do; each adapter's test class inherits it and gives a `model` fixture."""

from __future__ import annotations

import asyncio

import pytest

from arf.calls.prompt import ChatMessage, Completion, Decoding, Prompt
from arf.inference.port import Model, ModelFailed, Request

SHORT = Decoding(max_new_tokens=4)
SOON = 60.0
BEGINNING = "The customer wrote because"
TOO_LONG = "word " * 600
"""A prompt that every model of this suite refuses: for its window, or for its mark."""


def request(text: str, prefill: str = "", decoding: Decoding = SHORT, **given: object) -> Request:
    """A request of a system and a user message."""
    said = (ChatMessage("system", "Summarize the call."), ChatMessage("user", text))
    return Request(Prompt(said, "test/contract@1", prefill), decoding, **given)  # type: ignore[arg-type]


TEXTS = ["hi", "a much longer request than the first one, by far", "mid length"]
REQUESTS = [request(text) for text in TEXTS]


def completed(outcomes: list[Completion | ModelFailed]) -> list[Completion]:
    """The completions, where nothing failed."""
    made = [outcome for outcome in outcomes if isinstance(outcome, Completion)]
    assert len(made) == len(outcomes), outcomes
    return made


class ModelContract:
    """The laws of the Model port."""

    pytestmark = pytest.mark.anyio

    async def test_replies_come_in_order_when_prompts_differ_in_length(self, model: Model) -> None:
        together = completed(await model.complete_all(REQUESTS))
        backwards = completed(await model.complete_all(REQUESTS[::-1]))
        assert [c.text for c in together] == [c.text for c in backwards[::-1]]

    async def test_reply_is_the_same_when_asked_alone_or_with_others(self, model: Model) -> None:
        together = completed(await model.complete_all(REQUESTS))
        alone = await asyncio.gather(*(model.complete(r, SOON) for r in REQUESTS))
        assert [c.text for c in together] == [c.text for c in alone]

    async def test_text_repeats_when_the_request_is_repeated(self, model: Model) -> None:
        sampled = Decoding(max_new_tokens=4, temperature=0.8, top_p=0.9, seed=3)
        mixed = [request(text, decoding=decoding) for decoding in (SHORT, sampled) for text in TEXTS]
        first, second = [completed(await model.complete_all(mixed)) for _ in range(2)]
        assert [(c.text, c.finish_reason) for c in first] == [(c.text, c.finish_reason) for c in second]

    async def test_text_begins_with_the_prefill_when_there_is_one(self, model: Model) -> None:
        done = await model.complete(request("hi", BEGINNING), SOON)
        assert done.text.startswith(BEGINNING)
        assert done.text.count(BEGINNING) == 1

    async def test_pieces_joined_are_the_whole_when_streamed(self, model: Model) -> None:
        *pieces, whole = [piece async for piece in model.stream(request("hi", BEGINNING), SOON)]
        assert isinstance(whole, Completion)
        assert "".join(str(p) for p in pieces) == whole.text
        assert whole.text == (await model.complete(request("hi", BEGINNING), SOON)).text

    async def test_finish_reason_is_length_when_the_limit_cuts_it_off(self, model: Model) -> None:
        done = await model.complete(request("hi", decoding=Decoding(max_new_tokens=1)), SOON)
        assert (done.finish_reason, done.completion_tokens) == ("length", 1)

    async def test_counts_are_those_of_the_request_when_completed(self, model: Model) -> None:
        for done in completed(await model.complete_all(REQUESTS)):
            assert done.prompt_tokens > 0
            assert 0 <= done.completion_tokens <= SHORT.max_new_tokens
            assert done.seconds >= 0

    async def test_progress_adds_up_to_all_requests_when_given(self, model: Model) -> None:
        seen: list[int] = []
        await model.complete_all(REQUESTS, seen.append)
        assert sum(seen) == len(REQUESTS)

    async def test_nothing_is_completed_when_there_are_no_requests(self, model: Model) -> None:
        assert await model.complete_all([]) == []

    async def test_refused_request_costs_the_others_nothing_when_they_come_together(self, model: Model) -> None:
        first, second, third = await model.complete_all([REQUESTS[0], request(TOO_LONG), REQUESTS[2]])
        assert isinstance(second, ModelFailed)
        assert (second.passing, second.sick) == (False, False)
        assert "word" not in second.message
        assert [c.text for c in completed([first, third])] == [
            (await model.complete(r, SOON)).text for r in (REQUESTS[0], REQUESTS[2])
        ]

    async def test_refusal_is_raised_when_the_request_is_alone(self, model: Model) -> None:
        with pytest.raises(ModelFailed) as failure:
            await model.complete(request(TOO_LONG), SOON)
        assert (failure.value.passing, failure.value.sick) == (False, False)

    async def test_attempt_fails_when_its_time_is_over(self, model: Model) -> None:
        with pytest.raises(ModelFailed) as failure:
            await model.complete(REQUESTS[0], 0.0)
        assert (failure.value.passing, failure.value.billed) == (True, True)
        assert (await model.complete(REQUESTS[0], SOON)).text

    async def test_model_goes_on_when_a_request_is_cancelled(self, model: Model) -> None:
        given_up = asyncio.create_task(model.complete(REQUESTS[1], SOON))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert (await model.complete(REQUESTS[0], SOON)).text

    async def test_model_tells_its_name_and_its_profile_when_asked(self, model: Model) -> None:
        profile = await model.profile()
        assert model.name
        assert profile.window > 0
        assert profile.count("a few words") > 0

    async def test_model_can_be_asked_again_when_it_was_closed(self, model: Model) -> None:
        before = await model.complete(REQUESTS[0], SOON)
        await model.close()
        assert (await model.complete(REQUESTS[0], SOON)).text == before.text
        await model.close()
