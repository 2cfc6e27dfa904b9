"""Trains a LoRA adapter on a dataset: deterministic, resumable after a kill with the very same final bytes.

A compact loop of its own rather than trl's SFTTrainer (docs/adr/0002). A resumed run must repeat an unbroken one bit by
bit, so the order of batches, the rate and the parts of a batch are pure functions of seed and step instead of a data
loader's state. Frozen layers run once an example. Masks go by length, never by pad id, since pad and end may be one
token. Logits are computed at completion tokens alone, from the decoder's hidden states.

Fits decoders whose head is a plain matrix (Llama, Qwen, Mistral and the like), not those that rescale their logits.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.finetune import checkpoint
from arf.finetune.adapter_folder import AdapterMetadata, fingerprint, save_adapter
from arf.finetune.batches import plan_epoch, split_by_tokens
from arf.finetune.config import TrainConfig
from arf.finetune.dataset_folder import load
from arf.finetune.encoding import Encoded, encode, pad
from arf.finetune.frozen import FrozenLayers
from arf.finetune.lora_forward import use_fast_forward
from arf.inference.models import revision_of
from arf.inference.number_format import fastest_dtype
from arf.inference.quiet import no_progress_bars
from arf.kit.errors import ArfError
from arf.v1.dataset_pb2 import Split

_LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True)
class TrainingStep:
    """Progress of a training: `step` of `steps` are done; speed and ETA, in seconds, are those of this process."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float
    eta: float


StepReport = Callable[[TrainingStep], None]


@dataclass(frozen=True)
class TrainResult:
    """The adapter's folder and its metadata."""

    adapter: Path
    metadata: AdapterMetadata


def train(
    dataset_dir: Path,
    out_dir: Path,
    base: Path,
    config: TrainConfig,
    report: StepReport = lambda _: None,
    *,
    work_dir: Path | None = None,
) -> TrainResult:
    """Trains or resumes from the last checkpoint in `work_dir`; an existing adapter is left as it is.

    Raises NotFound or Corrupt for a bad dataset, ArfError if no example fits, the checkpoint is of another run, or the
    training diverges; then no adapter is saved.
    """
    dataset, examples = load(dataset_dir)
    base_hash = revision_of(base)
    identity = fingerprint(dataset.sha256, base_hash, config.as_dict())
    if (done := AdapterMetadata.read(out_dir)) is not None:
        if done.fingerprint != identity:
            raise ArfError(f"{out_dir}: holds an adapter of another dataset, base model or config")
        return TrainResult(out_dir, done)
    _be_deterministic(config)
    tokenizer = AutoTokenizer.from_pretrained(base)
    encoded = [(encode(e, tokenizer), e.split) for e in examples]
    fitting = [(e, split) for e, split in encoded if len(e) <= config.max_tokens]
    training = [e for e, split in fitting if split == Split.SPLIT_TRAIN]
    validation = [e for e, split in fitting if split == Split.SPLIT_VALIDATION]
    if not training:
        raise ArfError(f"dataset {dataset.dataset_id}: no training example within {config.max_tokens} tokens")
    run = _Run(base, config, training, validation)
    path = (work_dir or out_dir.with_name(f".{out_dir.name}.work")) / "checkpoint.pt"
    run.restore(checkpoint.load(path, identity))
    started, tokens, first = time.monotonic(), 0, run.step
    while run.step < run.steps:
        tokens += run.advance()
        if run.step % run.per_epoch == 0 or run.step == run.steps:
            run.validate()
        if run.step == run.steps:
            run.try_out()
        if run.step == run.steps or (config.checkpoint_every and run.step % config.checkpoint_every == 0):
            checkpoint.save(path, run.state() | {"fingerprint": identity})
        spent = time.monotonic() - started
        left = (run.steps - run.step) * spent / (run.step - first)
        report(TrainingStep(run.step, run.steps, run.losses[-1], tokens / spent, left))
    metadata = AdapterMetadata(
        fingerprint=identity,
        base_model=base.name,
        base_sha256=base_hash,
        dataset_id=dataset.dataset_id,
        task=dataset.task,
        prompt_version=dataset.prompt_version,
        config=config.as_dict(),
        steps=run.steps,
        examples=len(training),
        validation_examples=len(validation),
        too_long=len(encoded) - len(fitting),
        losses=[round(x, 6) for x in run.losses],
        validation_losses=[round(x, 6) for x in run.validation_losses],
    )
    save_adapter(run.model, out_dir, base, metadata)
    return TrainResult(out_dir, metadata)


