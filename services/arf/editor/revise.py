"""Revises flagged summaries: candidates by repair rules and by an LLM are verified, and the best is accepted.

The best passed with the fewest findings left. Among equals the repair wins: it is written from values extracted from
the call, and cannot contain an error that the detectors miss, as a model's text can. Among the model's, the earlier
wins. So the model, which costs money, is not asked if the repair passed with nothing left to find.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from arf.calls.prompt import Completion
from arf.editor.ports import Analyzer, Targets
from arf.editor.shown import Shown, shown, shown_redacted
from arf.editor.verify import Verdict, verify
from arf.inference.port import Model, ModelFailed, Progress, Request, profile_of
from arf.kit.threads import InPlace, Runner
from arf.tasks.base import Task
from arf.v1.finding_pb2 import Analysis, Finding
from arf.v1.revision_pb2 import Candidate, CandidateSource, Decision, Revision
from arf.v1.summary_pb2 import Usage
from arf.v1.transcript_pb2 import Call

AnalysedSummary = tuple[Call, str, Analysis]
"""A call, its summary, and the summary's analysis."""

_CANARY_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Options:
    """The editor's options, for service and batch loop alike.

    `repair` enables the task's rules; `candidates` is how many are asked of the model if the rules do not succeed. With
    `redaction` the model sees placeholders for personal data.
    """

    candidates: int = 2
    repair: bool = True
    redaction: bool = True


@dataclass
class _Job:
    call: Call
    analysis: Analysis
    targeted: list[Finding]
    candidates: list[Candidate] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Why the model gave no candidate."""
    verified: int = 0
    """How many of the candidates have been verified."""


class Editor:
    """Revises flagged summaries and leaves all others alone."""

    def __init__(
        self,
        task: Task,
        analyzer: Analyzer,
        model: Model | None,
        targets: Targets,
        options: Options = Options(),
        *,
        runner: Runner | None = None,
        observe: Callable[[Revision], None] = lambda _: None,
    ) -> None:
        """Without a model only the repair rules run.

        `runner` runs rules and redaction, in this thread by default. `observe` is called with every revision.
        """
        self._task = task
        self._analyzer = analyzer
        self._model = model if options.candidates else None
        self._targets = targets
        self._options = options
        self._runner = runner or InPlace()
        self._observe = observe

    async def revise_batch(self, items: Sequence[AnalysedSummary], progress: Progress | None = None) -> list[Revision]:
        """One revision per item, in order. Raises Unavailable if the model or the analyzer does not answer."""
        jobs = await asyncio.gather(*(self._job(*item) for item in items))
        if self._model is not None:
            await self._ask(self._model, [job for job in jobs if job.targeted and not _settled(job)])
            await asyncio.gather(*(self._verify(job) for job in jobs))
        revisions = []
        for job in jobs:
            revisions.append(_decided(job))
            self._observe(revisions[-1])
            if progress is not None:
                progress(1)
        return revisions

    async def ask(self, call: Call, summary: str) -> None:
        """Checks that analyzer and model answer. Raises Unavailable or ModelFailed otherwise."""
        await self._analyzer.analyze(call, summary)
        if self._model is not None:
            profile = await profile_of(self._model)
            request = Request(self._task.teacher_prompt(call, profile), self._task.decoding(profile))
            await self._model.complete(request, _CANARY_TIMEOUT_S)

    async def _job(self, call: Call, summary: str, analysis: Analysis) -> _Job:
        """An item's work in progress, with the repair rules' candidates."""
        if analysis.summary != summary:
            # Findings are positions in the text: on another text they would correct the wrong words.
            analysis = await self._analyzer.analyze(call, summary)
        wanted = await self._targets.of(call.tenant)
        job = _Job(call, analysis, [f for f in analysis.findings if f.type in wanted])
        if job.targeted and self._options.repair:
            text = await self._runner.run(self._task.repair, call, summary, job.targeted)
            if text is not None:
                source = CandidateSource.CANDIDATE_SOURCE_REPAIR
                job.candidates.append(Candidate(source=source, text=text, model=self._task.repair_version))
        await self._verify(job)
        return job

    async def _ask(self, model: Model, jobs: Sequence[_Job]) -> None:
        """Adds the model's candidates, all requested together."""
        if not jobs:
            return
        profile = await profile_of(model)
        seen = await self._runner.run(lambda: [self._shown(job) for job in jobs])
        requests, owners = [], []
        for job, it in zip(jobs, seen, strict=True):
            n = self._options.candidates
            for prompt, decoding in self._task.edit_prompts(it.call, it.summary, it.findings, n, profile):
                requests.append(Request(prompt, decoding))
                owners.append((job, it))
        for (job, it), reply in zip(owners, await model.complete_all(requests), strict=True):
            if isinstance(reply, ModelFailed):
                job.refused.append(f"the model gave no candidate: {reply.message}")
            else:
                job.candidates.append(self._from_model(model.name, reply, it.restore))

    def _shown(self, job: _Job) -> Shown:
        show = shown_redacted if self._options.redaction else shown
        return show(job.call, job.analysis.summary, job.targeted)

    def _from_model(self, model: str, reply: Completion, restore: Callable[[str], str]) -> Candidate:
        return Candidate(
            source=CandidateSource.CANDIDATE_SOURCE_LLM,
            text=restore(self._task.clean(reply.text)),
            model=model,
            usage=Usage(
                prompt_tokens=reply.prompt_tokens, completion_tokens=reply.completion_tokens, seconds=reply.seconds
            ),
        )

    async def _verify(self, job: _Job) -> None:
        """Verifies each candidate that has no verdict; identical texts are analysed once."""
        verdicts: dict[str, Verdict] = {}
        for candidate in job.candidates[job.verified :]:
            if candidate.text not in verdicts:
                doubts = await self._runner.run(self._task.doubts, job.call, candidate.text)
                verdicts[candidate.text] = await verify(
                    self._analyzer, job.call, job.analysis, job.targeted, candidate.text, doubts
                )
            verdict = verdicts[candidate.text]
            candidate.passed = verdict.passed
            candidate.reasons.extend(verdict.reasons)
            candidate.findings.extend(verdict.findings)
        job.verified = len(job.candidates)


