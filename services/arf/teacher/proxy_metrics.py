"""What the proxy tells about itself, for Prometheus; labels are bounded, and never text of a call."""

from __future__ import annotations

from arf.kit import metrics as names
from arf.kit.metrics import Metrics


class ProxyMetrics:
    """Counts what proxy, admission and router tell."""

    def __init__(self, metrics: Metrics) -> None:
        self._lookups = metrics.counter(names.CACHE_LOOKUPS)
        self._seconds = metrics.histogram(names.UPSTREAM_SECONDS)
        self._skipped = metrics.counter(names.UPSTREAM_SKIPPED)
        self._tokens = metrics.counter(names.TOKENS)
        self._cost = metrics.counter(names.COST_MICROS)
        self._refused = metrics.counter(names.REFUSED)
        self._redacted = metrics.counter(names.REDACTED)

    def looked_up(self, outcome: str) -> None:
        """The cache was asked: hit, miss, shared (somebody else was asking the same) or refresh."""
        self._lookups.labels(outcome).inc()

    def attempted(self, upstream: str, outcome: str, seconds: float) -> None:
        """An upstream was asked: ok, or why not."""
        self._seconds.labels(upstream, outcome).observe(seconds)

    def skipped(self, upstream: str) -> None:
        """An upstream was passed over, its breaker being open."""
        self._skipped.labels(upstream).inc()

    def spent(self, upstream: str, prompt_tokens: int, completion_tokens: int, micros: int) -> None:
        """An answer was paid for."""
        self._tokens.labels(upstream, "prompt").inc(prompt_tokens)
        self._tokens.labels(upstream, "completion").inc(completion_tokens)
        self._cost.labels(upstream).inc(micros)

    def refused(self, reason: str) -> None:
        """A request was turned down: rate or budget."""
        self._refused.labels(reason).inc()

    def redacted(self, kind: str, count: int) -> None:
        """Stretches of personal data were taken out of a call."""
        self._redacted.labels(kind).inc(count)
