"""Compares a summary with human references: ROUGE, and the content that the references share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from arf.evaluation.words import content_words, stem

_ROUGE = ("rouge1", "rouge2", "rougeL")


def rouge(summary: str, references: Sequence[str]) -> dict[str, float]:
    """ROUGE F1 (Lin 2004) with stemming, the best over the references for each variant."""
    scores = [_scorer().score(reference, summary) for reference in references]
    return {name: max(score[name].fmeasure for score in scores) for name in _ROUGE}


def key_content_recall(
    summary: str, references: Sequence[str], content: Callable[[str], Sequence[str]] = content_words
) -> float | None:
    """The share of the content words of at least two references that the summary has; None if they share none.

    `content` returns the content words of a text, as the task defines them.
    """
    counts = Counter(word for reference in references for word in {stem(w) for w in content(reference)})
    shared = {word for word, n in counts.items() if n >= 2}
    if not shared:
        return None
    return len(shared & {stem(w) for w in content(summary)}) / len(shared)


@cache
def _scorer() -> Any:
    from rouge_score import rouge_scorer

    return rouge_scorer.RougeScorer(list(_ROUGE), use_stemmer=True)
