"""How well the matcher agrees with a person: a blind sample to label, and the agreement of the labels with it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from arf.calls.records import write_text
from arf.evaluation.statistics import agreement, kappa
from arf.kit.errors import InvalidRecord, NotFound
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.transcript_pb2 import Call

_QUESTIONS = ("error_free", "unsupported_fact")


def sample_for_labelling(
    calls: Mapping[str, Call], evaluations: Iterable[Evaluation], n: int, seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """`n` summaries to label, systems hidden and evenly drawn, and the key apart.

    An item is {item, call, summary, error_free, unsupported_fact, note}, the last three empty; an entry of the key is
    {item, call_id, system}. Raises NotFound if a call is missing.
    """
    drawn = _drawn(list(evaluations), n, random.Random(seed))
    items: list[dict[str, Any]] = []
    key: list[dict[str, str]] = []
    for number, evaluation in enumerate(drawn, 1):
        call = calls.get(evaluation.call_id)
        if call is None:
            raise NotFound(f"call {evaluation.call_id} is not in the corpus")
        name = f"s{number:03d}"
        text = "\n".join(f"{turn.speaker}: {turn.text}" for turn in call.turns)
        items.append(
            {"item": name, "call": text, "summary": evaluation.summary.text}
            | {"error_free": None, "unsupported_fact": None, "note": ""}
        )
        key.append({"item": name, "call_id": evaluation.call_id, "system": evaluation.system})
    return items, key


def score_agreement(
    labels: Iterable[Mapping[str, Any]],
    key: Iterable[Mapping[str, str]],
    evaluations: Iterable[Evaluation],
    seed: int = 0,
) -> dict[str, dict[str, dict[str, float]]]:
    """Agreement and Cohen's kappa of labels and matcher, for each question, with intervals.

    Raises InvalidRecord if a label is not true or false, NotFound if an item was not evaluated.
    """
    judged = {(e.call_id, e.system): e for e in evaluations}
    hidden = {entry["item"]: (entry["call_id"], entry["system"]) for entry in key}
    said: dict[str, tuple[list[bool], list[bool]]] = {question: ([], []) for question in _QUESTIONS}
    for label in labels:
        evaluation = judged.get(hidden.get(label["item"], ("", "")))
        if evaluation is None:
            raise NotFound(f"item {label['item']} was not evaluated")
        matcher = {
            "error_free": evaluation.metrics["error_free"] == 1,
            "unsupported_fact": evaluation.metrics["unsupported_facts"] > 0,
        }
        for question in _QUESTIONS:
            if not isinstance(label.get(question), bool):
                raise InvalidRecord(question, f"item {label['item']} is not labelled true or false")
            said[question][0].append(label[question])
            said[question][1].append(matcher[question])
    return {
        question: {"agreement": asdict(agreement(*pair, seed)), "kappa": asdict(kappa(*pair, seed))}
        for question, pair in said.items()
    }


def write_jsonl(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Replaces a JSONL file whole."""
    write_text(path, "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """The entries of a JSONL file. Raises InvalidRecord naming file and line."""
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise InvalidRecord(f"{path}:{number}", f"not JSON: {error}") from None
        if not isinstance(entry, dict):
            raise InvalidRecord(f"{path}:{number}", "not a JSON object")
        entries.append(entry)
    return entries


def _drawn(evaluations: list[Evaluation], n: int, rng: random.Random) -> list[Evaluation]:
    """Round robin over the systems, no call's same text twice, then shuffled."""
    by_system: dict[str, list[Evaluation]] = {}
    for evaluation in sorted(evaluations, key=lambda e: (e.system, e.tenant, e.call_id)):
        by_system.setdefault(evaluation.system, []).append(evaluation)
    for found in by_system.values():
        rng.shuffle(found)
    drawn: list[Evaluation] = []
    seen: set[tuple[str, str]] = set()
    while len(drawn) < n and any(by_system.values()):
        for system in sorted(by_system):
            if by_system[system] and len(drawn) < n:
                evaluation = by_system[system].pop()
                if (evaluation.call_id, evaluation.summary.text) not in seen:
                    seen.add((evaluation.call_id, evaluation.summary.text))
                    drawn.append(evaluation)
    rng.shuffle(drawn)
    return drawn
