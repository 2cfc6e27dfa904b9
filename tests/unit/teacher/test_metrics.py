from __future__ import annotations

import asyncio

import pytest

from arf.kit.errors import BudgetExhausted, RateLimited
from arf.kit.metrics import Metrics
from arf.teacher.metrics import ProxyMetrics
from arf.teacher.prices import Price
from arf.teacher.rate_limit import Limit, TenantLimits
from tests.unit.teacher.fakes import ScriptedUpstream, down
from tests.unit.teacher.wiring import Proxy, transcript

pytestmark = pytest.mark.anyio


def _told(metrics: Metrics) -> dict[str, float]:
    """What was counted, by name and labels."""
    return {
        " ".join((sample.name.removeprefix("arf_test_"), *sample.labels.values())): sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name.endswith(("_total", "_count"))
    }


async def test_what_becomes_of_requests_is_counted() -> None:
    metrics = Metrics("test")
    proxy = Proxy(
        ScriptedUpstream("a", script=[down(), down(), down()]),
        ScriptedUpstream("b", text=" they lost <ID_1>."),
        price=Price(1_000_000, 2_000_000),
        metrics=ProxyMetrics(metrics),
    )
    await asyncio.gather(*(proxy.summarise(transcript()) for _ in range(3)))
    await proxy.summarise(transcript())
    for _ in range(3):
        await proxy.summarise(transcript(), refresh=True)
    assert _told(metrics) == {
        "cache_lookups_total miss": 3,
        "cache_lookups_total shared": 2,
        "cache_lookups_total hit": 1,
        "cache_lookups_total refresh": 3,
        "upstream_seconds_count a failed": 3,
        "upstream_seconds_count a ok": 3,
        "upstream_seconds_count b ok": 1,
        "tokens_total a prompt": 30,
        "tokens_total a completion": 15,
        "tokens_total b prompt": 10,
        "tokens_total b completion": 5,
        "cost_micros_total a": 60,
        "cost_micros_total b": 20,
        "redacted_total id": 7,
    }


async def test_refusals_are_counted_by_what_refused() -> None:
    metrics = Metrics("test")
    told = ProxyMetrics(metrics)
    poor = Proxy(price=Price(1_000_000), limit=10, metrics=told)
    with pytest.raises(BudgetExhausted):
        await poor.summarise(transcript())
    hasty = Proxy(limits=TenantLimits(requests=Limit(0.1, 1)), metrics=told)
    await hasty.summarise(transcript())
    with pytest.raises(RateLimited):
        await hasty.summarise(transcript(), refresh=True)
    assert (_told(metrics)["refused_total budget"], _told(metrics)["refused_total rate"]) == (1, 1)


async def test_upstream_that_is_passed_over_is_counted() -> None:
    metrics = Metrics("test")
    proxy = Proxy(ScriptedUpstream("a", script=[down()] * 5), ScriptedUpstream("b"), metrics=ProxyMetrics(metrics))
    for _ in range(4):
        await proxy.summarise(transcript(), refresh=True)
    assert _told(metrics)["upstream_skipped_total a"] == 2
