"""The cost of 1,000 calls: tokens, seconds, and a price if the prices are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arf.v1.evaluation_pb2 import Evaluation


@dataclass(frozen=True)
class Prices:
    """USD per million teacher tokens, read and written, and per hour of the student's machine; 0 where unknown."""

    prompt: float = 0.0
    completion: float = 0.0
    machine_hour: float = 0.0


def cost(
    evaluations: Iterable[Evaluation], prices: Prices, priced: frozenset[str] = frozenset({"teacher"})
) -> dict[str, dict[str, float]]:
    """Tokens, seconds and price of 1,000 calls by system.

    Systems in `priced` are paid by the token, the others by the second. Tokens and seconds are means over the calls
    that were summarised.
    """
    by_system: dict[str, list[Evaluation]] = {}
    for evaluation in evaluations:
        by_system.setdefault(evaluation.system, []).append(evaluation)
    return {system: _of_thousand(found, prices, system in priced) for system, found in sorted(by_system.items())}


def _of_thousand(evaluations: list[Evaluation], prices: Prices, by_token: bool) -> dict[str, float]:
    scale = 1000 / len(evaluations)
    usage = [e.summary.usage for e in evaluations]
    prompt = sum(u.prompt_tokens for u in usage) * scale
    completion = sum(u.completion_tokens for u in usage) * scale
    seconds = sum(u.seconds for u in usage) * scale
    paid = (prompt * prices.prompt + completion * prices.completion) / 1e6
    price = paid if by_token else seconds / 3600 * prices.machine_hour
    found = {
        "prompt_tokens": round(prompt, 1),
        "completion_tokens": round(completion, 1),
        "seconds": round(seconds, 3),
    }
    return found | ({"usd_per_1000_calls": round(price, 6)} if price else {})