def _settled(job: _Job) -> bool:
    """Whether a candidate has already passed with nothing left to find."""
    return any(candidate.passed and not candidate.findings for candidate in job.candidates)


def _decided(job: _Job) -> Revision:
    revision = Revision(
        call_id=job.call.id,
        tenant=job.call.tenant,
        channel=job.call.channel,
        original=job.analysis.summary,
        targeted=job.targeted,
        accepted=-1,
    )
    if not job.analysis.findings:
        revision.decision = Decision.DECISION_NOT_NEEDED
        revision.text = job.analysis.summary
        return revision
    revision.candidates.extend(job.candidates)
    passed = [i for i, candidate in enumerate(job.candidates) if candidate.passed]
    if passed:
        revision.accepted = min(passed, key=lambda i: (*_rank(job.candidates[i]), i))
        revision.decision = Decision.DECISION_ACCEPTED
        revision.text = job.candidates[revision.accepted].text
    else:
        revision.decision = Decision.DECISION_NEEDS_REVIEW
        revision.reasons.extend(_why(job))
    return revision


def _rank(candidate: Candidate) -> tuple[int, int]:
    return len(candidate.findings), int(candidate.source != CandidateSource.CANDIDATE_SOURCE_REPAIR)


def _why(job: _Job) -> list[str]:
    """Why no candidate was accepted: each reason once, in order of occurrence."""
    if not job.targeted:
        return ["flagged only with error types that the editor does not target"]
    reasons = [*(reason for candidate in job.candidates for reason in candidate.reasons), *job.refused]
    return list(dict.fromkeys(reasons)) or ["there was no candidate"]
