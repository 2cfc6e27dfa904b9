"""An adapter on disk: peft's two files and its lineage, arf.json. The same training gives the same bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arf.calls.records import write_text

_METADATA = "arf.json"


@dataclass(frozen=True)
class AdapterMetadata:
    """An adapter's lineage and training results, without timings, so that a repeated training gives the same.

    `base_sha256` is the base model's revision: a hash of its weights, config, tokenizer and chat template.
    """

    fingerprint: str
    base_model: str
    base_sha256: str
    dataset_id: str
    task: str
    prompt_version: str
    config: dict[str, Any]
    steps: int
    examples: int
    validation_examples: int
    too_long: int
    losses: list[float]
    validation_losses: list[float]

    @classmethod
    def read(cls, folder: Path) -> AdapterMetadata | None:
        """The metadata of a finished adapter, or None."""
        path = folder / _METADATA
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def fingerprint(dataset_sha256: str, base: str, config: dict[str, Any]) -> str:
    """Hash of everything that decides an adapter's bytes; `base` is the base model's hash.

    `checkpoint_every` is left out: it has no effect on the result and may change on resume.
    """
    deciding = {k: v for k, v in config.items() if k != "checkpoint_every"}
    return hashlib.sha256(json.dumps([dataset_sha256, base, deciding], sort_keys=True).encode()).hexdigest()


def save_adapter(model: Any, folder: Path, base: Path, metadata: AdapterMetadata) -> None:
    """Writes an adapter folder atomically; peft finds the base model by its path in it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / "adapter"
        model.save_pretrained(made, safe_serialization=True)
        (made / "README.md").unlink(missing_ok=True)
        _settle(made / "adapter_config.json", base.resolve())
        text = json.dumps(dataclasses.asdict(metadata), indent=2, sort_keys=True)
        write_text(made / _METADATA, text + "\n")
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)


def _settle(path: Path, base: Path) -> None:
    """Makes peft's config reproducible: the base model's whole path, and sets sorted."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["base_model_name_or_path"] = str(base)
    if isinstance(raw.get("target_modules"), list):
        raw["target_modules"] = sorted(raw["target_modules"])
    write_text(path, json.dumps(raw, indent=2, sort_keys=True) + "\n")
