from __future__ import annotations

import pytest

from arf.tasks.customer_service.tagging.slots import Resolution
from arf.tasks.customer_service.threads.outcome import outcome

from ..calls import call


@pytest.mark.parametrize(
    ("last", "settled"),
    [
        ("That worked, thanks!", Resolution.RESOLVED),
        ("It's working now", Resolution.RESOLVED),
        ("Nope, still not working", Resolution.UNRESOLVED),
        ("Didn't help. Same problem.", Resolution.UNRESOLVED),
        ("I hope it works", None),
        ("Is it fixed?", None),
        ("Thanks a lot", None),
    ],
)
def test_outcome_is_what_the_customer_says_last(last: str, settled: Resolution | None) -> None:
    found = outcome(call(("customer", "my lamp broke"), ("agent", "Try a new bulb."), ("customer", last)))
    assert (found and found[0]) == settled


def test_outcome_is_open_when_only_the_agent_calls_it_solved() -> None:
    assert outcome(call(("customer", "my lamp broke"), ("agent", "It's fixed now."), ("customer", "Thank you"))) is None


def test_failure_does_not_stand_when_the_customer_goes_on_to_other_words() -> None:
    turns = (("customer", "my lamp broke"), ("customer", "still not working"), ("customer", "got it, thanks"))
    assert outcome(call(*turns)) is None
