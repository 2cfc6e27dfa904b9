"""Switches LoRA adapters on a loaded model without reloading the base; merged, so that they cost nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError

from arf.inference.models import revision_of
from arf.inference.quiet import no_library_deprecations
from arf.kit.errors import Corrupt, NotFound


class AdapterSwitch:
    """Merges adapters into a model's weights and restores the base weights.

    A merged adapter saves two small products per layer and token. The base weights are kept, since subtracting a merged
    adapter would not restore them exactly.
    """

    def __init__(self, model: Any, folder: Path) -> None:
        """`folder` is the model's: an adapter that names its base by a hash must name this one."""
        self._model, self._folder = model, folder
        self._revision: str | None = None
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
        weights = folder / "adapter_model.safetensors"
        if not (weights.is_file() and (folder / "adapter_config.json").is_file()):
            raise NotFound(f"adapter {folder}: needs adapter_config.json and adapter_model.safetensors")
        with weights.open("rb") as data:
            name = "sha" + hashlib.file_digest(data, "sha256").hexdigest()[:16]
        if self._peft is not None and name in self._peft.peft_config:
            return name
        self._require_own_base(folder)
        if self._active is not None:
            self._restore()
        try:
            if self._peft is None:
                with no_library_deprecations():
                    self._peft = PeftModel.from_pretrained(self._model, folder, adapter_name=name)
            else:
                self._peft.load_adapter(folder, adapter_name=name)
        except (ValueError, RuntimeError, KeyError, SafetensorError) as error:
            raise Corrupt(
                f"adapter {folder.name}: does not fit the base model: {str(error).splitlines()[0]}"
            ) from error
        self._peft.eval()
        self._peft.base_model.disable_adapter_layers()
        return name

    def _require_own_base(self, adapter: Path) -> None:
        """Raises Corrupt if the adapter's arf.json names another base. Plain PEFT folders have no such file."""
        lineage = adapter / "arf.json"
        if not lineage.is_file():
            return
        try:
            said = json.loads(lineage.read_text(encoding="utf-8"))
            wanted, named = said["base_sha256"], said["base_model"]
        except (ValueError, LookupError, TypeError) as error:
            raise Corrupt(f"adapter {adapter.name}: arf.json does not name its base model") from error
        # Hashed when it is first needed: a large model's files take seconds.
        self._revision = self._revision or revision_of(self._folder)
        if wanted != self._revision:
            raise Corrupt(
                f"adapter {adapter.name}: trained on another base model or revision: {named} {str(wanted)[:12]}, not "
                f"{self._folder.name} {self._revision[:12]}"
            )

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
