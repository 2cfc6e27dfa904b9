from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.bench.measures import Comparison, machine, table


def _three_rounds() -> Comparison:
    compared = Comparison("inference", "calls/s", "the other")
    # The machine was four times slower in the second round, for both.
    for ours, baseline in ((8.0, 4.0), (2.0, 1.0), (9.0, 3.0)):
        compared.add(ours, baseline)
    return compared


def test_ratio_is_taken_within_rounds_when_the_machine_changes_speed() -> None:
    compared = _three_rounds()
    assert compared.ratios == [2.0, 2.0, 3.0]
    assert compared.ratio == 2.0
    assert compared.to_dict()["ratio"] == {"median": 2.0, "low": 2.0, "high": 3.0, "rounds": [2.0, 2.0, 3.0]}
    assert compared.to_dict()["arf"]["median"] == 8.0


def test_table_shows_medians_with_their_spread_and_what_was_checked() -> None:
    compared = _three_rounds()
    compared.check = "3 of 3 [same]"
    out = io.StringIO()
    Console(file=out, width=100).print(table("title", [compared]))
    shown = out.getvalue()
    for text in ("inference, calls/s", "against the other", "3 of 3 [same]", "[2, 9]", "[1, 4]", "[2, 3]"):
        assert text in shown


def test_machine_names_what_a_figure_depends_on() -> None:
    here = machine(2, ("torch",))
    assert here["threads"] == "2"
    assert int(here["cores"]) >= 1
    assert here["cpu"]
    assert "torch 2." in here["versions"]


def test_nothing_can_be_summed_up_when_no_round_was_measured() -> None:
    with pytest.raises(ValueError, match="no median"):
        _ = Comparison("inference", "calls/s", "the other").ratio
