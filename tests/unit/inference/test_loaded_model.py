from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.loaded_model import LoadedModel, plan_batches
from arf.inference.port import ModelFailed, Request
from arf.kit.errors import Corrupt, NotFound
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.inference.model_contract import REQUESTS, request

PROMPTS = [asked.prompt for asked in REQUESTS]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny") / "tiny-llama")


@pytest.fixture(scope="module")
def engine(tiny: Path) -> LoadedModel:
    return LoadedModel(tiny, threads=1, dtype="float32")


def make_adapter(tiny: Path, folder: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(tiny)
    config = LoraConfig(r=4, target_modules=["q_proj", "down_proj"], init_lora_weights=False)
    get_peft_model(model, config).save_pretrained(folder)
    return folder


def complete(
    engine: LoadedModel, prompts: Sequence[Prompt], decoding: Decoding, adapter: Path | None = None
) -> list[Completion]:
    folder = None if adapter is None else str(adapter)
    made = engine.complete([Request(prompt, decoding, folder) for prompt in prompts])
    return [outcome for outcome in made if isinstance(outcome, Completion)]


def test_greedy_text_is_that_of_transformers_generate_when_decoded_alone(engine: LoadedModel, tiny: Path) -> None:
    model, tokenizer = AutoModelForCausalLM.from_pretrained(tiny), AutoTokenizer.from_pretrained(tiny)
    done = complete(engine, PROMPTS, Decoding(max_new_tokens=20))
    for asked, got in zip(PROMPTS, done, strict=True):
        chat = [{"role": m.role, "content": m.content} for m in asked.messages]
        text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        ids = tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        mask = torch.ones_like(ids)
        out = model.generate(ids, attention_mask=mask, max_new_tokens=20, do_sample=False, pad_token_id=2)
        assert got.text == tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)


def test_sampled_text_stays_the_same_when_other_prompts_are_beside_it(engine: LoadedModel) -> None:
    decoding = Decoding(max_new_tokens=12, temperature=1.0, top_p=0.95, seed=5)
    alone = complete(engine, [PROMPTS[1]], decoding)[0].text
    assert complete(engine, PROMPTS, decoding)[1].text == alone
    other = Decoding(max_new_tokens=12, temperature=1.0, top_p=0.95, seed=6)
    assert complete(engine, [PROMPTS[1]], other)[0].text != alone


def test_text_ends_before_the_stop_string_when_it_turns_up(engine: LoadedModel) -> None:
    whole = complete(engine, [PROMPTS[0]], Decoding(max_new_tokens=30))[0]
    stop = next(c for c in whole.text[5:] if c.isascii())
    cut = complete(engine, [PROMPTS[0]], Decoding(max_new_tokens=30, stop=(stop,)))[0]
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finish_reason == "stop"
    assert cut.completion_tokens < whole.completion_tokens


def test_prefill_is_continued_when_given(engine: LoadedModel) -> None:
    prefill = "The order"
    (done,) = complete(engine, [request("hi", prefill).prompt], Decoding(max_new_tokens=3))
    bare = complete(engine, [request("hi").prompt], Decoding(max_new_tokens=3))[0]
    assert done.text.startswith(prefill)
    assert done.prompt_tokens == bare.prompt_tokens + len(prefill)


def test_base_is_exact_again_when_adapters_were_used(engine: LoadedModel, tiny: Path, tmp_path: Path) -> None:
    decoding = Decoding(max_new_tokens=16)
    first, second = (make_adapter(tiny, tmp_path / name, seed) for seed, name in enumerate(("one", "two"), 1))
    base = [c.text for c in complete(engine, PROMPTS, decoding)]
    before = {n: p.clone() for n, p in engine._model.named_parameters() if "lora" not in n}
    with_first = [c.text for c in complete(engine, PROMPTS, decoding, adapter=first)]
    with_second = [c.text for c in complete(engine, PROMPTS, decoding, adapter=second)]
    assert len({tuple(base), tuple(with_first), tuple(with_second)}) == 3
    assert [c.text for c in complete(engine, PROMPTS, decoding, adapter=first)] == with_first
    assert [c.text for c in complete(engine, PROMPTS, decoding)] == base
    after = {n.replace("base_layer.", ""): p for n, p in engine._model.named_parameters() if "lora" not in n}
    assert all(torch.equal(before[n], after[n.replace("base_layer.", "")]) for n in before if n in after)


def test_adapter_gives_what_peft_gives_when_merged(engine: LoadedModel, tiny: Path, tmp_path: Path) -> None:
    adapter = make_adapter(tiny, tmp_path / "adapter", 7)
    from peft import PeftModel

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    reference = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny), adapter)
    (done,) = complete(engine, [PROMPTS[1]], Decoding(max_new_tokens=10), adapter=adapter)
    chat = [{"role": m.role, "content": m.content} for m in PROMPTS[1].messages]
    text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
    out = reference.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=10, do_sample=False, pad_token_id=2
    )
    assert done.text == tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)


def test_not_found_is_raised_when_the_adapter_is_missing(engine: LoadedModel, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="adapter_config"):
        complete(engine, PROMPTS, Decoding(max_new_tokens=1), adapter=tmp_path)


@pytest.mark.parametrize("kept", [5, 300])
def test_the_adapter_is_named_when_its_weights_are_cut_off(
    engine: LoadedModel, tiny: Path, tmp_path: Path, kept: int
) -> None:
    adapter = make_adapter(tiny, tmp_path / "short", 3)
    weights = adapter / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept])
    with pytest.raises(Corrupt, match="adapter short: "):
        complete(engine, PROMPTS, Decoding(max_new_tokens=1), adapter=adapter)
    assert complete(engine, PROMPTS[:1], Decoding(max_new_tokens=1)), "the model goes on without it"


def test_prompt_is_refused_when_it_exceeds_the_window(engine: LoadedModel) -> None:
    (refused,) = engine.complete([request("word " * 600)])
    assert isinstance(refused, ModelFailed)
    assert "where the model takes" in refused.message


@given(
    lengths=st.lists(st.integers(1, 400), max_size=60),
    new=st.integers(1, 80),
    budget=st.integers(1, 3_000),
    rows=st.integers(1, 20),
)
def test_every_prompt_is_in_one_batch_within_the_budget_when_planned(
    lengths: list[int], new: int, budget: int, rows: int
) -> None:
    plan = plan_batches(lengths, new, budget, rows)
    assert sorted(i for batch in plan for i in batch) == list(range(len(lengths)))
    for batch in plan:
        widest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or (len(batch) <= rows and (widest + new) * len(batch) <= budget)
