"""The error profile of a corpus: how often each type of error occurs, where, with examples."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from arf.calls.records import dumps
from arf.calls.text import sentences
from arf.kit.statistics import wilson
from arf.v1.error_profile_pb2 import ErrorProfile, ProfileExample, Rate, TypeProfile
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding, SkippedDetector

ALL_TYPES: tuple[ErrorType, ...] = tuple(cast(ErrorType, t) for t in ErrorType.values() if t)
"""Every error type, in the order of the enum."""


def rate(count: int, n: int) -> Rate:
    """A share with its 95 % Wilson interval; 0 if there is nothing to count."""
    low, high = wilson(count, n)
    return Rate(count=count, n=n, value=count / n if n else 0.0, low=low, high=high)


def error_profile(
    analyses: Sequence[Analysis],
    model: str,
    targeted: Collection[ErrorType],
    *,
    sees: Mapping[str, Collection[ErrorType]] | None = None,
    examples: int = 3,
) -> ErrorProfile:
    """The profile of one model's summaries, independent of the order of the analyses.

    `targeted` are the types that the editor corrects. `sees` gives the types that each detector can find
    (`Analyzer.sees`); without it a type lists the detectors that found it.
    """
    ordered = sorted(analyses, key=lambda a: (a.tenant, a.call_id, a.summary))
    # What no detector could read is not analysed: it counts as a summary, and not as one without a finding.
    read = [a for a in ordered if a.detectors]
    return ErrorProfile(
        profile_id=hashlib.sha256("\n".join([model, *map(dumps, ordered)]).encode()).hexdigest()[:20],
        model=model,
        summaries=len(ordered),
        clean=rate(sum(not a.findings for a in read), len(read)),
        faithful_sentences=rate(sum(map(_faithful, read)), sum(a.sentences for a in read)),
        types=[_type_profile(t, read, t in targeted, sees, examples) for t in ALL_TYPES],
        skipped=_skipped(ordered),
    )


def _faithful(analysis: Analysis) -> int:
    """The number of sentences without a finding."""
    flagged = {f.sentence for f in analysis.findings if 0 <= f.sentence < analysis.sentences}
    return analysis.sentences - len(flagged)


def _type_profile(
    kind: ErrorType,
    analyses: Sequence[Analysis],
    targeted: bool,
    sees: Mapping[str, Collection[ErrorType]] | None,
    examples: int,
) -> TypeProfile:
    by_channel: dict[str, list[bool]] = {}
    found: list[tuple[Analysis, Finding]] = []
    ran: set[str] = set()
    for analysis in analyses:
        own = [f for f in analysis.findings if f.type == kind]
        by_channel.setdefault(analysis.channel, []).append(bool(own))
        found += [(analysis, f) for f in own]
        ran.update(analysis.detectors)
    has = [h for hits in by_channel.values() for h in hits]
    able = {f.detector for _, f in found} if sees is None else {d for d in ran if kind in sees.get(d, ())}
    return TypeProfile(
        type=kind,
        summaries=rate(sum(has), len(has)),
        by_channel={channel: rate(sum(hits), len(hits)) for channel, hits in by_channel.items()},
        examples=_examples(found, examples),
        detectors=sorted(able),
        targeted=targeted,
    )


def _examples(found: Sequence[tuple[Analysis, Finding]], limit: int) -> list[ProfileExample]:
    """The most confident findings, at most one per call, so that one bad summary does not fill the list."""
    best: dict[tuple[str, str], tuple[Analysis, Finding]] = {}
    for analysis, finding in sorted(found, key=lambda x: (-x[1].confidence, x[0].tenant, x[0].call_id, x[1].start)):
        best.setdefault((analysis.tenant, analysis.call_id), (analysis, finding))
    return [
        ProfileExample(call_id=a.call_id, sentence=_sentence(a, f), finding=f) for a, f in list(best.values())[:limit]
    ]


def _sentence(analysis: Analysis, finding: Finding) -> str:
    parts = sentences(analysis.summary)
    return parts[finding.sentence].text if 0 <= finding.sentence < len(parts) else analysis.summary


def _skipped(analyses: Sequence[Analysis]) -> list[SkippedDetector]:
    """Each detector that was skipped, why, and on how many summaries."""
    counts = Counter((s.detector, s.reason) for a in analyses for s in a.skipped)
    return [
        SkippedDetector(detector=detector, reason=f"{reason} ({n} of {len(analyses)} summaries)")
        for (detector, reason), n in sorted(counts.items())
    ]