class _Run:
    """One training in memory: model, optimizer and current step."""

    def __init__(self, base: Path, config: TrainConfig, training: list[Encoded], validation: list[Encoded]) -> None:
        self._config = config
        self._examples = [*training, *validation]
        self._lengths = [len(e) for e in self._examples]
        self._training, self._validation = range(len(training)), range(len(training), len(self._examples))
        self.per_epoch = math.ceil(len(training) / config.batch_size)
        self.steps = max(1, round(config.epochs * self.per_epoch))
        self.step = 0
        self.losses: list[float] = []
        self.validation_losses: list[float] = []
        dtype = fastest_dtype() if config.dtype == "auto" else getattr(torch, config.dtype)
        with no_progress_bars():
            self.model = _with_lora(AutoModelForCausalLM.from_pretrained(base, dtype=dtype), config)
        self._decoder = self.model.get_base_model().get_decoder()
        self._head = self.model.get_base_model().get_output_embeddings()
        self._frozen = FrozenLayers(self._decoder, config.first_layer) if config.first_layer else None
        self._below = self._frozen.compute(self._examples, config.tokens_at_a_time) if self._frozen else []
        self._trained = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        self._optimizer = torch.optim.AdamW(self._trained.values(), lr=config.learning_rate, weight_decay=0.0)

    def advance(self) -> int:
        """Runs one optimizer step; returns the number of tokens, without padding."""
        epoch, place = divmod(self.step, self.per_epoch)
        lengths = [self._lengths[i] for i in self._training]
        batch = plan_epoch(lengths, self._config.batch_size, self._config.seed, epoch)[place]
        for group in self._optimizer.param_groups:
            group["lr"] = self._config.rate(self.step, self.steps)
        # The mean over all completion tokens of the batch, regardless of how it is split into parts.
        wanted = sum(self._lengths[i] - self._examples[i].start for i in batch)
        total = 0.0
        for part in split_by_tokens(batch, self._lengths, self._config.tokens_at_a_time):
            loss = self._loss(part) / wanted
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        norm = torch.nn.utils.clip_grad_norm_(self._trained.values(), self._config.max_grad_norm)
        self._require_finite(total, float(norm))
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.losses.append(total)
        self.step += 1
        return sum(self._lengths[i] for i in batch)

    def validate(self) -> None:
        """Records the mean loss over the validation examples' completion tokens."""
        if not self._validation:
            return
        with torch.no_grad():
            parts = split_by_tokens(self._validation, self._lengths, self._config.tokens_at_a_time)
            total = sum(float(self._loss(part)) for part in parts)
        wanted = sum(self._lengths[i] - self._examples[i].start for i in self._validation)
        self.validation_losses.append(total / wanted)

    def try_out(self) -> None:
        """Raises ArfError if the weights give no finite loss: the last step's are seen by no other step."""
        with torch.no_grad():
            shortest = min(self._training, key=lambda i: self._lengths[i])
            self._require_finite(float(self._loss([shortest])), *(float(p.abs().max()) for p in self._trained.values()))

    def _require_finite(self, *values: float) -> None:
        if not all(map(math.isfinite, values)):
            raise ArfError(
                f"the training diverged at step {self.step + 1} of {self.steps}: loss, gradient or weights are no "
                f"longer finite; try a learning_rate below {self._config.learning_rate:g}, or check the base model"
            )

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "step": self.step,
            "losses": self.losses,
            "validation_losses": self.validation_losses,
            "adapter": {n: p.detach() for n, p in self._trained.items()},
            "optimizer": self._optimizer.state_dict(),
            "rng": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any] | None) -> None:
        """Restores a state; None is the initial one."""
        if state is None:
            return
        self.step, self.losses, self.validation_losses = state["step"], state["losses"], state["validation_losses"]
        with torch.no_grad():
            for name, parameter in self._trained.items():
                parameter.copy_(state["adapter"][name])
        self._optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])

    def _loss(self, part: Sequence[int]) -> torch.Tensor:
        """The summed loss over completion and end tokens; no mask, since right padding is never attended to."""
        batch = pad([self._examples[i] for i in part])
        if self._frozen:
            hidden = self._frozen.finish([self._below[i] for i in part])
        else:
            hidden = self._decoder(input_ids=batch.ids, use_cache=False).last_hidden_state
        logits = self._head(hidden[batch.rows, batch.places])
        return torch.nn.functional.cross_entropy(logits.float(), batch.wanted, reduction="sum")


def _with_lora(model: Any, config: TrainConfig) -> Any:
    layers = model.config.num_hidden_layers
    if config.first_layer >= layers:
        raise ArfError(f"first_layer is {config.first_layer}, and the base model has {layers} layers")
    torch.manual_seed(config.seed)
    lora = LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=0.0,
        target_modules=_LINEARS,
        layers_to_transform=list(range(config.first_layer, layers)) if config.first_layer else None,
        task_type="CAUSAL_LM",
    )
    tuned = get_peft_model(model, lora)
    # Every step runs in eval mode: LoRA without dropout is the same, and no dropout can creep in from the base.
    tuned.eval()
    use_fast_forward(tuned)
    return tuned


def _be_deterministic(config: TrainConfig) -> None:
    torch.set_num_threads(config.threads)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(config.seed)
