"""Turns flagged summaries into revisions: candidates by repair rules and by LLM, verified, the best taken.

Best is what passed with the fewest findings left. Of equals the repair goes first: it is written from the call's
own slots and cannot hold an error that the detectors do not see, as a model's text can. Of the model's, the earlier.
So a repair that passed with nothing left to find cannot be bettered, and the model, which costs, is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.editor.ports import Analyzer
from arf.editor.shown import Shown, shown, shown_redacted
from arf.editor.verify import Verdict, verify
from arf.inference.ports import Engine
from arf.tasks.base import Task
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding
from arf.v1.revision_pb2 import Candidate, CandidateSource, Decision, Revision
from arf.v1.summary_pb2 import Usage
from arf.v1.transcript_pb2 import Call

Item = tuple[Call, str, Analysis]
"""A call, its summary, and what the analysis says of it."""

Progress = Callable[[int], None]
"""Called with the number of summaries finished since the last call."""


@dataclass
class _Job:
    call: Call
    analysis: Analysis
    targeted: list[Finding]
    candidates: list[Candidate] = field(default_factory=list)
    verified: int = 0
    """How many of the candidates have their verdict."""


class Editor:
    """Revises flagged summaries, and only those."""

    def __init__(
        self,
        task: Task,
        analyzer: Analyzer,
        engine: Engine | None,
        candidates: int = 2,
        *,
        repair: bool = True,
        targets: Iterable[ErrorType] | None = None,
        redaction: bool = False,
    ) -> None:
        """`repair` tries the rules; `candidates` are asked of the engine where they do not settle it, none without one.

        `targets` are the error types to mend, all by default. With `redaction` the engine sees no personal data.
        """
        self._task = task
        self._analyzer = analyzer
        self._engine = engine
        self._n = candidates
        self._repair = repair
        self._shown = shown_redacted if redaction else shown
        self._targets = frozenset(ErrorType.values() if targets is None else targets)

    def revise_batch(self, items: Sequence[Item], progress: Progress | None = None) -> list[Revision]:
        """One revision an item, in their order. Raises Unavailable if the engine or the analyser does not answer."""
        jobs = [self._job(call, summary, analysis) for call, summary, analysis in items]
        flagged = [job for job in jobs if job.targeted]
        if self._repair:
            self._add_repairs(flagged)
        if self._engine is not None:
            self._ask(self._engine, [job for job in flagged if not self._settled(job)])
        revisions = []
        for job in jobs:
            revisions.append(self._decide(job))
            if progress is not None:
                progress(1)
        return revisions

    def ask(self, call: Call, summary: str) -> None:
        """Has analyser and engine answer, and makes nothing of it. Raises Unavailable if one does not."""
        self._analyzer.analyze(call, summary)
        if self._engine is not None:
            self._engine.complete([self._task.teacher_prompt(call)], self._task.decoding)

    def _job(self, call: Call, summary: str, analysis: Analysis) -> _Job:
        if analysis.summary != summary:
            # Findings point into the text: on another text they would mend the wrong words.
            analysis = self._analyzer.analyze(call, summary)
        return _Job(call, analysis, [f for f in analysis.findings if f.type in self._targets])

    def _ask(self, engine: Engine, jobs: Sequence[_Job]) -> None:
        """Adds the model's candidates. An engine takes one decoding a batch, so requests are gathered by that."""
        batches: dict[Decoding, list[tuple[_Job, int, Prompt]]] = {}
        replies: dict[tuple[int, int], Completion] = {}
        seen: dict[int, Shown] = {}
        for job in jobs:
            it = seen[id(job)] = self._shown(job.call, job.analysis.summary, job.targeted)
            asked = self._task.edit_prompts(it.call, it.summary, it.findings, self._n)
            for place, (prompt, decoding) in enumerate(asked):
                batches.setdefault(decoding, []).append((job, place, prompt))
        for decoding, batch in batches.items():
            completions = engine.complete([prompt for _, _, prompt in batch], decoding)
            for (job, place, _), completion in zip(batch, completions, strict=True):
                replies[id(job), place] = completion
        for job in jobs:
            places = sorted(place for owner, place in replies if owner == id(job))
            restore = seen[id(job)].restore
            job.candidates.extend(self._from_model(engine.model, replies[id(job), place], restore) for place in places)

    def _from_model(self, model: str, reply: Completion, restore: Callable[[str], str]) -> Candidate:
        return Candidate(
            source=CandidateSource.CANDIDATE_SOURCE_LLM,
            text=restore(self._task.clean(reply.text)),
            model=model,
            usage=Usage(
                prompt_tokens=reply.prompt_tokens, completion_tokens=reply.completion_tokens, seconds=reply.seconds
            ),
        )

    def _add_repairs(self, jobs: Sequence[_Job]) -> None:
        for job in jobs:
            text = self._task.repair(job.call, job.analysis.summary, job.targeted)
            if text is not None:
                source = CandidateSource.CANDIDATE_SOURCE_REPAIR
                job.candidates.append(Candidate(source=source, text=text, model=self._task.repair_version))

    def _settled(self, job: _Job) -> bool:
        """Whether there is a candidate already that passed with nothing left to find."""
        self._verify(job)
        return any(candidate.passed and not candidate.findings for candidate in job.candidates)

    def _decide(self, job: _Job) -> Revision:
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
        self._verify(job)
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

    def _verify(self, job: _Job) -> None:
        """Writes the verdict into each candidate that has none; the same text is analysed once."""
        verdicts: dict[str, Verdict] = {}
        for candidate in job.candidates[job.verified :]:
            if candidate.text not in verdicts:
                verdicts[candidate.text] = verify(self._analyzer, job.call, job.analysis, job.targeted, candidate.text)
            verdict = verdicts[candidate.text]
            candidate.passed = verdict.passed
            candidate.reasons.extend(verdict.reasons)
            candidate.findings.extend(verdict.findings)
        job.verified = len(job.candidates)


def _rank(candidate: Candidate) -> tuple[int, int]:
    return len(candidate.findings), int(candidate.source != CandidateSource.CANDIDATE_SOURCE_REPAIR)


def _why(job: _Job) -> list[str]:
    """Why no candidate was taken: each reason once, in the order of generation."""
    if not job.targeted:
        return ["flagged only with error types that the editor does not target"]
    if not job.candidates:
        return ["there was no candidate"]
    return list(dict.fromkeys(reason for candidate in job.candidates for reason in candidate.reasons))
