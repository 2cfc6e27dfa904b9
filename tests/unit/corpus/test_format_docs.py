"""docs/format.md and call.schema.json say what the reader does."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from arf.calls.records import to_dict
from arf.corpus.call_json import MAX_TURNS, parse_call
from arf.corpus.generator import generate
from arf.evaluation.matchers.customer_service import MATCHER
from arf.kit.errors import InvalidRecord

DOCS = (Path(__file__).parents[3] / "docs/format.md").read_text(encoding="utf-8")
SCHEMA = json.loads(resources.files("arf.corpus").joinpath("call.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
TURNS = [{"speaker": "customer", "text": "hello"}]

GOOD: list[dict[str, Any]] = [
    {"id": 7, "turns": TURNS},
    {"id": "c", "turns": [{"turn_id": 3, "role": "AGENT", "text": "hi", "start_ms": 0}], "language": "pt-BR"},
    {"id": "c", "turns": TURNS, "summary": "So it is.", "reference_summaries": ["It is."], "extra": 1},
    {"id": "c", "turns": TURNS, "summary": {"text": "So it is."}, "gold": None, "annotations": {"split": "train"}},
    {"id": "c", "turns": TURNS, "gold": {"facts": [{"fact_id": "f", "slot": "reason", "turn_ids": ["0"]}]}},
]
BAD: list[dict[str, Any]] = [
    {"turns": TURNS},
    {"id": "c"},
    {"id": "c", "turns": []},
    {"id": "a b", "turns": TURNS},
    {"id": 1.5, "turns": TURNS},
    {"id": "c", "turns": [{"text": "hello"}]},
    {"id": "c", "turns": [{"speaker": "customer"}]},
    {"id": "c", "turns": [{"speaker": "customer", "text": "x" * 20_001}]},
    {"id": "c", "turns": [{"role": "BOSS", "text": "hello"}]},
    {"id": "c", "turns": [{"speaker": "customer", "text": "hello", "start_ms": -1}]},
    {"id": "c", "turns": TURNS, "summary": " "},
    {"id": "c", "turns": TURNS, "summary": {"model": "m"}},
    {"id": "c", "turns": TURNS, "language": "no tag"},
    {"id": "c", "turns": TURNS, "reference_summaries": "It is."},
    {"id": "c", "turns": TURNS, "gold": {"facts": [{"status": "FINISHED"}]}},
    {"id": "c", "turns": TURNS, "gold": {"fact": []}},
    {"id": "c", "turns": TURNS, "annotations": []},
]


@pytest.mark.parametrize("raw", [*GOOD, *(to_dict(call) for call in generate(6, 1))])
def test_schema_and_reader_take_the_same_calls(raw: dict[str, Any]) -> None:
    VALIDATOR.validate(raw)
    assert parse_call(raw).turns


@pytest.mark.parametrize("raw", BAD)
def test_schema_and_reader_refuse_the_same_calls(raw: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(raw)
    with pytest.raises(InvalidRecord):
        parse_call(raw)


def test_limits_are_the_readers() -> None:
    assert SCHEMA["properties"]["turns"]["maxItems"] == MAX_TURNS


def test_examples_of_the_docs_can_be_read_and_a_right_summary_of_their_gold_is_free_of_errors() -> None:
    calls = [parse_call(json.loads(text)) for text in re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)]
    assert [call.id for call in calls] == ["c-1", "c-2"]
    why = "The customer got in touch because the vacuum cleaner from order VK11397 came damaged."
    right = f"{why} The agent refunded $35.20."
    assert MATCHER.match(calls[1], right).error_free
    assert not MATCHER.match(calls[1], right.replace("35.20", "53.20")).error_free


def test_docs_name_every_act_and_reason_that_the_matcher_knows() -> None:
    lexicon = resources.files("arf.evaluation.matchers.customer_service").joinpath("lexicon.txt").read_text("utf-8")
    for kinds, what in (("act", "an act"), ("reason|wish", "a reason")):
        listed = DOCS.partition(f"The value of {what} is one of ")[2].partition(".\n")[0]
        known = re.findall(rf"^\[(?:{kinds})\.(\w+)\]", lexicon, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", listed)) == set(known)
