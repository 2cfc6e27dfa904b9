"""The teacher's metrics. Labels are bounded and never hold text of a call."""

from __future__ import annotations

from arf.kit.metrics import Metric, Metrics

CACHE_LOOKUPS = Metric(
    "cache_lookups",
    "Cache lookups: hit, miss, shared with an identical request, refresh",
    ("outcome",),
    unit="lookups",
)
UPSTREAM_SECONDS = Metric(
    "upstream_seconds", "Duration of one attempt at an upstream, by result", ("upstream", "outcome"), unit="seconds"
)
UPSTREAM_SKIPPED = Metric(
    "upstream_skipped", "Times an upstream was skipped because its breaker was open", ("upstream",), unit="times"
)
TOKENS = Metric("tokens", "Tokens paid for: prompt, completion", ("upstream", "kind"), unit="tokens")
COST_MICROS = Metric(
    "cost_micros", "Money spent, in millionths of the price list's currency", ("upstream",), unit="micros"
)
REFUSED = Metric("refused", "Requests rejected by a limit: rate, budget", ("kind",), unit="calls")
REDACTED = Metric("redacted", "Stretches of personal data removed", ("kind",), unit="stretches")


class ProxyMetrics:
    """Counts what the proxy, its admission and its router report."""

    def __init__(self, metrics: Metrics) -> None:
        self._lookups = metrics.counter(CACHE_LOOKUPS)
        self._seconds = metrics.histogram(UPSTREAM_SECONDS)
        self._skipped = metrics.counter(UPSTREAM_SKIPPED)
        self._tokens = metrics.counter(TOKENS)
        self._cost = metrics.counter(COST_MICROS)
        self._refused = metrics.counter(REFUSED)
        self._redacted = metrics.counter(REDACTED)

    def looked_up(self, outcome: str) -> None:
        """Counts a cache lookup: hit, miss, shared (an identical request was in progress) or refresh."""
        self._lookups.labels(outcome).inc()

    def attempted(self, upstream: str, outcome: str, seconds: float) -> None:
        """Counts an attempt at an upstream: ok, or how it failed."""
        self._seconds.labels(upstream, outcome).observe(seconds)

    def skipped(self, upstream: str) -> None:
        """Counts an upstream that was skipped because its breaker is open."""
        self._skipped.labels(upstream).inc()

    def spent(self, upstream: str, prompt_tokens: int, completion_tokens: int, micros: int) -> None:
        """Counts the tokens and cost of an answer."""
        self._tokens.labels(upstream, "prompt").inc(prompt_tokens)
        self._tokens.labels(upstream, "completion").inc(completion_tokens)
        self._cost.labels(upstream).inc(micros)

    def refused(self, reason: str) -> None:
        """Counts a rejected request: rate or budget."""
        self._refused.labels(reason).inc()

    def redacted(self, kind: str, count: int) -> None:
        """Counts stretches of personal data removed from a call."""
        self._redacted.labels(kind).inc(count)
