from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import torch
from peft import AutoPeftModelForCausalLM
from safetensors.torch import load_file
from transformers import AutoTokenizer

from arf.calls.prompt import ChatMessage, Completion, Decoding, Prompt
from arf.finetune import trainer
from arf.finetune.config import TrainConfig
from arf.finetune.dataset import build_dataset
from arf.finetune.dataset_folder import load, save
from arf.finetune.encoding import encode
from arf.finetune.targets import Target
from arf.finetune.trainer import TrainingStep, train
from arf.inference.loaded_model import LoadedModel
from arf.inference.port import Request
from arf.inference.profile import ModelProfile
from arf.kit.errors import ArfError, Corrupt
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.finetune.builders import PlainTask, calls, targets

CONFIG = TrainConfig(epochs=2, batch_size=4, rank=4, alpha=8, threads=1, checkpoint_every=3, learning_rate=1e-2)


class Killed(BaseException):
    """Stands for kill -9: nothing in the trainer may catch it."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    given = calls(18)
    for c in given:
        del c.turns[1:]
    built = build_dataset(
        PlainTask(), given, targets(given), name="tiny", seed=0, validation_share=0.1, profile=ModelProfile()
    )
    save(folder, *built)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def unbroken(base: Path, dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(dataset, tmp_path_factory.mktemp("unbroken") / "adapter", base, CONFIG).adapter


@pytest.mark.parametrize("step", [1, 3, 5, 7, 8])
def test_adapter_has_the_same_bytes_when_training_was_killed_at_a_step(
    base: Path, dataset: Path, unbroken: Path, tmp_path: Path, step: int
) -> None:
    def kill(at: TrainingStep) -> None:
        if at.step == step:
            raise Killed

    with pytest.raises(Killed):
        train(dataset, tmp_path / "adapter", base, CONFIG, kill)
    assert not (tmp_path / "adapter").exists()
    torch.manual_seed(999)  # A new process's random state is another.
    seen: list[TrainingStep] = []
    train(dataset, tmp_path / "adapter", base, CONFIG, seen.append)
    # It goes on from the last checkpoint: every third step, and the last one.
    assert [s.step for s in seen] == list(range(step // 3 * 3 + 1, 9) if step < 8 else [])
    assert contents(tmp_path / "adapter") == contents(unbroken)


@pytest.mark.parametrize(
    "wild",
    [
        {"learning_rate": 1e9, "max_grad_norm": 1e9, "warmup_steps": 0},
        {"learning_rate": 1e30, "max_grad_norm": 1e9, "warmup_steps": 0, "epochs": 0.1},
    ],
    ids=["in the middle", "at the last step"],
)
def test_nothing_is_saved_when_the_training_diverges(
    base: Path, dataset: Path, tmp_path: Path, wild: dict[str, float]
) -> None:
    config = dataclasses.replace(CONFIG, checkpoint_every=0, **wild)  # type: ignore[arg-type]
    with pytest.raises(ArfError, match=r"diverged at step .* learning_rate"):
        train(dataset, tmp_path / "adapter", base, config, work_dir=tmp_path / "work")
    assert not list(tmp_path.rglob("*.*"))


def test_old_checkpoint_serves_when_killed_while_writing_the_next(
    base: Path, dataset: Path, unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, writes = torch.save, [0]

    def half(state: object, out: object) -> None:
        writes[0] += 1
        if writes[0] == 2:
            out.write(b"half a checkpoint")  # type: ignore[attr-defined]
            raise Killed
        real(state, out)  # type: ignore[arg-type]

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(Killed):
        train(dataset, tmp_path / "adapter", base, CONFIG)
    monkeypatch.setattr(torch, "save", real)
    train(dataset, tmp_path / "adapter", base, CONFIG)
    assert contents(tmp_path / "adapter") == contents(unbroken)


def test_progress_counts_up_to_the_last_step_when_reported(base: Path, dataset: Path, tmp_path: Path) -> None:
    seen: list[TrainingStep] = []
    result = train(dataset, tmp_path / "adapter", base, CONFIG, seen.append)
    assert [s.step for s in seen] == list(range(1, 9))
    assert {s.steps for s in seen} == {8} == {result.metadata.steps}
    assert seen[-1].eta == 0
    assert all(s.tokens_per_second > 0 for s in seen)


def test_loss_falls_when_trained_longer(base: Path, dataset: Path, tmp_path: Path) -> None:
    result = train(dataset, tmp_path / "adapter", base, dataclasses.replace(CONFIG, epochs=12))
    losses, validation = result.metadata.losses, result.metadata.validation_losses
    assert sum(losses[-4:]) < 0.7 * sum(losses[:4])
    assert validation[-1] < validation[0]
    assert len(validation) == 12


def test_plain_peft_loads_an_adapter_with_its_base_when_saved(base: Path, unbroken: Path) -> None:
    loaded = AutoPeftModelForCausalLM.from_pretrained(unbroken)
    assert loaded.peft_config["default"].base_model_name_or_path == str(base)
    assert loaded(torch.tensor([[5, 6, 7]])).logits.shape[1] == 3


def test_lineage_holds_no_path_and_no_time_when_saved(base: Path, unbroken: Path) -> None:
    assert sorted(contents(unbroken)) == ["adapter_config.json", "adapter_model.safetensors", "arf.json"]
    config = json.loads((unbroken / "adapter_config.json").read_text())
    assert config["target_modules"] == sorted(config["target_modules"])
    assert str(base.parent) not in (unbroken / "arf.json").read_text()
    assert json.loads((base / "config.json").read_text())["use_cache"] is True


def test_nothing_is_trained_when_the_adapter_is_there(base: Path, dataset: Path, unbroken: Path) -> None:
    seen: list[TrainingStep] = []
    before = contents(unbroken)
    result = train(dataset, unbroken, base, CONFIG, seen.append)
    assert seen == []
    assert contents(result.adapter) == before


def test_error_is_raised_when_the_adapter_there_is_of_another_config(base: Path, dataset: Path, unbroken: Path) -> None:
    with pytest.raises(ArfError, match="of another dataset, base model or config"):
        train(dataset, unbroken, base, dataclasses.replace(CONFIG, seed=5))


def test_error_is_raised_when_the_checkpoint_is_of_another_config(base: Path, dataset: Path, tmp_path: Path) -> None:
    def kill(at: TrainingStep) -> None:
        if at.step == 4:
            raise Killed

    with pytest.raises(Killed):
        train(dataset, tmp_path / "adapter", base, CONFIG, kill)
    with pytest.raises(ArfError, match="belongs to another"):
        train(dataset, tmp_path / "adapter", base, dataclasses.replace(CONFIG, learning_rate=0.5))


def test_lower_layers_stay_untouched_when_a_first_layer_is_set(base: Path, dataset: Path, tmp_path: Path) -> None:
    result = train(dataset, tmp_path / "adapter", base, dataclasses.replace(CONFIG, first_layer=2))
    names = load_file(result.adapter / "adapter_model.safetensors")
    assert names
    assert all(".layers.2." in name for name in names)


def test_loss_is_the_same_when_the_frozen_layers_are_run_once(base: Path) -> None:
    from arf.finetune.encoding import Encoded

    examples = [Encoded([5, 6, 7, 2], 2), Encoded(list(range(3, 40)), 30)]
    every_step = trainer._Run(base, CONFIG, examples, [])
    once = trainer._Run(base, dataclasses.replace(CONFIG, first_layer=2), examples, [])
    with torch.no_grad():
        assert float(once._loss([0, 1])) == pytest.approx(float(every_step._loss([0, 1])), rel=1e-5)


def test_long_examples_are_counted_when_left_out(base: Path, dataset: Path, tmp_path: Path) -> None:
    whole = train(dataset, tmp_path / "whole", base, dataclasses.replace(CONFIG, epochs=0.25)).metadata
    limit = dataclasses.replace(CONFIG, epochs=0.25, max_tokens=155)
    some = train(dataset, tmp_path / "some", base, limit).metadata
    assert whole.too_long == 0 < some.too_long
    assert some.examples + some.validation_examples + some.too_long == whole.examples + whole.validation_examples
    tokenizer = AutoTokenizer.from_pretrained(base)
    longest = max(len(encode(e, tokenizer)) for e in load(dataset)[1])
    just = train(
        dataset, tmp_path / "just", base, dataclasses.replace(CONFIG, epochs=0.25, max_tokens=longest)
    ).metadata
    assert just.too_long == 0
    with pytest.raises(ArfError, match="no training example within 3 tokens"):
        train(dataset, tmp_path / "none", base, dataclasses.replace(CONFIG, max_tokens=3))


def test_parts_of_a_batch_give_the_same_loss_when_memory_is_short(base: Path, dataset: Path, tmp_path: Path) -> None:
    whole = train(dataset, tmp_path / "whole", base, CONFIG).metadata
    parts = train(dataset, tmp_path / "parts", base, dataclasses.replace(CONFIG, tokens_at_a_time=1)).metadata
    assert parts.losses == pytest.approx(whole.losses, rel=1e-3)


def test_padding_changes_no_loss_when_examples_differ_in_length(base: Path) -> None:
    from arf.finetune.encoding import Encoded

    short, long = Encoded([5, 6, 7, 2], 2), Encoded(list(range(3, 40)), 30)
    run = trainer._Run(base, CONFIG, [short, long], [])
    with torch.no_grad():
        together, apart = run._loss([0, 1]), run._loss([0]) + run._loss([1])
    assert float(together) == pytest.approx(float(apart), rel=1e-5)


def test_student_ends_its_reply_in_any_template_when_it_learned_to(base: Path, tmp_path: Path) -> None:
    # Pad and end are one token here: a mask by pad id would hide every end from the student.
    given = calls(16)
    for c in given:
        del c.turns[1:]
    wanted = {key: Target("Ok.") for key in targets(given)}
    built = build_dataset(PlainTask(), given, wanted, name="short", seed=0, validation_share=0, profile=ModelProfile())
    save(tmp_path / "data", *built)
    other = make_tiny_model(
        tmp_path / "other", template="{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }} {% endfor %}>"
    )
    config = dataclasses.replace(CONFIG, epochs=10, rank=16, alpha=32)
    prompt = Prompt((ChatMessage("user", calls(20)[19].turns[0].text),), "plain/student@1")
    revisions = set()
    for model in (base, other):
        trained = train(tmp_path / "data", tmp_path / f"adapter-{model.name}", model, config)
        engine = LoadedModel(model, threads=1, dtype="float32")
        (student,) = engine.complete([Request(prompt, Decoding(max_new_tokens=30), str(trained.adapter))])
        assert isinstance(student, Completion)
        assert (student.text, student.finish_reason) == ("Ok.", "stop")
        said = trained.metadata
        assert (said.base_model, said.task, said.prompt_version) == (model.name, "toy_task", "plain/student@1")
        revisions.add(said.base_sha256)
    assert len(revisions) == 2


def test_an_adapter_is_refused_when_it_was_trained_on_another_base_of_the_same_shape(
    base: Path, unbroken: Path, tmp_path: Path
) -> None:
    other = make_tiny_model(tmp_path / "other", seed=5)
    asked = Request(Prompt((ChatMessage("user", "hi"),), "v"), Decoding(2), str(unbroken))
    assert LoadedModel(base, threads=1, dtype="float32").complete([asked])
    with pytest.raises(
        Corrupt, match=r"adapter adapter: trained on another base model or revision: tiny .*, not other"
    ):
        LoadedModel(other, threads=1, dtype="float32").complete([asked])


def test_an_adapter_is_named_when_its_lineage_cannot_be_read(base: Path, unbroken: Path, tmp_path: Path) -> None:
    shutil.copytree(unbroken, tmp_path / "odd")
    (tmp_path / "odd" / "arf.json").write_text("[]")
    with pytest.raises(Corrupt, match=r"adapter odd: arf\.json"):
        LoadedModel(base).complete(
            [Request(Prompt((ChatMessage("user", "hi"),), "v"), Decoding(2), str(tmp_path / "odd"))]
        )


def test_an_adapter_is_not_taken_for_another_bases_when_only_its_template_differs(
    base: Path, dataset: Path, unbroken: Path, tmp_path: Path
) -> None:
    other = make_tiny_model(tmp_path / "tiny", template="{{ messages[0]['content'] }}")
    assert (other / "model.safetensors").read_bytes() == (base / "model.safetensors").read_bytes()
    with pytest.raises(ArfError, match="of another dataset, base model or config"):
        train(dataset, unbroken, other, CONFIG)


def _weights(folder: Path, part: str) -> torch.Tensor:
    found = load_file(folder / "adapter_model.safetensors")
    return torch.cat([found[name].flatten() for name in sorted(found) if part in name])


def test_steps_are_small_when_gradients_are_clipped_hard(base: Path, dataset: Path, tmp_path: Path) -> None:
    # AdamW's steps do not depend on the size of gradients until they are as small as its epsilon, 1e-8.
    free = train(dataset, tmp_path / "free", base, dataclasses.replace(CONFIG, max_grad_norm=1e9)).adapter
    clipped = train(dataset, tmp_path / "clipped", base, dataclasses.replace(CONFIG, max_grad_norm=1e-12)).adapter
    assert _weights(clipped, "lora_B").norm() < 1e-2 * _weights(free, "lora_B").norm()


def test_each_step_has_its_own_rate_when_trained(base: Path) -> None:
    from arf.finetune.encoding import Encoded

    run = trainer._Run(base, dataclasses.replace(CONFIG, epochs=4), [Encoded([5, 6, 7, 2], 2)] * 8, [])
    rates = []
    for _ in range(run.steps):
        run.advance()
        rates += [group["lr"] for group in run._optimizer.param_groups]
        assert all(p.grad is None for p in run._trained.values()), "the next step would take this one's gradients again"
    assert [group["weight_decay"] for group in run._optimizer.param_groups] == [0.0]
    assert rates == [CONFIG.rate(step, 8) for step in range(8)]
    assert len(set(rates)) > 5


def test_first_weights_and_order_differ_when_the_seed_does(base: Path, dataset: Path, tmp_path: Path) -> None:
    short = dataclasses.replace(CONFIG, epochs=0.25)
    runs = [train(dataset, tmp_path / str(n), base, dataclasses.replace(short, seed=n)) for n in (0, 1)]
    again = train(dataset, tmp_path / "again", base, short)
    first, second = (_weights(run.adapter, "lora_A") for run in runs)
    assert not torch.allclose(first, second, atol=1e-3)
    assert runs[0].metadata.losses != runs[1].metadata.losses
    assert contents(again.adapter) == contents(runs[0].adapter)


def test_losses_are_means_over_completion_tokens_when_told(base: Path) -> None:
    from arf.finetune.encoding import Encoded

    # A long prompt and short completions of different lengths: no other mean comes out the same.
    examples = [Encoded([*range(3, 40), 7, 2], 37), Encoded([5, 6, 7, 8, 9, 2], 2)]
    run = trainer._Run(base, dataclasses.replace(CONFIG, batch_size=2), examples, examples)
    with torch.no_grad():
        each = [float(run._loss([i])) for i in (0, 1)]
    expected = sum(each) / ((39 - 37) + (6 - 2))
    run.validate()
    run.advance()
    assert run.validation_losses[0] == pytest.approx(expected, rel=1e-4)
    assert run.losses[0] == pytest.approx(expected, rel=1e-4)
