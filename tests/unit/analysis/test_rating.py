"""The judge's rating: one question a summary, and an answer that counts only as a whole number from 1 to 5."""

from __future__ import annotations

import pytest

from arf.analysis.rating import rate
from arf.tasks.registry import load
from tests.helpers.fake_model import refused
from tests.unit.analysis.fakes import make_call, replying

pytestmark = pytest.mark.anyio

CALL = make_call("My parcel is late.", "I will refund 20 dollars.")
QUESTIONS = load("customer_service").judge


@pytest.mark.parametrize("reply", ['{"rating": 4}', 'Sure:\n```json\n{"rating": 4}\n```', '{"rating": 4} I am sure.'])
async def test_a_rating_is_read_when_it_is_a_whole_number_from_1_to_5(reply: str) -> None:
    (rating,) = await rate([(CALL, "The parcel is late.")], replying(reply, name="scripted"), QUESTIONS)
    assert (rating.call_id, rating.summary, rating.judge) == ("c1", "The parcel is late.", "scripted")
    assert rating.rating == 4


@pytest.mark.parametrize(
    "reply", ['{"rating": 6}', '{"rating": 0}', '{"rating": true}', '{"rating": "4"}', '{"rating": 4.5}', "4", ""]
)
async def test_the_rating_is_unset_when_the_reply_holds_none(reply: str) -> None:
    (rating,) = await rate([(CALL, "The parcel is late.")], replying(reply, name="scripted"), QUESTIONS)
    assert not rating.HasField("rating")
    assert rating.usage.completion_tokens == 5


async def test_ratings_come_in_order_when_several_summaries_are_rated() -> None:
    model = replying({"<summary>\nGood.": '{"rating": 5}', "<summary>\nBad.": '{"rating": 1}'})
    items = [(CALL, "Bad."), (CALL, "Good."), (CALL, "Bad.")]
    assert [r.rating for r in await rate(items, model, QUESTIONS)] == [1, 5, 1]
    assert all("[1] agent: I will refund" in p.messages[-1].content for p in model.prompts)


async def test_a_refused_summary_has_no_rating_and_the_others_have_theirs() -> None:
    model = replying('{"rating": 4}', script=[None, refused(), None])
    ratings = await rate([(CALL, "One."), (CALL, "Two."), (CALL, "Three.")], model, QUESTIONS)
    assert [r.rating if r.HasField("rating") else None for r in ratings] == [4, None, 4]
    assert [r.summary for r in ratings] == ["One.", "Two.", "Three."]
