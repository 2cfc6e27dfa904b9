"""What the teacher measures, by name, and what the proxy tells of it; labels are bounded, and never text of a call."""

from __future__ import annotations

from arf.kit.metrics import Metric, Metrics

CACHE_LOOKUPS = Metric(
    "cache_lookups",
    "Answers looked for: hit, miss, shared with somebody else, refresh",
    ("outcome",),
    unit="lookups",
)
UPSTREAM_SECONDS = Metric(
    "upstream_seconds", "One attempt at an upstream, by how it ended", ("upstream", "outcome"), unit="seconds"
)
UPSTREAM_SKIPPED = Metric(
    "upstream_skipped", "Times that an upstream was passed over, its breaker being open", ("upstream",), unit="times"
)
TOKENS = Metric("tokens", "Tokens that were paid for: prompt, completion", ("upstream", "kind"), unit="tokens")
COST_MICROS = Metric(
    "cost_micros", "Money spent, in millionths of the price list's currency", ("upstream",), unit="micros"
)
REFUSED = Metric("refused", "Requests over a limit: rate, budget", ("kind",), unit="calls")
REDACTED = Metric("redacted", "Stretches of personal data taken out", ("kind",), unit="stretches")


class ProxyMetrics:
    """Counts what proxy, admission and router tell."""

    def __init__(self, metrics: Metrics) -> None:
        self._lookups = metrics.counter(CACHE_LOOKUPS)
        self._seconds = metrics.histogram(UPSTREAM_SECONDS)
        self._skipped = metrics.counter(UPSTREAM_SKIPPED)
        self._tokens = metrics.counter(TOKENS)
        self._cost = metrics.counter(COST_MICROS)
        self._refused = metrics.counter(REFUSED)
        self._redacted = metrics.counter(REDACTED)

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
