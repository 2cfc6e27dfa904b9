from __future__ import annotations

from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.audit.log import Action, SqlAudit
from arf.site.adapter_routes import tables
from tests.helpers.lora_folders import route_to, write_adapter
from tests.helpers.sealing import Site
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.cli.invoke import arf


def test_table_is_written_with_its_shares_and_audited(here: Site, data: str, tmp_path: Path) -> None:
    folder = write_adapter(tmp_path / "My Student")
    given = ("--data", data, "--tenant", "acme")
    assert arf("adapters", "route", f"{folder}=12.5", "base=87.5", *given, "--reason", "a canary").status == 0
    done = arf("adapters", "route", f"{folder}=100", *given, "--rollback")
    assert "routing table 2 of acme/customer_service" in done.out
    (table,) = tables(here.bus).values()
    (route,) = table.routes
    assert (table.generation, table.rollback, route.share_bp) == (2, True, 10_000)
    assert (route.adapter, route.uri) == (route_to(folder, prefix="my-student").adapter, folder.resolve().as_uri())
    entries = [entry for _, entry in SqlAudit(here.database).entries("acme")]
    assert [(entry.action, entry.reason) for entry in entries] == [
        (Action.PROMOTE, "a canary"),
        (Action.ROLLBACK, "not given"),
    ]


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        (["base=99"], "add up to 99 %"),
        (["base"], "is not FOLDER=PERCENT"),
        (["base=nan"], "is not FOLDER=PERCENT"),
        (["base=150"], "up to 100 percent"),
        (["/no/such/folder=100"], "adapter_model.safetensors"),
    ],
)
def test_shares_that_cannot_be_are_refused(here: Site, data: str, shares: list[str], word: str) -> None:
    done = arf("adapters", "route", *shares, "--data", data)
    assert (done.status, word in done.said) == (1, True)
    assert tables(here.bus) == {}


def test_engine_that_is_away_is_named(here: Site, data: str) -> None:
    done = arf("adapters", "announce", "--data", data, "--engine", "http://127.0.0.1:9/v1", "--once")
    assert (done.status, "the engine does not answer" in done.err) == (1, True)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return make_tiny_model(tmp_path / "tiny")


@pytest.fixture
def adapter(base: Path, tmp_path: Path) -> Path:
    """An adapter that changes much."""
    tuned = get_peft_model(AutoModelForCausalLM.from_pretrained(base), LoraConfig(r=2, target_modules=["q_proj"]))
    for name, weight in tuned.named_parameters():
        if "lora" in name:
            torch.nn.init.normal_(weight, std=0.5)
    tuned.save_pretrained(tmp_path / "student")
    return tmp_path / "student"


def logits(model: Path) -> torch.Tensor:
    return AutoModelForCausalLM.from_pretrained(model)(torch.tensor([[5, 6, 7]])).logits


def test_merged_model_says_what_the_base_with_the_adapter_says(base: Path, adapter: Path, tmp_path: Path) -> None:
    done = arf("adapters", "merge", str(adapter), "--out", str(tmp_path / "whole"))
    assert done.status == 0, done.err
    wanted = logits(adapter)
    assert torch.allclose(logits(tmp_path / "whole"), wanted, atol=1e-4)
    assert not torch.allclose(logits(base), wanted, atol=0.1)
    assert AutoTokenizer.from_pretrained(tmp_path / "whole").chat_template
    assert AutoModelForCausalLM.from_pretrained(tmp_path / "whole").dtype == torch.float32


def test_base_can_be_named_when_it_was_moved(base: Path, adapter: Path, tmp_path: Path) -> None:
    base.rename(tmp_path / "moved")
    lost = arf("adapters", "merge", str(adapter), "--out", str(tmp_path / "whole"))
    assert (lost.status, str(base) in lost.err) == (1, True)
    done = arf("adapters", "merge", str(adapter), "--out", str(tmp_path / "whole"), "--base", str(tmp_path / "moved"))
    assert (done.status, (tmp_path / "whole" / "config.json").is_file()) == (0, True)


def test_nothing_is_replaced_and_what_is_no_adapter_is_named(adapter: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    taken = arf("adapters", "merge", str(adapter), "--out", str(tmp_path / "there"))
    assert (taken.status, "exists already" in taken.err) == (1, True)
    no = arf("adapters", "merge", str(tmp_path / "there"), "--out", str(tmp_path / "whole"))
    assert (no.status, f"adapter {tmp_path / 'there'}: " in no.err) == (1, True)


def test_other_bases_adapter_is_refused_and_nothing_is_left(adapter: Path, tmp_path: Path) -> None:
    (adapter / "adapter_model.safetensors").write_bytes(b"\0" * 64)
    done = arf("adapters", "merge", str(adapter), "--out", str(tmp_path / "out" / "whole"))
    assert (done.status, "does not fit the base model" in done.err) == (1, True)
    assert not list(tmp_path.glob("out/*"))
