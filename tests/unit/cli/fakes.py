"""A model that signs what it writes, and calls for it to write about."""

from __future__ import annotations

from pathlib import Path

from arf.calls import records
from arf.calls.prompt import Completion
from arf.corpus.generator import generate
from arf.inference.port import Request
from tests.helpers.fake_model import FakeModel


def signing() -> FakeModel:
    """A model whose every summary names the adapter that wrote it."""

    def answer(asked: Request) -> Completion:
        hand = "the base" if asked.adapter is None else (Path(asked.adapter) / "adapter_model.safetensors").read_text()
        return Completion(f"The customer wrote. The agent was {hand}.", 90, 9, 0.25, "stop")

    return FakeModel(answer, name="signer")


def corpus(path: Path, calls: int = 4, *, seed: int = 3, summary: str = "") -> Path:
    """Writes generated calls, each with this summary if there is one."""
    drawn = list(generate(calls, seed))
    for call in drawn:
        if summary:
            call.summary.text = summary
    records.write(path, drawn)
    return path


def adapter(folder: Path, hand: str) -> Path:
    """A folder that stands for an adapter whose summaries are by this hand."""
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.safetensors").write_text(hand)
    return folder
