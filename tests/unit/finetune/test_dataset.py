from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.finetune.dataset import build_dataset, content_hash
from arf.finetune.targets import Target
from arf.inference.profile import ModelProfile
from arf.kit.errors import ArfError, InvalidRecord
from arf.summarising.shown import show_with
from arf.tasks.registry import load
from arf.v1.dataset_pb2 import Split
from arf.v1.revision_pb2 import CandidateSource
from arf.v1.transcript_pb2 import Call
from tests.unit.finetune.builders import PlainTask, call, calls, targets


def test_card_counts_what_the_examples_hold_when_built() -> None:
    given_calls = calls(20)
    dataset, examples = build_dataset(
        PlainTask(), given_calls, targets(given_calls), name="arf", seed=1, validation_share=0.2, profile=ModelProfile()
    )
    assert dict(dataset.splits) == {"TRAIN": 16, "VALIDATION": 4}
    assert dict(dataset.channels) == {"phone": 10, "email": 10}
    assert dict(dataset.sources) == {"TEACHER": 20}
    assert (dataset.seed, dataset.prompt_version) == (1, "plain/student@1")
    assert dataset.task == "toy_task"
    assert dataset.sha256 == content_hash(examples)
    assert dataset.dataset_id == f"arf-{dataset.sha256[:12]}"
    assert (dataset.mean_prompt_words, dataset.mean_completion_words) == (48.0, 8.0)


@given(order=st.randoms(use_true_random=False), seed=st.integers(0, 5))
@settings(max_examples=15, deadline=None)
def test_dataset_is_the_same_when_the_order_of_calls_differs(order: random.Random, seed: int) -> None:
    given_calls = calls(12)
    wanted = targets(given_calls)

    def build() -> tuple[str, str]:
        dataset, examples = build_dataset(
            PlainTask(),
            given_calls,
            wanted,
            name="a",
            seed=seed,
            prefix_share=0.3,
            validation_share=0.2,
            profile=ModelProfile(),
        )
        return dataset.dataset_id, content_hash(examples)

    first = build()
    order.shuffle(given_calls)
    assert build() == first


def test_validation_has_the_same_share_of_each_channel_when_split() -> None:
    given_calls = calls(40, ["phone", "phone", "phone", "email"])
    _, examples = build_dataset(
        PlainTask(), given_calls, targets(given_calls), name="a", seed=0, validation_share=0.1, profile=ModelProfile()
    )
    validation = Counter(e.channel for e in examples if e.split == Split.SPLIT_VALIDATION)
    assert validation == {"phone": 3, "email": 1}


def test_calls_are_named_with_reasons_when_left_out() -> None:
    given_calls = [*calls(6), call(99)]
    given_calls[-1].turns[0].CopyFrom(given_calls[0].turns[0])
    copy = call(0)
    copy.id = "c900"
    wanted = targets([*given_calls, copy])
    wanted["t", "c001"] = Target("", reason="needs review: too long")
    del wanted["t", "c002"]
    dataset, examples = build_dataset(
        PlainTask(), [*given_calls, copy], wanted, name="a", seed=0, profile=ModelProfile()
    )
    assert [(e.call_id, e.reason) for e in dataset.exclusions] == [
        ("c001", "needs review: too long"),
        ("c002", "no summary"),
        ("c900", "near-duplicate of c000"),
    ]
    assert [e.call_id for e in examples] == ["c000", "c003", "c004", "c005", "c099"]


def test_prefixes_come_from_training_calls_alone_when_asked_for() -> None:
    given_calls = calls(30)
    dataset, examples = build_dataset(
        PlainTask(),
        given_calls,
        targets(given_calls),
        name="a",
        seed=0,
        prefix_share=0.25,
        validation_share=0.2,
        profile=ModelProfile(),
    )
    held_back = {e.call_id for e in examples if e.split == Split.SPLIT_VALIDATION}
    prefixes = [e for e in examples if e.turns < 4]
    assert len(prefixes) == 8  # 24 whole training calls are three quarters of 32.
    for example in prefixes:
        assert example.call_id not in held_back
        assert example.completion == f"So far {example.turns} turns."
        assert example.source == CandidateSource.CANDIDATE_SOURCE_REPAIR
        assert len(example.messages[-1].content.splitlines()) == example.turns
    assert (dataset.prefix_share, dataset.asked_prefix_share) == (0.25, 0.25)


