"""The baseline of the training benchmark: the loop that transformers' and peft's documentation leads to.

It gets ARF's batches, in ARF's parts, and the same recipe, so that it learns the same from the same tokens. What sets
it apart: every layer runs at every step, logits are computed over the whole vocabulary at every token, and the forward
of the LoRA layers is peft's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.finetune.batches import plan_epoch, split_by_tokens
from arf.finetune.config import TrainConfig
from arf.finetune.dataset_folder import load
from arf.finetune.encoding import Encoded, encode
from arf.inference.number_format import fastest_dtype
from arf.inference.quiet import no_progress_bars
from arf.v1.dataset_pb2 import Split

_IGNORED = -100
_LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True)
class Plan:
    """The training examples, and which of them each step takes."""

    examples: list[Encoded]
    batches: list[list[int]]

    @classmethod
    def of(cls, dataset: Path, base: Path, config: TrainConfig) -> Plan:
        """The plan that the trainer follows too."""
        tokenizer = AutoTokenizer.from_pretrained(base)
        encoded = [encode(e, tokenizer) for e in load(dataset)[1] if e.split == Split.SPLIT_TRAIN]
        examples = [e for e in encoded if len(e) <= config.max_tokens]
        lengths = [len(e) for e in examples]
        per_epoch = math.ceil(len(examples) / config.batch_size)
        steps = max(1, round(config.epochs * per_epoch))
        epochs = [plan_epoch(lengths, config.batch_size, config.seed, epoch) for epoch in range(-(-steps // per_epoch))]
        return cls(examples, [batch for epoch in epochs for batch in epoch][:steps])

    @property
    def tokens(self) -> int:
        """Tokens of all steps, padding not counted."""
        return sum(len(self.examples[i]) for batch in self.batches for i in batch)


def train_plainly(dataset: Path, out: Path, base: Path, config: TrainConfig) -> list[float]:
    """Trains and saves an adapter; the loss of each step."""
    torch.set_num_threads(config.threads)
    plan = Plan.of(dataset, base, config)
    lengths = [len(e) for e in plan.examples]
    model = _model(base, config)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=config.learning_rate, weight_decay=0.0)
    losses = []
    for step, batch in enumerate(plan.batches):
        for group in optimizer.param_groups:
            group["lr"] = config.rate(step, len(plan.batches))
        wanted = sum(lengths[i] - plan.examples[i].start for i in batch)
        total = 0.0
        for part in split_by_tokens(batch, lengths, config.tokens_at_a_time):
            ids, mask, labels = _padded([plan.examples[i] for i in part])
            loss = model(input_ids=ids, attention_mask=mask, labels=labels, num_items_in_batch=wanted).loss
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(trained, config.max_grad_norm)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(total)
    model.save_pretrained(out)
    return losses


def _model(base: Path, config: TrainConfig) -> torch.nn.Module:
    dtype = fastest_dtype() if config.dtype == "auto" else getattr(torch, config.dtype)
    with no_progress_bars():
        model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    layers = range(config.first_layer, model.config.num_hidden_layers)
    torch.manual_seed(config.seed)
    lora = LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=0.0,
        target_modules=_LINEARS,
        layers_to_transform=list(layers) if config.first_layer else None,
        task_type="CAUSAL_LM",
    )
    tuned: torch.nn.Module = get_peft_model(model, lora)
    return tuned.train()


def _padded(examples: list[Encoded]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, attention mask and labels, each (examples, widest); the prompt and the padding are not learned."""
    shape = len(examples), max(len(e) for e in examples)
    ids, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    labels = torch.full(shape, _IGNORED)
    for row, example in enumerate(examples):
        ids[row, : len(example)] = torch.tensor(example.ids)
        mask[row, : len(example)] = 1
        labels[row, example.start : len(example)] = torch.tensor(example.ids[example.start :])
    return ids, mask, labels
