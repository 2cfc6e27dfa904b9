"""Event ids follow from what happened, and from nothing else."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.bus.ids import call_key, split_call_key, stage_id, submit_id
from arf.kit.identifiers import ID

part = st.text(max_size=20)


ids = st.from_regex(ID, fullmatch=True)


@given(ids, ids)
def test_a_key_splits_into_what_it_was_made_of(tenant: str, call_id: str) -> None:
    assert split_call_key(call_key(tenant, call_id)) == (tenant, call_id)


@pytest.mark.parametrize("key", ["", "/", "acme", "acme/", "/c-1", "acme/c/1", "acme/c 1", "ácme/c-1", "acme/c-1\n"])
def test_what_is_no_calls_key_splits_into_nothing(key: str) -> None:
    assert split_call_key(key) is None


@given(part, part, st.binary(max_size=40))
def test_the_same_submission_has_the_same_id(tenant: str, call_id: str, content: bytes) -> None:
    id_ = submit_id(tenant, call_id, content)

    assert id_ == submit_id(tenant, call_id, content)
    assert UUID(id_).version == 5


@given(st.tuples(part, part, st.binary(max_size=40)), st.tuples(part, part, st.binary(max_size=40)))
def test_other_submissions_have_other_ids(one: tuple[str, str, bytes], other: tuple[str, str, bytes]) -> None:
    assert (submit_id(*one) == submit_id(*other)) == (one == other)


@given(st.tuples(part, part), st.tuples(part, part))
def test_other_stages_and_inputs_give_other_ids(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (stage_id(*one) == stage_id(*other)) == (one == other)


def test_parts_that_run_together_alike_are_told_apart() -> None:
    assert submit_id("ab", "c", b"") != submit_id("a", "bc", b"")
    assert stage_id("ab", "c") != stage_id("a", "bc")


def test_ids_stay_what_they_were() -> None:
    """A change here would do every call again that was submitted before."""
    assert submit_id("acme", "c-1", b"content") == "023dd594-e63a-5036-b4bb-39d768c7a138"
    assert stage_id("teacher", "e-1") == "916714b2-490b-5e3c-8606-47d0b8ae44ac"
    assert call_key("acme", "c-1") == "acme/c-1"
