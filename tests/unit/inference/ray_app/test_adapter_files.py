from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from arf.inference.ray_app.adapter_files import WEIGHTS, Base, copy_of, shapes_of
from arf.kit.errors import Corrupt, InvalidRecord, NotFound
from tests.helpers.lora_folders import REVISION, SHAPES, route_to, write_adapter

BASE = Base(SHAPES, REVISION, max_rank=4)


def test_shapes_are_those_of_all_files_of_the_model(tmp_path: Path) -> None:
    for name, shape in SHAPES.items():
        save_file({name: torch.zeros(shape)}, tmp_path / f"{name[:9]}-{shape[0]}.safetensors")
    assert shapes_of(tmp_path) == SHAPES


@pytest.mark.parametrize("base", [REVISION, None])
def test_copy_is_kept_when_the_adapter_is_gone_from_its_address(tmp_path: Path, base: str | None) -> None:
    source = write_adapter(tmp_path / "with space", base=base)
    route, weights = route_to(source), (source / WEIGHTS).read_bytes()
    copy_of(route, BASE, tmp_path / "home")
    shutil.rmtree(source)
    assert (copy_of(route, BASE, tmp_path / "home") / WEIGHTS).read_bytes() == weights


@pytest.mark.parametrize(
    ("made", "word"),
    [
        ({"base": "e" * 64}, "trained on the base"),
        ({"rank": 8}, "rank 8"),
        ({"width": 5}, "shape"),
        ({"layer": "another_layer"}, "does not fit"),
    ],
)
def test_adapter_is_refused_when_it_does_not_fit_the_base(tmp_path: Path, made: dict[str, object], word: str) -> None:
    route = route_to(write_adapter(tmp_path / "odd", **made))  # type: ignore[arg-type]
    with pytest.raises(Corrupt, match=word):
        copy_of(route, BASE, tmp_path / "home")
    assert not (tmp_path / "home" / route.name).exists()


def test_adapter_is_refused_when_its_weights_are_not_those_meant(tmp_path: Path) -> None:
    route = route_to(write_adapter(tmp_path / "one", 1))
    write_adapter(tmp_path / "one", 2)
    with pytest.raises(Corrupt, match="sha256"):
        copy_of(route, BASE, tmp_path / "home")


def test_adapter_is_refused_when_its_file_is_cut_short(tmp_path: Path) -> None:
    weights = write_adapter(tmp_path / "one") / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:50])
    with pytest.raises(Corrupt, match="does not fit"):
        copy_of(route_to(tmp_path / "one"), BASE, tmp_path / "home")


def test_copy_that_was_changed_is_refused(tmp_path: Path) -> None:
    route = route_to(write_adapter(tmp_path / "one"))
    (copy_of(route, BASE, tmp_path / "home") / WEIGHTS).write_bytes(b"other")
    with pytest.raises(Corrupt, match="was changed"):
        copy_of(route, BASE, tmp_path / "home")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    route = route_to(write_adapter(tmp_path / "one"))
    with pytest.raises(NotFound, match=r"nowhere/adapter_config\.json"):
        copy_of(route.model_copy(update={"uri": "file:///nowhere"}), BASE, tmp_path / "home")
    with pytest.raises(InvalidRecord, match="s3://"):
        copy_of(route.model_copy(update={"uri": "s3://bucket/one"}), BASE, tmp_path / "home")
