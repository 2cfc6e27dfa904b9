"""Which repairs of strange dialogues are accepted, for a reader to judge sentence by sentence.

    python -m tests.bench.repairs PATH... [--half seen|unseen] [--sample 100] [--seed 7] [--out FILE]

Every call gets the same summary, which is wrong of all of them; the editor repairs it by its rules alone. FILE gets a
sample of what it accepted: {id, corpus, call: the numbered turns, revision}. Rules are developed on the half `seen`,
and judged on the other; a call belongs to a half by a hash of its id. Of calls with gold facts it is also told how many
of all get an error-free repair, and what share of their key facts repairs tell.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from arf.analysis.wiring import wire_analyzer
from arf.calls.records import write_text
from arf.corpus.canonical import strip_gold
from arf.corpus.opening import open_corpus
from arf.editor.revise import Editor
from arf.editor.targets import FixedTargets
from arf.evaluation.matching import matcher_for
from arf.evaluation.metrics import evaluate
from arf.tasks.registry import load
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.summary_pb2 import Summary
from arf.v1.transcript_pb2 import Call, Role

WRONG = "The customer called. The agent refunded $4,715.25 for order ZX90817."
_LABELS = {Role.ROLE_CUSTOMER: "customer", Role.ROLE_AGENT: "agent", Role.ROLE_BOT: "bot"}


def main(argv: Sequence[str]) -> int:
    """Prints how many repairs were accepted of how many were asked for, by corpus."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.repairs")
    parser.add_argument("paths", nargs="+", type=Path, help="corpora of dialogues")
    parser.add_argument("--half", choices=("seen", "unseen"), default="unseen")
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(argv)
    accepted: list[dict[str, str]] = []
    asked = 0
    for path in options.paths:
        calls = [call for call in open_corpus(path).calls if half(call.id) == options.half]
        revisions = asyncio.run(repaired(calls))
        kept = [
            {"id": call.id, "corpus": path.stem, "call": numbered(call), "revision": revision.text}
            for call, revision in zip(calls, revisions, strict=True)
            if revision.decision == Decision.DECISION_ACCEPTED
        ]
        gold = _gold(calls, revisions) if calls and calls[0].HasField("gold") else ""
        sys.stdout.write(f"{path.stem}: {len(kept)} of {len(calls)} accepted{gold}\n")
        asked += len(calls)
        accepted += kept
    sys.stdout.write(f"{options.half}: {len(accepted)} of {asked} accepted\n")
    if options.out is not None:
        drawn = random.Random(options.seed).sample(accepted, min(options.sample, len(accepted)))
        write_text(options.out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in drawn))
    return 0


def half(call_id: str) -> str:
    """`seen` for calls that rules may be developed on, else `unseen`."""
    return "unseen" if hashlib.sha256(call_id.encode()).digest()[0] % 2 else "seen"


async def repaired(calls: Sequence[Call]) -> list[Revision]:
    """The editor's revisions of the wrong summary, without a model."""
    task = load("customer_service")
    analyzer = wire_analyzer(task)
    editor = Editor(task, analyzer, None, FixedTargets())
    return await editor.revise_batch(
        [(call, WRONG, await analyzer.analyze(call, WRONG)) for call in map(strip_gold, calls)]
    )


def _gold(calls: Sequence[Call], revisions: Sequence[Revision]) -> str:
    """How many of the calls have an error-free repair, and the key facts told, where no repair tells none."""
    matcher = matcher_for("customer_service")
    free = told = 0.0
    for call, revision in zip(calls, revisions, strict=True):
        if revision.decision == Decision.DECISION_ACCEPTED:
            scores = evaluate(call, "repair", Summary(text=revision.text), matcher).metrics
            free, told = free + scores["error_free"], told + scores["key_fact_recall"]
    return f"; error-free {free / len(calls):.3f}, key facts {told / len(calls):.3f}"


def numbered(call: Call) -> str:
    """The call's turns, one a line, counted from 0."""
    return "\n".join(
        f"{n} {_LABELS.get(turn.role, turn.speaker)}: {' '.join(turn.text.split())}"
        for n, turn in enumerate(call.turns)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
