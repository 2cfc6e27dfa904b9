"""Builds a student's training data with its data card: immutable, and the same bytes for the same input.

Examples hold messages, not text rendered with one base model's chat template, so a dataset serves any base. They hold
placeholders for personal data, which a student is shown when it is asked, too.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from arf.calls import records
from arf.calls.split import CallKey, split_off
from arf.finetune.duplicates import near_duplicates
from arf.finetune.targets import Target
from arf.inference.profile import ModelProfile
from arf.kit.errors import ArfError, InvalidRecord
from arf.summarising.shown import show_with
from arf.tasks.base import Task
from arf.v1.dataset_pb2 import Dataset, Example, Exclusion, PromptMessage, Split
from arf.v1.revision_pb2 import CandidateSource
from arf.v1.transcript_pb2 import Call


@dataclass
class _Draft:
    """Examples and exclusions of a dataset being built."""

    examples: list[Example] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    prefixes: int = 0

    def leave_out(self, call: Call, reason: str) -> None:
        self.exclusions.append(Exclusion(call_id=call.id, reason=reason))


def build_dataset(
    task: Task,
    calls: Sequence[Call],
    targets: Mapping[CallKey, Target],
    *,
    name: str,
    seed: int,
    profile: ModelProfile,
    prefix_share: float = 0.0,
    validation_share: float = 0.05,
) -> tuple[Dataset, list[Example]]:
    """Builds a dataset from training calls, which must not include held-out ones.

    Prompts are those for a model with `profile`. Near-duplicates and calls without a target are left out and listed.
    `validation_share` of each channel's calls is split off. `prefix_share` of the training examples show only the first
    turns of a call, with a summary of just those that the task's rules write. The actual share may be smaller, since
    not every prefix contains enough: the card has both. Raises InvalidRecord for a share outside 0..0.9, ArfError if
    nothing is left.
    """
    for field_name, share in (("prefix_share", prefix_share), ("validation_share", validation_share)):
        if not 0 <= share <= 0.9:
            raise InvalidRecord(field_name, f"{share} is not within 0..0.9")
    ordered = sorted(calls, key=lambda c: (c.tenant, c.id))
    draft = _Draft()
    usable = _usable(ordered, targets, draft)
    held_back = split_off(usable, validation_share, seed)
    for call in usable:
        target = targets[call.tenant, call.id]
        split = Split.SPLIT_VALIDATION if (call.tenant, call.id) in held_back else Split.SPLIT_TRAIN
        _add(draft, task, profile, call, target, split)
    if not draft.examples:
        raise ArfError(f"dataset {name}: none of {len(calls)} calls has a summary to learn from")
    draft.prefixes = _add_prefixes(draft, task, profile, usable, held_back, prefix_share, seed)
    draft.examples.sort(key=lambda e: (e.tenant, e.call_id, e.turns))
    prompt_version = task.student_prompt(usable[0], profile).version
    return _card(draft, task, name, seed, prompt_version, prefix_share), draft.examples


def _usable(calls: Sequence[Call], targets: Mapping[CallKey, Target], draft: _Draft) -> list[Call]:
    repeats = near_duplicates(calls)
    usable = []
    for i, call in enumerate(calls):
        target = targets.get((call.tenant, call.id), Target("", reason="no summary"))
        if i in repeats:
            draft.leave_out(call, f"near-duplicate of {calls[repeats[i]].id}")
        elif not target.text:
            draft.leave_out(call, target.reason)
        else:
            usable.append(call)
    return usable


def _add(draft: _Draft, task: Task, profile: ModelProfile, call: Call, target: Target, split: Split) -> None:
    shown, (summary,) = show_with(call, [target.text])
    prompt = task.student_prompt(shown.call, profile)
    # The prefill is in the prompt, so only the rest is learned.
    if not summary.startswith(prompt.prefill):
        draft.leave_out(call, f"the summary does not begin with {prompt.prefill!r}, as the prompt does")
        return
    draft.examples.append(
        Example(
            call_id=call.id,
            tenant=call.tenant,
            channel=call.channel,
            split=split,
            messages=[PromptMessage(role=m.role, content=m.content) for m in prompt.messages],
            prefill=prompt.prefill,
            completion=summary.removeprefix(prompt.prefill),
            source=target.source,
            turns=len(call.turns),
        )
    )


def _add_prefixes(
    draft: _Draft,
    task: Task,
    profile: ModelProfile,
    calls: Sequence[Call],
    held_back: set[CallKey],
    share: float,
    seed: int,
) -> int:
    """Adds prefixes of training calls, one per call, up to the requested share; returns how many there are."""
    whole = sum(e.split == Split.SPLIT_TRAIN for e in draft.examples)
    wanted = round(whole * share / (1 - share))
    order = [c for c in calls if (c.tenant, c.id) not in held_back]
    rng = random.Random(f"{seed}:prefixes")
    rng.shuffle(order)
    found = (found for call in order if (found := _summarised_prefix(task, profile, call, rng)) is not None)
    told = list(islice(found, wanted))
    for start, summary in told:
        _add(draft, task, profile, start, Target(summary, CandidateSource.CANDIDATE_SOURCE_REPAIR), Split.SPLIT_TRAIN)
    return len(told)


def _summarised_prefix(task: Task, profile: ModelProfile, call: Call, rng: random.Random) -> tuple[Call, str] | None:
    """The first of a call's prefixes, in random order, that contains enough to summarise, with its summary."""
    for length in rng.sample(range(1, len(call.turns)), max(0, len(call.turns) - 1)):
        start = Call()
        start.CopyFrom(call)
        del start.turns[length:]
        summary = task.write(start)
        if summary is not None and summary.startswith(task.student_prompt(start, profile).prefill):
            return start, summary
    return None


def _card(draft: _Draft, task: Task, name: str, seed: int, prompt_version: str, asked_prefix_share: float) -> Dataset:
    examples = draft.examples
    sha256 = content_hash(examples)
    return Dataset(
        dataset_id=f"{name}-{sha256[:12]}",
        sha256=sha256,
        splits=Counter(records.short_name(Split.DESCRIPTOR, e.split) for e in examples),
        channels=Counter(e.channel for e in examples),
        sources=Counter(_source(e) for e in examples),
        exclusions=draft.exclusions,
        mean_prompt_words=_mean(sum(len(m.content.split()) for m in e.messages) for e in examples),
        mean_completion_words=_mean(len(e.completion.split()) for e in examples),
        seed=seed,
        task=task.name,
        prompt_version=prompt_version,
        prefix_share=round(draft.prefixes / sum(e.split == Split.SPLIT_TRAIN for e in examples), 4),
        asked_prefix_share=asked_prefix_share,
    )


def content_hash(examples: Iterable[Example]) -> str:
    """SHA-256 of examples.jsonl as written."""
    return hashlib.sha256("".join(records.dumps(e) + "\n" for e in examples).encode()).hexdigest()


def _source(example: Example) -> str:
    if example.source == CandidateSource.CANDIDATE_SOURCE_UNSPECIFIED:
        return "TEACHER"
    return records.short_name(CandidateSource.DESCRIPTOR, example.source)


def _mean(values: Iterable[int]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 2) if found else 0.0
