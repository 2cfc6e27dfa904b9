"""Reports records that became dead letters, once those are committed."""

from __future__ import annotations

from collections.abc import Iterable

from arf.kit.bus.letter_log import log_letter
from arf.kit.bus.stage import WorkerMetrics
from arf.kit.bus.window import WindowEntry
from arf.kit.errors import ArfError


def note_given_up(stage: str, items: Iterable[WindowEntry], metrics: WorkerMetrics) -> None:
    """Counts and logs those of `items` that became dead letters."""
    for item in items:
        if isinstance(item.outcome, ArfError):
            metrics.dead_lettered(item.outcome.code.value)
            log_letter(stage, item.record, item.event_id, item.outcome)
