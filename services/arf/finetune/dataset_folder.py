"""A dataset on disk: examples.jsonl and its data card dataset.json, checked against each other on reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arf.calls import records
from arf.finetune.dataset import content_hash
from arf.kit.errors import ArfError, Corrupt, NotFound
from arf.v1.dataset_pb2 import Dataset, Example

_EXAMPLES = "examples.jsonl"
_CARD = "dataset.json"


def save(folder: Path, dataset: Dataset, examples: Sequence[Example]) -> None:
    """Writes a dataset; the card comes last, so a folder with a card is complete.

    Saving the same dataset again changes nothing. Raises ArfError if the folder holds another: datasets never change.
    """
    card = folder / _CARD
    if card.exists():
        there = next(records.read(card, Dataset))
        if there.sha256 != dataset.sha256:
            raise ArfError(f"{folder}: holds dataset {there.dataset_id}, and datasets are never changed")
        return
    records.write(folder / _EXAMPLES, examples)
    records.write(card, [dataset])


def load(folder: Path) -> tuple[Dataset, list[Example]]:
    """Reads a dataset. Raises NotFound if there is none, Corrupt if the examples do not match the card."""
    if not (folder / _CARD).is_file():
        raise NotFound(f"{folder}: no dataset ({_CARD} is missing)")
    dataset = next(records.read(folder / _CARD, Dataset))
    examples = list(records.read(folder / _EXAMPLES, Example))
    found = content_hash(examples)
    if found != dataset.sha256:
        raise Corrupt(f"{folder / _EXAMPLES}: sha256 is {found}, the data card says {dataset.sha256}")
    return dataset, examples
