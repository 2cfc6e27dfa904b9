"""The native reader: bad lines are named, good ones kept, and nothing that stands in a file makes it raise."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arf.calls import records
from arf.corpus.opening import open_corpus
from arf.corpus.reader import MAX_LINE_BYTES
from arf.kit.errors import NotFound
from arf.v1.transcript_pb2 import Call, Role

_tmp = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def _raw(**changes: Any) -> dict[str, Any]:
    return {"id": "c1", "turns": [{"speaker": "customer", "text": "hello"}], **changes}


def _file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def _only(tmp_path: Path, raw: dict[str, Any]) -> Call:
    corpus = open_corpus(_file(tmp_path, json.dumps(raw)))
    assert corpus.bad == []
    return corpus.calls[0]


def _complaint(tmp_path: Path, raw: Any) -> str:
    corpus = open_corpus(_file(tmp_path, json.dumps(raw)))
    assert corpus.calls == []
    (bad,) = corpus.bad
    return f"{bad.field}: {bad.reason}"


def test_defaults_fill_in_when_fields_are_absent(tmp_path: Path) -> None:
    call = _only(tmp_path, _raw())
    assert (call.tenant, call.channel, call.language) == ("default", "unknown", "en")
    assert (call.turns[0].turn_id, call.turns[0].role) == ("0", Role.ROLE_CUSTOMER)
    assert not call.HasField("gold")
    assert not call.HasField("summary")


def test_bad_line_is_named_and_the_others_kept_when_mixed(tmp_path: Path) -> None:
    path = _file(tmp_path, json.dumps(_raw()), "", "{oops", json.dumps(_raw(id="c2")))
    corpus = open_corpus(path)
    assert [c.id for c in corpus.calls] == ["c1", "c2"]
    assert [b.line for b in corpus.bad] == [3]
    assert str(corpus.bad[0]).startswith(f"{path}:3: line: not JSON")


def test_duplicate_id_is_bad_when_tenant_is_the_same(tmp_path: Path) -> None:
    lines = [json.dumps(_raw()), json.dumps(_raw()), json.dumps(_raw(tenant="other"))]
    corpus = open_corpus(_file(tmp_path, *lines))
    assert [(c.tenant, c.id) for c in corpus.calls] == [("default", "c1"), ("other", "c1")]
    assert [(b.line, b.field, b.reason) for b in corpus.bad] == [(2, "id", "c1 is already taken by line 1")]


def test_bad_line_does_not_take_the_id_when_a_good_one_follows(tmp_path: Path) -> None:
    corpus = open_corpus(_file(tmp_path, json.dumps(_raw(turns=[])), json.dumps(_raw())))
    assert [c.id for c in corpus.calls] == ["c1"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([1], "line: not a JSON object"),
        ({"turns": []}, "id: missing"),
        (_raw(id=True), "id: a string is needed, not a boolean"),
        (_raw(id=7.5), "id: a string is needed, not a number"),
        (_raw(id="a b"), "id: must be"),
        (_raw(id="x" * 129), "id: must be"),
        (_raw(tenant=""), "tenant: must be"),
        (_raw(language="english please"), "language: not a BCP-47"),
        (_raw(turns=None), "turns: missing"),
        (_raw(turns={}), "turns: a list is needed, not an object"),
        (_raw(turns=["hello"]), "turns[0]: an object is needed, not a string"),
        (_raw(turns=[{"speaker": "customer"}]), "turns[0].text: missing"),
        (_raw(turns=[{"speaker": "customer", "text": 4}]), "turns[0].text: a string is needed, not a number"),
        (_raw(turns=[{"speaker": "customer", "text": " "}]), "turns: nothing is said"),
        (_raw(turns=[{"text": "hello"}]), "turns[0].speaker: missing"),
        (_raw(turns=[{"speaker": "customer", "role": "AGENT", "text": "x"}]), "turns[0].role: contradicts"),
        (_raw(turns=[{"speaker": "Ann", "role": "QUEEN", "text": "x"}]), "turns[0].role: must be one of"),
        (
            _raw(turns=[{"speaker": "a", "text": "x", "turn_id": "1"}, {"speaker": "a", "text": "y"}]),
            "turns[1].turn_id",
        ),
        (_raw(turns=[{"speaker": "a", "text": "x", "start_ms": -1}]), "turns[0].start_ms: whole milliseconds"),
        (_raw(turns=[{"speaker": "a", "text": "x", "start_ms": 9, "end_ms": 3}]), "turns[0].end_ms: before start_ms"),
        (_raw(turns=[{"speaker": "a", "text": "x" * 20_001}]), "turns[0].text: 20001 characters; at most 20000"),
        (_raw(turns=[{"speaker": "a", "text": "x"}] * 2_001), "turns: 2001 turns; at most 2000"),
        (_raw(summary=3), "summary: a string or an object"),
        (_raw(summary=" "), "summary.text: blank"),
        (_raw(summary={"text": "x", "created_at": "yesterday"}), "summary.created_at: not an RFC 3339"),
        (_raw(summary={"text": "x", "colour": 1}), "summary"),
        (_raw(reference_summaries="x"), "reference_summaries: a list"),
        (_raw(reference_summaries=[1]), "reference_summaries[0]: a string"),
        (_raw(annotations=[]), "annotations: an object is needed, not a list"),
        (_raw(annotations={"a": {"b": float("inf")}}), "line: not JSON"),
        (_raw(annotations={"a": 10**400}), "annotations.a: number out of range"),
        (_raw(gold=[]), "gold: an object"),
        (_raw(gold={"facts": [{"turn_ids": ["9"]}]}), "gold.facts[0].turn_ids: no turn 9"),
        (_raw(gold={"personal_data": [{"turn_id": "0", "start": 2, "end": 99}]}), "gold.personal_data[0]"),
        (_raw(turns=[{"speaker": "a", "text": "\ud83d"}]), "turns[0].text: half a surrogate"),
    ],
)
def test_complaint_names_the_field_when_it_is_wrong(tmp_path: Path, raw: Any, expected: str) -> None:
    assert _complaint(tmp_path, raw).startswith(expected)


def test_no_text_of_the_call_is_in_the_complaint_when_a_turn_is_wrong(tmp_path: Path) -> None:
    turns = [{"speaker": "a", "text": "my secret"}, {"speaker": "a", "text": ["my secret"]}]
    assert "secret" not in _complaint(tmp_path, _raw(turns=turns))


@pytest.mark.parametrize(
    ("turn", "speaker", "role"),
    [
        ({"speaker": "agent"}, "agent", Role.ROLE_AGENT),
        ({"speaker": "Bot"}, "Bot", Role.ROLE_BOT),
        ({"speaker": "third_party"}, "third_party", Role.ROLE_THIRD_PARTY),
        ({"speaker": "Ann"}, "Ann", Role.ROLE_UNSPECIFIED),
        ({"speaker": "Ann", "role": "AGENT"}, "Ann", Role.ROLE_AGENT),
        ({"speaker": "system_action"}, "system_action", Role.ROLE_UNSPECIFIED),
        ({"role": "CUSTOMER"}, "customer", Role.ROLE_CUSTOMER),
    ],
)
def test_role_follows_speaker_when_either_is_given(
    tmp_path: Path, turn: dict[str, str], speaker: str, role: Role
) -> None:
    found = _only(tmp_path, _raw(turns=[{**turn, "text": "x"}])).turns[0]
    assert (found.speaker, found.role) == (speaker, role)


def test_extra_keys_of_a_turn_are_kept_as_annotations_when_present(tmp_path: Path) -> None:
    turns = [{"speaker": "agent", "text": "hi", "ts": 1669, "asr_text": "high"}]
    call = _only(tmp_path, _raw(turns=turns, annotations={"topic": "bill"}))
    assert records.to_dict(call)["annotations"] == {
        "topic": "bill",
        "turn_extras": {"0": {"ts": 1669, "asr_text": "high"}},
    }


def test_summary_is_read_when_bare_or_an_object(tmp_path: Path) -> None:
    assert _only(tmp_path, _raw(summary="Short.")).summary.text == "Short."
    whole = {"text": "Short.", "model": "m", "created_at": "2026-03-14T09:30:00Z"}
    assert records.to_dict(_only(tmp_path, _raw(summary=whole)).summary) == whole


def test_line_is_bad_when_it_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"\xff\xfe\n" + json.dumps(_raw()).encode() + b"\n")
    corpus = open_corpus(path)
    assert [b.reason for b in corpus.bad] == ["not UTF-8 at byte 0"]
    assert len(corpus.calls) == 1


def test_byte_order_mark_is_passed_over_when_the_file_has_one(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(_raw()).encode())
    assert len(open_corpus(path).calls) == 1


def test_next_line_is_read_when_one_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b" " * (MAX_LINE_BYTES * 2) + b"{}\n" + json.dumps(_raw()).encode() + b"\n")
    corpus = open_corpus(path)
    assert [(b.line, b.field) for b in corpus.bad] == [(1, "line")]
    assert len(corpus.calls) == 1


def test_line_is_bad_when_nested_without_end(tmp_path: Path) -> None:
    corpus = open_corpus(_file(tmp_path, "[" * 200_000, '{"annotations":' * 60 + "1" + "}" * 60))
    assert len(corpus.bad) == 2


def test_not_found_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file"):
        open_corpus(tmp_path / "none.jsonl")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_fact = st.dictionaries(st.sampled_from(["actor", "status", "turn_ids", "value", "key"]), _json)
_near = st.fixed_dictionaries(
    {"id": st.just("c") | _json, "turns": st.lists(st.fixed_dictionaries({"speaker": _json, "text": _json})) | _json},
    optional={
        **dict.fromkeys(("tenant", "channel", "language", "summary", "reference_summaries", "annotations"), _json),
        "gold": st.fixed_dictionaries({"facts": st.lists(_fact)}),
    },
)


@_tmp
@given(st.binary(max_size=200) | _near.map(lambda raw: json.dumps(raw).encode()))
def test_reading_never_raises_when_a_line_is_garbage(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"\n" + line + b"\n" + json.dumps(_raw(id="last")).encode() + b"\n")
    assert "last" in [call.id for call in open_corpus(path).calls]


_ids = st.from_regex(r"[A-Za-z0-9._:-]{1,20}", fullmatch=True)
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_turns = st.lists(
    st.fixed_dictionaries(
        {"speaker": st.sampled_from(["customer", "agent", "bot", "Ann"]), "text": _text.map("x".__add__)},
        optional={"turn_id": _ids.map("t".__add__), "start_ms": st.integers(0, 9), "end_ms": st.integers(9, 20)},
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda turn: turn.get("turn_id", id(turn)),
)
_annotations = st.dictionaries(
    _text, st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | _text
)
_good = st.fixed_dictionaries(
    {"id": _ids, "turns": _turns},
    optional={
        "tenant": _ids,
        "language": st.sampled_from(["en", "pt-BR"]),
        "summary": _text.map("x".__add__),
        "reference_summaries": st.lists(_text, max_size=2),
        "annotations": _annotations,
        "gold": st.fixed_dictionaries({"summary": _text}),
    },
)


@_tmp
@given(st.lists(_good, max_size=4, unique_by=lambda raw: (raw.get("tenant"), raw["id"])))
def test_calls_are_the_same_when_written_and_read_again(tmp_path: Path, raws: list[dict[str, Any]]) -> None:
    first = open_corpus(_file(tmp_path, *map(json.dumps, raws)))
    path = tmp_path / "again.jsonl"
    records.write(path, first.calls)
    again = open_corpus(path)
    assert again.bad == []
    assert again.calls == first.calls
    if not first.bad:
        assert len(again.calls) == len(raws)


def test_an_id_may_be_a_number_when_an_export_has_it_so(tmp_path: Path) -> None:
    assert _only(tmp_path, _raw(id=8812)).id == "8812"


def test_a_field_is_passed_over_and_named_once_when_the_format_does_not_know_it(tmp_path: Path) -> None:
    path = _file(tmp_path, json.dumps(_raw(colour="red")), json.dumps(_raw(id="c2", colour="blue", size=3)))
    corpus = open_corpus(path)
    assert [call.id for call in corpus.calls] == ["c1", "c2"]
    assert [(item.line, item.field) for item in corpus.unknown] == [(1, "colour"), (2, "size")]
    assert str(corpus.unknown[0]).startswith(f"{path}:1: colour: unknown field")


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Caller", Role.ROLE_CUSTOMER),
        ("customer_2", Role.ROLE_CUSTOMER),
        ("Agent-12", Role.ROLE_AGENT),
        ("Maria (Agent)", Role.ROLE_AGENT),
        ("Customer Service Representative", Role.ROLE_AGENT),
        ("Virtual Assistant", Role.ROLE_BOT),
        ("Agentur Meier", Role.ROLE_UNSPECIFIED),
        ("Ann", Role.ROLE_UNSPECIFIED),
    ],
)
def test_a_label_says_a_role_when_exports_use_it_for_one(tmp_path: Path, label: str, role: Role) -> None:
    assert _only(tmp_path, _raw(turns=[{"speaker": label, "text": "x"}])).turns[0].role == role
