"""The batch loop, from corpus to report. Each stage resumes where an earlier run stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arf.analysis.wiring import wire_analyzer
from arf.calls import records
from arf.calls.split import CallKey
from arf.corpus.canonical import in_order, strip_gold
from arf.evaluation.matching import matcher_for
from arf.evaluation.prices import Prices
from arf.finetune.dataset import build_dataset
from arf.finetune.dataset_folder import save
from arf.finetune.process import Job, train_all
from arf.finetune.targets import Target, from_revisions, from_summaries
from arf.inference.models import ensure
from arf.inference.profile import ModelProfile
from arf.inference.profiles import profile_of_folder
from arf.inference.settings import InferenceSettings, ModelSettings
from arf.kit.errors import ArfError
from arf.kit.process_lock import ProcessLock
from arf.loop import evaluate, judging
from arf.loop.config import RunConfig, claim, corpus_hash, number_format
from arf.loop.folder import RunFolder
from arf.loop.memory import PeakMemory
from arf.loop.models import Models
from arf.loop.progress import Reporter
from arf.loop.report.html import render
from arf.loop.resources import Resources
from arf.loop.split import limit, split
from arf.loop.stages import REFUSED, Stages
from arf.loop.training import SideBySide
from arf.tasks.base import Task
from arf.tasks.registry import load
from arf.v1.rating_pb2 import Rating
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

TEACHER, EDITOR, JUDGE, STUDENT = "TEACHER_MODEL", "EDITOR_MODEL", "JUDGE_MODEL", "STUDENT_MODEL"
"""The roles of a run's models, each with its own settings, such as `ARF_JUDGE_MODEL_API_KEY`."""


async def run_loop(
    calls: Sequence[Call], out: Path, config: RunConfig, reporter: Reporter, prices: Prices | None = None
) -> dict[str, Any]:
    """Runs the loop on a corpus and returns report.json, which it writes to `out` with everything else.

    Gold is removed from the calls before the first stage and restored for the evaluation alone. A call that the teacher
    refuses is reported and excluded from later stages. Raises ArfError if `out` holds another run, if another process
    works on it, or if nothing is left to train on.
    """
    folder = RunFolder(out)
    # Check before claiming the folder, so that a rejected request leaves no trace; a claimed one has passed.
    if config.judge and config.candidates and not folder.config.exists():
        models = Models(reporter.say)
        try:
            await judging.require_another_model(config.judge, config.editor, lambda spec: models.of(spec, JUDGE))
        finally:
            await models.close()
    lock = ProcessLock(folder.lock, "another `arf run` is working on it")
    try:
        return await _run(folder, in_order(calls), config, reporter, prices or Prices())
    finally:
        lock.close()


