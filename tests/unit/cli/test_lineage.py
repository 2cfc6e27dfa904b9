from __future__ import annotations

import json
from pathlib import Path

from arf.corpus.generator import generate
from arf.flow import SUMMARIES
from tests.helpers.sealing import Site
from tests.helpers.sites import POLICY, carry, fail
from tests.unit.cli.invoke import arf


def test_both_ways_are_shown_from_a_record_in_the_middle(here: Site, data: str, tmp_path: Path) -> None:
    (call,) = generate(1, 5)
    submitted = here.submit(call)
    found = carry(here, call, submitted, "teacher", "analysis")
    revised = carry(here, call, found, "editor")
    done = arf("lineage", found, "--data", data, "--json", str(tmp_path / "l.json"))
    assert done.status == 0
    above, below = done.out.split("went into")
    assert all(name in above for name in (f"call {call.id}", f"redaction policy {POLICY}", "teacher summary"))
    assert f"revision {revised}" in below
    (plain,) = json.loads((tmp_path / "l.json").read_text())
    assert (plain["kind"], plain["id"], len(plain["ancestry"]), len(plain["descent"])) == ("FINDINGS", found, 3, 1)


def test_unknown_id_is_an_error_that_names_it(here: Site, data: str) -> None:
    done = arf("lineage", "c-unknown", "--data", data)
    assert done.status == 1
    assert "c-unknown" in done.err


def test_call_of_which_nothing_was_made_says_so(here: Site, data: str) -> None:
    (call,) = generate(1, 5)
    here.submit(call)
    assert "nothing was made from it yet" in arf("lineage", call.id, "--data", data).err


def test_call_that_failed_says_where_and_which_dead_letter_it_is(here: Site, data: str) -> None:
    first, second = generate(2, 5)
    letter = fail(here, here.submit(first))
    done = arf("lineage", first.id, "--data", data)
    assert (done.status, done.err.strip()) == (1, f"arf: call {first.id} failed at teacher: dead letter {letter}")
    summary = carry(here, second, here.submit(second), "teacher")
    letter = fail(here, summary, "analysis", SUMMARIES)
    done = arf("lineage", second.id, "--data", data)
    assert (done.status, "teacher summary" in done.out) == (0, True)
    assert f"call {second.id} failed at analysis: dead letter {letter}" in done.out
    arf("dlq", "replay", letter, "--data", data)
    assert "failed at" not in arf("lineage", second.id, "--data", data).out
