"""Verifies a candidate by analysing it again: it may replace the flagged summary if four rules hold.

1. The targeted findings are gone. 2. No new finding is as severe as the mildest targeted one, or worse. 3. Sentences
without a finding are unchanged, unless the whole summary had to be rewritten. 4. The task has no doubts of its
own, which it comes to by other means than the writer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arf.calls.records import short_name
from arf.calls.text import normalise, sentences
from arf.editor.ports import Analyzer
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding, Severity
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class Verdict:
    """The result of verification: the reasons for failure, none if it passed, and the remaining findings."""

    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether it may replace the original."""
        return not self.reasons


async def verify(
    analyzer: Analyzer,
    call: Call,
    original: Analysis,
    targeted: Sequence[Finding],
    candidate: str,
    doubts: Sequence[str] = (),
) -> Verdict:
    """Verifies that `candidate` may replace the summary that `original` analysed. `targeted` must not be empty.

    `doubts` are the task's.
    """
    if not candidate.strip():
        return Verdict(("the candidate is blank",), ())
    analysis = await analyzer.analyze(call, candidate)
    reasons = [
        *_not_mended(original.summary, targeted, candidate, analysis.findings),
        *_appeared(original, targeted, candidate, analysis.findings),
        *_touched(original, targeted, candidate),
        *doubts,
    ]
    return Verdict(tuple(dict.fromkeys(reasons)), tuple(analysis.findings))


def may_rewrite(original: Analysis, targeted: Sequence[Finding]) -> bool:
    """Whether the whole summary may be rewritten.

    It may if a targeted finding concerns the whole (an omission has no sentence of its own, and the writer decides
    where the missing fact belongs), or if at least half of the sentences are flagged: the others then depend on them
    for what "it" and "they" refer to.
    """
    if any(f.sentence < 0 for f in targeted):
        return True
    flagged = {f.sentence for f in original.findings}
    return 2 * len(flagged) >= len(sentences(original.summary))


def _not_mended(summary: str, targeted: Sequence[Finding], candidate: str, found: Sequence[Finding]) -> list[str]:
    still = {_identity(f, candidate) for f in found}
    return [f"{_name(f)} was not mended" for f in targeted if _identity(f, summary) in still]


def _appeared(original: Analysis, targeted: Sequence[Finding], candidate: str, found: Sequence[Finding]) -> list[str]:
    known = {_identity(f, original.summary) for f in original.findings}
    mildest = min(f.severity for f in targeted)
    new = [f for f in found if _identity(f, candidate) not in known]
    return [f"{_name(f)} ({_severity(f)}) appeared" for f in new if f.severity >= mildest]


def _touched(original: Analysis, targeted: Sequence[Finding], candidate: str) -> list[str]:
    if may_rewrite(original, targeted):
        return []
    flagged = {f.sentence for f in original.findings}
    texts = [_plain(s.text) for s in sentences(candidate)]
    reasons, begin = [], 0
    for clean in (s for s in sentences(original.summary) if s.index not in flagged):
        # Searching on from the last match checks the order as well.
        text = _plain(clean.text)
        if text in texts[begin:]:
            begin = texts.index(text, begin) + 1
        else:
            reasons.append(f"sentence {clean.index + 1} had no finding and did not stay as it was")
    return reasons


def _identity(finding: Finding, summary: str) -> tuple[int, str, str]:
    """Identifies a finding although the text around it has moved: by its type and the words it is about.

    Findings on the whole summary have no words and are told apart by their explanations.
    """
    if finding.sentence < 0:
        return finding.type, "", finding.explanation
    return finding.type, _plain(summary[finding.start : finding.end]), ""


def _plain(text: str) -> str:
    return " ".join(normalise(text).split())


def _name(finding: Finding) -> str:
    return short_name(ErrorType.DESCRIPTOR, finding.type)


def _severity(finding: Finding) -> str:
    return short_name(Severity.DESCRIPTOR, finding.severity).lower()