def test_the_card_tells_the_share_reached_when_few_beginnings_say_enough() -> None:
    class Terse(PlainTask):
        def write(self, call: Call) -> str | None:
            return "They said hello." if call.id in ("c000", "c001") else None

    given_calls = calls(18)
    dataset, examples = build_dataset(
        Terse(),
        given_calls,
        targets(given_calls),
        name="a",
        seed=0,
        prefix_share=0.5,
        validation_share=0.0,
        profile=ModelProfile(),
    )
    assert {e.call_id for e in examples if e.turns < 4} == {"c000", "c001"}
    assert (dataset.prefix_share, dataset.asked_prefix_share) == (0.1, 0.5)


def test_beginnings_of_calls_are_learned_when_the_real_task_is_asked_for_them() -> None:
    real, given_calls = load("customer_service"), [strip_gold(c) for c in generate(24, seed=3)]
    wanted = {(c.tenant, c.id): Target("The customer called. It was settled.") for c in given_calls}
    dataset, examples = build_dataset(
        real, given_calls, wanted, name="arf", seed=0, prefix_share=0.4, profile=ModelProfile()
    )
    turns = {c.id: len(c.turns) for c in given_calls}
    prefixes = [e for e in examples if e.turns < turns[e.call_id]]
    # A beginning of which the task writes nothing is no example.
    assert 0.2 < dataset.prefix_share <= 0.42
    assert len(prefixes) / dataset.splits["TRAIN"] == pytest.approx(dataset.prefix_share, abs=1e-4)
    for example in prefixes:
        start = next(c for c in given_calls if c.id == example.call_id)
        del start.turns[example.turns :]
        shown, (summary,) = show_with(start, [real.write(start) or ""])
        assert example.completion == summary
        assert example.messages[-1].content == real.student_prompt(shown.call, ModelProfile()).messages[-1].content


def test_completion_is_what_follows_the_prefill_when_the_prompt_has_one() -> None:
    given_calls = calls(2)
    wanted = targets(given_calls) | {("t", "c001"): Target("Another beginning.")}
    dataset, examples = build_dataset(
        PlainTask("The customer"), given_calls, wanted, name="a", seed=0, profile=ModelProfile()
    )
    (example,) = examples
    assert example.prefill == "The customer"
    assert example.completion == " of <ID_1> wrote. It was settled."
    assert "does not begin with" in dataset.exclusions[0].reason


def test_error_is_raised_when_no_call_has_a_summary() -> None:
    with pytest.raises(ArfError, match="none of 3 calls"):
        build_dataset(PlainTask(), calls(3), {}, name="a", seed=0, profile=ModelProfile())


@pytest.mark.parametrize("field", ["prefix_share", "validation_share"])
def test_field_is_named_when_a_share_is_out_of_range(field: str) -> None:
    with pytest.raises(InvalidRecord, match=field):
        build_dataset(PlainTask(), calls(3), {}, name="a", seed=0, **{field: 1.0}, profile=ModelProfile())


def test_torch_is_not_loaded_when_the_builder_is_imported() -> None:
    check = "import sys, arf.finetune.dataset, arf.finetune.dataset_folder; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], env={"PYTHONPATH": ":".join(sys.path)}).returncode == 0


@pytest.mark.parametrize("prefix_share", [0.0, 0.5])
def test_examples_hold_placeholders_where_calls_and_summaries_hold_personal_data(prefix_share: float) -> None:
    given = calls(6)
    for n, c in enumerate(given):
        c.turns[0].text += f" my order number is 7741{n} and my mail is kim{n}@example.com"
    wanted = {(c.tenant, c.id): Target(f"Order 7741{n} of kim{n}@example.com was lost.") for n, c in enumerate(given)}
    _, examples = build_dataset(
        PlainTask(), given, wanted, name="a", seed=0, profile=ModelProfile(), prefix_share=prefix_share
    )
    assert not re.search(r"7741|@example", str(examples))
    whole = [e for e in examples if e.turns == 4]
    assert {e.completion for e in whole} == {"Order <ID_1> of <EMAIL_1> was lost."}
    assert all("<ID_1> and my mail is <EMAIL_1>" in e.messages[0].content for e in examples)