async def _run(
    folder: RunFolder, calls: Sequence[Call], config: RunConfig, reporter: Reporter, prices: Prices
) -> dict[str, Any]:
    claim(folder.config, config, corpus_hash(calls))
    task = load(config.task)
    train, held_out = split(calls, config.held_out, config.seed)
    train, held_out = limit(train, config.limit_train, config.seed), limit(held_out, config.limit_held_out, config.seed)
    stages = Stages(folder, task, wire_analyzer(task, checker=config.checker), reporter, config.batch)
    with PeakMemory() as memory:
        resources = Resources(folder.resources, reporter, memory)
        base = ensure(config.student, reporter.say)
        inference = InferenceSettings.model_validate({"dtype": number_format(folder.config)})
        models = Models(reporter.say, inference)
        try:
            everything, teacher = list(map(strip_gold, [*train, *held_out])), models.of(config.teacher, TEACHER)
            taught = await stages.teach(everything, teacher, redaction=config.redaction)
            refused = {"teacher": _refused(taught)}
            taught_train, taught_held_out = taught[: len(train)], taught[len(train) :]
            train, taught_train = _answered(train, taught_train)
            held_out, taught_held_out = _answered(held_out, taught_held_out)
            blind, blind_held_out = list(map(strip_gold, train)), list(map(strip_gold, held_out))
            analyses = await stages.analyse(blind, taught_train)
            profile = await stages.profile(analyses, taught_train[0].summary.model)
            editor = models.of(config.editor, EDITOR) if config.candidates else None
            revisions = await stages.revise(blind, analyses, profile, editor, config.options)
            await models.close()
            read = profile_of_folder(base, ModelSettings.of_role(STUDENT))
            _datasets(folder, task, config, blind, taught_train, revisions, reporter, read)
            if config.students:
                await _train(folder, config, base, inference, reporter)
            summaries: dict[str, Sequence[CallSummary]] = {
                "teacher": taught_held_out,
                "repair": await stages.repair(blind_held_out, taught_held_out),
            }
            for name in config.students:
                student = models.of(config.student, STUDENT)
                summaries[name] = await stages.by_student(name, blind_held_out, student, folder.adapter(name))
                refused[name] = _refused(summaries[name])
            await models.close()
            ratings: Sequence[Rating] = ()
            if config.judge:
                shown = judging.unsigned(blind_held_out, summaries, config.seed)
                ratings = await stages.rate(shown, models.of(config.judge, JUDGE))
        finally:
            await models.close()
        with reporter.stage("evaluation", 1) as advance:
            rows = await evaluate.score(held_out, summaries, stages.analyzer, matcher_for(task.name), ratings)
            records.write(folder.evaluation, rows)
            advance(1)
    resources.save()
    report = evaluate.report(
        folder, config, train, held_out, rows, profile, revisions, ratings, refused, prices, resources
    )
    records.write_text(folder.report, json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    records.write_text(folder.page, render(report, calls=held_out, evaluations=rows, revisions=revisions))
    return report


def _refused(summaries: Sequence[CallSummary]) -> list[str]:
    """The calls that a model refused to summarise, each as tenant/id."""
    return [f"{made.tenant}/{made.call_id}" for made in summaries if made.summary.finish_reason == REFUSED]


def _answered(calls: Sequence[Call], summaries: Sequence[CallSummary]) -> tuple[list[Call], list[CallSummary]]:
    """The calls that the teacher summarised, with their summaries. Raises ArfError if it refused all."""
    kept = [(c, made) for c, made in zip(calls, summaries, strict=True) if made.summary.finish_reason != REFUSED]
    if calls and not kept:
        raise ArfError(f"the teacher refused every one of {len(calls)} calls")
    return [call for call, _ in kept], [made for _, made in kept]


def _datasets(
    folder: RunFolder,
    task: Task,
    config: RunConfig,
    calls: Sequence[Call],
    taught: Sequence[CallSummary],
    revisions: Sequence[Revision],
    reporter: Reporter,
    profile: ModelProfile,
) -> None:
    """Writes each student's dataset, all from the same calls: those that have an accepted text."""
    revised, raw = from_revisions(revisions), from_summaries(taught)
    shared = [c for c in calls if revised[c.tenant, c.id].text and raw[c.tenant, c.id].text]
    targets: Mapping[str, Mapping[CallKey, Target]] = {"arf": revised, "distilled": raw}
    for student in config.students:
        dataset, examples = build_dataset(
            task,
            shared,
            targets[student],
            name=student,
            seed=config.seed,
            profile=profile,
            prefix_share=config.training.prefix_share,
        )
        save(folder.dataset(student), dataset, examples)
        # Examples are whole: a share that one more example would exceed counts as reached.
        if (dataset.asked_prefix_share - dataset.prefix_share) * dataset.splits["TRAIN"] >= 1:
            reporter.say(
                f"dataset {dataset.dataset_id}: {dataset.prefix_share:.0%} of the examples are prefixes of calls "
                f"instead of {dataset.asked_prefix_share:.0%}: no other prefix contains enough to summarise"
            )


async def _train(
    folder: RunFolder, config: RunConfig, base: Path, inference: InferenceSettings, reporter: Reporter
) -> None:
    """Trains the students in parallel, each in its own process with its share of the threads.

    One thread each is as fast as two threads per matrix, and does not wait for other programs.
    """
    threads = max(1, inference.threads // len(config.students))
    settings = config.training.config(base, seed=config.seed, threads=threads, dtype=inference.dtype)
    jobs = [
        Job(
            name=student,
            dataset=folder.dataset(student),
            base=base,
            work=folder.work(student),
            adapter=folder.adapter(student),
            config=settings,
        )
        for student in config.students
    ]
    if not all(job.done for job in jobs):
        with reporter.stage("training", 0) as advance:
            await train_all(jobs, SideBySide(advance))
