"""The baselines do the same work as ARF does, or their times would compare nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.finetune.config import TrainConfig
from arf.finetune.dataset import build_dataset
from arf.finetune.dataset_folder import save
from arf.finetune.trainer import TrainingStep, train
from arf.inference.profile import ModelProfile
from arf.tasks.registry import load
from arf.v1.transcript_pb2 import Call
from tests.bench.loop_inference import Inference
from tests.bench.plain_training import Plan, train_plainly
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.finetune.builders import PlainTask, calls, targets


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny", positions=8192)


def _calls(n: int) -> list[Call]:
    return [strip_gold(call) for call in generate(n, seed=11)]


@pytest.mark.parametrize("first_layer", [0, 2])
def test_plain_training_has_the_trainers_losses_when_batches_and_recipe_are_the_same(
    base: Path, tmp_path: Path, first_layer: int
) -> None:
    given = calls(12)
    built = build_dataset(
        PlainTask(), given, targets(given), name="d", seed=0, validation_share=0.0, profile=ModelProfile()
    )
    save(tmp_path / "dataset", *built)
    config = TrainConfig(epochs=4, batch_size=4, rank=4, alpha=8, threads=1, first_layer=first_layer, warmup_steps=0)
    steps: list[TrainingStep] = []
    train(tmp_path / "dataset", tmp_path / "arf", base, config, steps.append)
    plain = train_plainly(tmp_path / "dataset", tmp_path / "plain", base, config)
    assert plain == pytest.approx([step.loss for step in steps], abs=1e-4)
    assert sum(plain[-3:]) < sum(plain[:3]), "nothing was learned, so equal losses would prove nothing"
    assert (tmp_path / "plain/adapter_model.safetensors").exists()


def test_plan_counts_every_token_of_every_step(base: Path, tmp_path: Path) -> None:
    given = calls(6)
    built = build_dataset(
        PlainTask(), given, targets(given), name="d", seed=0, validation_share=0.0, profile=ModelProfile()
    )
    save(tmp_path, *built)
    plan = Plan.of(tmp_path, base, TrainConfig(epochs=2.5, batch_size=4))
    assert [len(batch) for batch in plan.batches].count(4) >= 2
    assert len(plan.batches) == 5
    assert plan.tokens == sum(len(plan.examples[i]) for batch in plan.batches for i in batch)


def test_generate_writes_the_engines_texts_when_decoding_is_the_same(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARF_THREADS", "1")
    monkeypatch.setenv("ARF_DTYPE", "float32")
    drawn = _calls(4)
    inference = Inference(base, load("customer_service"), drawn[:1])
    summaries, seconds = inference.measure(drawn[1:])
    (compared,) = inference.comparisons
    assert compared.check == "3 of 3 texts are the same"
    assert len(summaries) == 3
    assert len(compared.ours) == len(compared.baseline) == 1
    assert seconds == pytest.approx(1 / compared.ours[0])
