"""The configuration of a run, and the rule that a run folder serves only one configuration."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arf.calls import records
from arf.corpus.canonical import strip_gold
from arf.editor.revise import Options
from arf.finetune.recipe import Recipe
from arf.inference.settings import InferenceSettings
from arf.kit.errors import ArfError
from arf.loop.folder import STUDENTS
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides what a run produces. Models are local names, folders, hub ids or URLs.

    `candidates` 0 disables the editor LLM, `repair` False the repair rules; with `redaction` teacher and editor see
    placeholders for personal data; `batch` is the number of calls after which progress is saved. `judge` rates the
    summaries, `checker` (an NLI model) is one more detector; neither runs unless named.
    """

    teacher: str
    editor: str
    student: str
    task: str = "customer_service"
    held_out: float = 0.33
    seed: int = 0
    students: tuple[str, ...] = STUDENTS
    repair: bool = True
    candidates: int = 1
    redaction: bool = True
    batch: int = 48
    limit_train: int | None = None
    limit_held_out: int | None = None
    judge: str | None = None
    checker: str | None = None
    training: Recipe = field(default_factory=Recipe)

    @property
    def options(self) -> Options:
        """The editor's options."""
        return Options(candidates=self.candidates, repair=self.repair, redaction=self.redaction)

    def as_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return dataclasses.asdict(self)


def corpus_hash(calls: Sequence[Call]) -> str:
    """SHA-256 of the calls without their gold: everything the loop may depend on."""
    digest = hashlib.sha256()
    for call in calls:
        digest.update(records.dumps(strip_gold(call)).encode())
    return digest.hexdigest()


def number_format(path: Path) -> str:
    """The number format of a run's models, chosen when the run starts and stored with its configuration.

    Resumed runs and other processes of the run reuse it, since other formats give other texts.
    """
    held = json.loads(path.read_text(encoding="utf-8"))
    if "number_format" not in held:
        dtype: str = InferenceSettings().dtype
        if dtype == "auto":
            from arf.inference.number_format import fastest_dtype

            dtype = str(fastest_dtype()).removeprefix("torch.")
        held["number_format"] = dtype
        records.write_text(path, json.dumps(held, indent=2, sort_keys=True) + "\n")
    return str(held["number_format"])


def claim(path: Path, config: RunConfig, corpus: str) -> None:
    """Marks a run folder as belonging to this configuration.

    Raises ArfError naming what differs if it belongs to another one, whose finished stages would not fit.
    """
    # Through JSON, so that a tuple equals the list that is read back.
    wanted = json.loads(json.dumps({"config": config.as_dict(), "corpus_sha256": corpus}))
    if not path.exists():
        records.write_text(path, json.dumps(wanted, indent=2, sort_keys=True) + "\n")
        return
    found = json.loads(path.read_text(encoding="utf-8"))
    different = sorted(
        [k for k in wanted["config"] if found["config"].get(k) != wanted["config"][k]]
        + ([] if found["corpus_sha256"] == corpus else ["corpus"])
    )
    if different:
        raise ArfError(
            f"{path.parent} holds a run with another {', '.join(different)}; choose another --out or remove it"
        )
