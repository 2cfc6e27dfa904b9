"""LoRA adapters: switched on a loaded model without reloading the base, or merged into a model of their own."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer

from arf.inference.models import revision_of
from arf.inference.quiet import no_library_deprecations, no_progress_bars
from arf.kit.errors import ArfError, Corrupt, NotFound


class AdapterSwitch:
    """Merges adapters into a model's weights and restores the base weights.

    A merged adapter saves two small products per layer and token. The base weights are kept, since subtracting a merged
    adapter would not restore them exactly.
    """

    def __init__(self, model: Any, folder: Path) -> None:
        """`folder` is the model's: an adapter that names its base by a hash must name this one."""
        self._model, self._folder = model, folder
        # Hashed when it is first needed: a large model's files take seconds.
        self._revision = cache(lambda: revision_of(folder))
        self._peft: PeftModel | None = None
        self._base: dict[str, torch.Tensor] = {}
        self._active: str | None = None

    def use(self, adapter: Path | None) -> None:
        """Switches the model to base plus `adapter`, or base alone. Raises NotFound or Corrupt."""
        name = None if adapter is None else self._load(adapter)
        if name == self._active:
            return
        if self._active is not None:
            self._restore()
        if name is not None:
            assert self._peft is not None
            self._peft.base_model.enable_adapter_layers()
            self._peft.set_adapter(name)
            self._stash()
            self._peft.merge_adapter([name])
        self._active = name

    def _load(self, folder: Path) -> str:
        """Loads an adapter once; it is named by a hash of its weights, so a rewritten folder is a new adapter."""
        with _weights(folder).open("rb") as data:
            name = "sha" + hashlib.file_digest(data, "sha256").hexdigest()[:16]
        if self._peft is not None and name in self._peft.peft_config:
            return name
        _require_base(folder, self._folder, self._revision)
        if self._active is not None:
            self._restore()
        with _fitting(folder):
            if self._peft is None:
                self._peft = PeftModel.from_pretrained(self._model, folder, adapter_name=name)
            else:
                self._peft.load_adapter(folder, adapter_name=name)
        self._peft.eval()
        self._peft.base_model.disable_adapter_layers()
        return name

    def _layers(self) -> list[tuple[str, Any]]:
        return [(n, m) for n, m in self._model.named_modules() if isinstance(m, LoraLayer)]

    def _stash(self) -> None:
        for name, layer in self._layers():
            if name not in self._base:
                self._base[name] = layer.get_base_layer().weight.detach().clone()

    def _restore(self) -> None:
        assert self._peft is not None
        self._peft.unmerge_adapter()
        with torch.no_grad():
            for name, layer in self._layers():
                if name in self._base:
                    layer.get_base_layer().weight.copy_(self._base[name])
        self._peft.base_model.disable_adapter_layers()
        self._active = None


def merge(adapter: Path, base: Path, out: Path) -> None:
    """Writes base and adapter as one model to the new folder `out`, in the base's number format.

    Raises NotFound or Corrupt for the adapter, ArfError if `out` exists.
    """
    _weights(adapter)
    _require_base(adapter, base, lambda: revision_of(base))
    if out.exists():
        raise ArfError(f"{out}: exists already: choose another folder")
    with no_progress_bars():
        model = AutoModelForCausalLM.from_pretrained(base, dtype="auto")
        # Added in float32: in bfloat16 each sum would lose most of what the adapter adds.
        form = model.dtype
        with _fitting(adapter):
            whole = PeftModel.from_pretrained(model.float(), adapter).merge_and_unload(safe_merge=True).to(form)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
            made = Path(scratch) / "model"
            whole.save_pretrained(made)
            AutoTokenizer.from_pretrained(base).save_pretrained(made)
            made.rename(out)


def _weights(folder: Path) -> Path:
    """An adapter's weights. Raises NotFound if the folder is not an adapter's."""
    weights = folder / "adapter_model.safetensors"
    if not (weights.is_file() and (folder / "adapter_config.json").is_file()):
        raise NotFound(f"adapter {folder}: needs adapter_config.json and adapter_model.safetensors")
    return weights


def _require_base(adapter: Path, base: Path, revision: Callable[[], str]) -> None:
    """Raises Corrupt if the adapter's arf.json names another base or revision. Plain PEFT folders have no such file."""
    lineage = adapter / "arf.json"
    if not lineage.is_file():
        return
    try:
        said = json.loads(lineage.read_text(encoding="utf-8"))
        wanted, named = said["base_sha256"], said["base_model"]
    except (ValueError, LookupError, TypeError) as error:
        raise Corrupt(f"adapter {adapter.name}: arf.json does not name its base model") from error
    if wanted != revision():
        raise Corrupt(
            f"adapter {adapter.name}: trained on another base model or revision: {named} {str(wanted)[:12]}, not "
            f"{base.name} {revision()[:12]}"
        )


@contextmanager
def _fitting(folder: Path) -> Iterator[None]:
    """Raises Corrupt if an adapter that is loaded meanwhile does not fit the base model."""
    try:
        with no_library_deprecations():
            yield
    except (ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise Corrupt(f"adapter {folder.name}: does not fit the base model: {str(error).splitlines()[0]}") from error
