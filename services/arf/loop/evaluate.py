"""Scores every system on the same held-out calls, and puts report.json together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from arf.analysis.analyzer import Analyzer
from arf.calls.records import to_dict
from arf.corpus.describe import describe
from arf.corpus.overlap import overlap
from arf.editor.acceptance import acceptance
from arf.evaluation import metrics
from arf.evaluation.matching import Matcher
from arf.evaluation.prices import Prices, cost
from arf.evaluation.summary_report import check, summarise
from arf.finetune.adapter_folder import AdapterMetadata
from arf.finetune.dataset_folder import load
from arf.loop.config import RunConfig, number_format
from arf.loop.folder import RunFolder
from arf.loop.judging import account
from arf.loop.resources import Resources
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.rating_pb2 import Rating
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

_PACKAGES = ("arf", "torch", "transformers", "peft")
_ROLES = ("teacher", "editor", "student", "judge", "checker")


async def score(
    calls: Sequence[Call],
    summaries: Mapping[str, Sequence[CallSummary]],
    analyzer: Analyzer,
    matcher: Matcher | None,
    ratings: Sequence[Rating] = (),
) -> list[Evaluation]:
    """The metrics of each system's summary of each held-out call, sorted by call, then in the systems' order.

    Detectors' findings are stored beside the metrics, never among them. Identical texts share a judge's rating.
    """
    rated = {(r.tenant, r.call_id, r.summary): r.rating for r in ratings if r.HasField("rating")}
    rows = []
    for index, call in enumerate(calls):
        for system, made in summaries.items():
            summary = made[index].summary
            row = metrics.evaluate(call, system, summary, matcher, rated.get((call.tenant, call.id, summary.text)))
            row.findings.extend((await analyzer.analyze(call, summary.text)).findings)
            rows.append(row)
    return rows


def report(
    folder: RunFolder,
    config: RunConfig,
    train: Sequence[Call],
    held_out: Sequence[Call],
    evaluations: Sequence[Evaluation],
    profile: ErrorProfile,
    revisions: Sequence[Revision],
    ratings: Sequence[Rating],
    refused: Mapping[str, Sequence[str]],
    prices: Prices,
    resources: Resources,
) -> dict[str, Any]:
    """Builds report.json; `refused` are the calls that each system refused, as tenant/id.

    Raises InvalidRecord if it does not match its schema.
    """
    counts = acceptance(revisions)
    made = summarise(evaluations, config.seed)
    made |= {
        "task": config.task.rpartition(".")[2],
        "corpus": describe([*train, *held_out])
        | {
            "train": len(train),
            "held_out": len(held_out),
            "overlap": {f"{n}-grams": round(overlap(train, held_out, n).share, 4) for n in (3, 5)},
        },
        "profile": to_dict(profile),
        "revisions": {
            "accepted_by_source": {name: source.accepted for name, source in counts.sources.items()},
            "proposed_by_source": {name: source.proposed for name, source in counts.sources.items()},
            "needs_review": counts.needs_review,
            "not_needed": counts.not_needed,
        },
        "dataset": {student: to_dict(load(folder.dataset(student))[0]) for student in config.students},
        "training": {student: _training(folder, student) for student in config.students},
        "refused": {system: list(calls) for system, calls in refused.items() if calls},
        "cost": cost(evaluations, prices),
        "timings": resources.seconds,
        "models": {role: model for role in _ROLES if (model := getattr(config, role)) is not None},
        "number_format": number_format(folder.config),
        "versions": {name: version(name) for name in _PACKAGES},
        "peak_memory_mib": resources.peak_memory_mib,
    }
    if ratings:
        made["judge"] = account(ratings)
    check(made)
    return made


def _training(folder: RunFolder, student: str) -> dict[str, Any]:
    known = AdapterMetadata.read(folder.adapter(student))
    assert known is not None, f"{student} was trained before it was evaluated"
    return {
        "steps": known.steps,
        "examples": known.examples,
        "loss": round(known.losses[-1], 4),
        "epochs": known.config["epochs"],
    }
