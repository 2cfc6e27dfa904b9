"""The model contract on a model of this process, and how it is loaded and let go."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from arf.calls.prompt import Decoding
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
