"""The model contract on a model of this process, and how it is loaded and let go."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from arf.calls.prompt import Completion, Decoding
from arf.inference.adapters.transformers import TransformersModel
from arf.inference.models import DEFAULT_MODEL, list_models
from arf.inference.port import ModelFailed
from arf.inference.settings import InferenceSettings, ModelSettings
from arf.kit.errors import NotFound
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.inference.model_contract import REQUESTS, SOON, ModelContract, request

pytestmark = pytest.mark.anyio

PLAIN = InferenceSettings(dtype="float32", threads=1)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny") / "tiny-llama")


class TestTransformersModel(ModelContract):
    """On a tiny random Llama."""

    @pytest.fixture
    def model(self, tiny: Path) -> TransformersModel:
        return TransformersModel(str(tiny), inference=PLAIN)


@pytest.mark.model
class TestTransformersModelOnTheRealOne(ModelContract):
    """On the default model, where it has been pulled."""

    @pytest.fixture(scope="class")
    @classmethod
    def model(cls) -> TransformersModel:
        if list_models()[DEFAULT_MODEL] is None:
            pytest.skip(f"{DEFAULT_MODEL} is not in the cache; `arf models pull` gets it")
        return TransformersModel(inference=InferenceSettings(dtype="float32"), settings=ModelSettings())

    async def test_refused_request_costs_the_others_nothing_when_they_come_together(self, model: object) -> None:
        pytest.skip("its window has room for the suite's longest prompt")

    async def test_refusal_is_raised_when_the_request_is_alone(self, model: object) -> None:
        pytest.skip("its window has room for the suite's longest prompt")


async def test_nothing_is_loaded_before_it_is_asked(tmp_path: Path) -> None:
    model = TransformersModel(str(tmp_path / "nobody"))
    assert model.name == "nobody"
    with pytest.raises(NotFound, match="nobody"):
        await model.profile()
    with pytest.raises(NotFound, match="nobody"):
        await model.complete_all(REQUESTS)
    with pytest.raises(ModelFailed, match="nobody"):
        await model.complete(REQUESTS[0], SOON)


async def test_profile_is_that_of_the_folder_unless_it_is_set(tiny: Path) -> None:
    profile = await TransformersModel(str(tiny)).profile()
    assert (profile.window, profile.small) == (512, True)
    assert profile.count("twelve bytes") == 12
    given = await TransformersModel(str(tiny), ModelSettings(window=400, small=False)).profile()
    assert (given.window, given.small, given.teacher_tokens) == (400, False, None)


async def test_reply_is_made_in_the_models_own_thread(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from arf.inference.loaded_model import LoadedModel

    seen: set[str] = set()
    complete = LoadedModel.complete

    def watched(self: LoadedModel, *args: object) -> object:
        seen.add(threading.current_thread().name)
        return complete(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(LoadedModel, "complete", watched)
    model = TransformersModel(str(tiny), inference=PLAIN)
    await asyncio.gather(*(model.complete(r, SOON) for r in REQUESTS))
    await model.close()
    assert seen == {"model-tiny-llama_0"}


async def test_reply_is_as_long_as_the_window_has_room_for(tiny: Path) -> None:
    model = TransformersModel(str(tiny), inference=PLAIN)
    done = await model.complete(request("x" * 400, decoding=Decoding(4096)), SOON)
    assert done.prompt_tokens + done.completion_tokens <= 512
    await model.close()


async def test_likeliest_tokens_are_told_when_asked_for(tiny: Path) -> None:
    model = TransformersModel(str(tiny), inference=PLAIN)
    done = await model.complete(request("hi", top_logprobs=3), SOON)
    assert len(done.top_logprobs) >= done.completion_tokens > 0
    for place in done.top_logprobs:
        assert len(place) <= 3
        assert all(logprob <= 0 for logprob in place.values())
    await model.close()


async def test_schema_is_refused_where_replies_cannot_be_bound_to_one(tiny: Path) -> None:
    model = TransformersModel(str(tiny), inference=PLAIN)
    assert not (await model.profile()).structured
    with pytest.raises(ModelFailed, match="schema"):
        await model.complete(request("hi", schema={"type": "object"}), SOON)
    await model.close()


LONG = Decoding(max_new_tokens=300)


async def test_pieces_come_while_the_rest_is_made_when_streamed(tiny: Path) -> None:
    model = TransformersModel(str(tiny), inference=PLAIN)
    whole = await model.complete(request("hi", decoding=LONG), SOON)
    *pieces, streamed = [piece async for piece in model.stream(request("hi", decoding=LONG), SOON)]
    assert len(pieces) > whole.completion_tokens / 4
    assert "".join(map(str, pieces)) == whole.text == streamed.text
    await model.close()


async def test_text_before_a_stop_string_alone_is_streamed(tiny: Path) -> None:
    model = TransformersModel(str(tiny), inference=PLAIN)
    text = (await model.complete(request("hi", decoding=LONG), SOON)).text
    stop = next(text[i : i + 3] for i in range(20, len(text)) if text[i : i + 3].isascii())
    *pieces, whole = [p async for p in model.stream(request("hi", decoding=Decoding(300, stop=(stop,))), SOON)]
    assert "".join(map(str, pieces)) == whole.text == text[: text.index(stop)]
    await model.close()


@pytest.mark.parametrize("streamed", [True, False])
async def test_model_stops_working_when_nobody_waits_for_the_reply(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    from arf.inference.loaded_model import LoadedModel

    begun, tokens = threading.Event(), []
    complete = LoadedModel.complete

    def watched(self: LoadedModel, requests: object, progress: object, listeners: list[Any]) -> object:
        def heard(text: Any) -> bool:
            begun.set()
            time.sleep(0.001)
            return listeners[0](text)

        made = complete(self, requests, progress, [heard] if listeners else [])  # type: ignore[arg-type]
        tokens.extend(outcome.completion_tokens for outcome in made if isinstance(outcome, Completion))
        return made

    monkeypatch.setattr(LoadedModel, "complete", watched)
    model = TransformersModel(str(tiny), inference=PLAIN)
    if streamed:
        pieces = model.stream(request("hi", decoding=LONG), SOON)
        await anext(pieces)
        await pieces.aclose()
    else:
        reply = asyncio.create_task(model.complete(request("hi", decoding=LONG), SOON))
        await asyncio.to_thread(begun.wait, 30)
        reply.cancel()
        await asyncio.wait([reply])
    await model.close()
    assert 0 < tokens[-1] < 300
