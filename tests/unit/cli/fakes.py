"""An engine that signs what it writes, and calls for it to write about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arf.calls import records
from arf.calls.prompt import Completion, Decoding, Prompt
from arf.corpus.generator import generate
from arf.inference.ports import Progress


class SigningEngine:
    """Every summary names the adapter that wrote it; `adapters` holds which were asked for, a batch each."""

    model = "signer"

    def __init__(self) -> None:
        self.adapters: list[Path | None] = []

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        self.adapters.append(adapter)
        hand = "the base" if adapter is None else (adapter / "adapter_model.safetensors").read_text()
        return [Completion(f"The customer wrote. The agent was {hand}.", 90, 9, 0.25, "stop") for _ in prompts]


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
