from __future__ import annotations

from pathlib import Path

import pytest

from arf.finetune.dataset import build_dataset
from arf.finetune.dataset_folder import load, save
from arf.inference.profile import ModelProfile
from arf.kit.errors import ArfError, Corrupt, NotFound
from arf.v1.dataset_pb2 import Dataset, Example
from tests.unit.finetune.builders import PlainTask, calls, targets


def built(seed: int = 0, n: int = 6) -> tuple[Dataset, list[Example]]:
    given = calls(n)
    return build_dataset(PlainTask(), given, targets(given), name="arf", seed=seed, profile=ModelProfile())


def test_dataset_reads_back_when_saved(tmp_path: Path) -> None:
    save(tmp_path, *built())
    assert load(tmp_path) == built()


def test_bytes_stay_when_the_same_dataset_is_saved_again(tmp_path: Path) -> None:
    save(tmp_path, *built())
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    save(tmp_path, *built())
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    assert sorted(before) == ["dataset.json", "examples.jsonl"]


def test_error_is_raised_when_the_folder_holds_another_dataset(tmp_path: Path) -> None:
    save(tmp_path, *built())
    with pytest.raises(ArfError, match="never changed"):
        save(tmp_path, *built(n=7))


def test_corrupt_is_raised_when_an_example_was_altered(tmp_path: Path) -> None:
    save(tmp_path, *built())
    path = tmp_path / "examples.jsonl"
    path.write_text(path.read_text().replace("settled", "mended", 1))
    with pytest.raises(Corrupt, match="the data card says"):
        load(tmp_path)


def test_not_found_is_raised_when_there_is_no_card(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no dataset"):
        load(tmp_path)
