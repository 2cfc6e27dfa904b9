"""Cost of 1,000 calls."""

from __future__ import annotations

import pytest

from arf.evaluation.prices import Prices, cost
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.summary_pb2 import Summary, Usage


def test_the_teacher_is_paid_by_the_token_and_the_student_by_the_second_when_both_ran() -> None:
    usage = Usage(prompt_tokens=1000, completion_tokens=100, seconds=3.6)
    ran = [
        Evaluation(call_id=str(n), system=s, summary=Summary(usage=usage)) for n in range(4) for s in ("teacher", "arf")
    ]
    found = cost(ran, Prices(prompt=2.0, completion=10.0, machine_hour=0.5))
    assert found["teacher"]["usd_per_1000_calls"] == pytest.approx(3.0)
    assert found["arf"]["usd_per_1000_calls"] == pytest.approx(0.5)
    assert found["arf"]["prompt_tokens"] == 1_000_000
    assert not [s for s, numbers in cost(ran, Prices()).items() if "usd_per_1000_calls" in numbers]
