"""Parses one call from a JSON object: fills in defaults and validates every field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from arf.calls.records import from_dict
from arf.calls.speakers import ROLES, SPEAKERS, role_of
from arf.corpus.json_values import check_plain, kind_of, limited_text, printable
from arf.kit.errors import InvalidRecord
from arf.kit.identifiers import is_id
from arf.v1.summary_pb2 import Summary
from arf.v1.transcript_pb2 import Call, Gold, Role

MAX_TURNS = 2_000
MAX_TURN_TEXT = 20_000
MAX_SUMMARY_TEXT = 20_000

EXTRAS = "turn_extras"
"""The annotations' key for a turn's unknown fields: turn_id -> {key: value}."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_TURN_KEYS = frozenset({"turn_id", "speaker", "role", "text", "start_ms", "end_ms"})
_MAX_MS = 2**31 - 1


def unknown_fields(raw: Mapping[str, Any]) -> list[str]:
    """The names of a call's unknown fields, safe to print."""
    return [printable(name) for name in raw if name not in Call.DESCRIPTOR.fields_by_name]


def parse_call(raw: Mapping[str, Any]) -> Call:
    """The call in a JSON object, ignoring unknown fields. Raises InvalidRecord naming the field: `turns[3].text`."""
    check_plain(raw, "", 0)
    call = Call(
        id=_identifier(raw, "id", None),
        tenant=_identifier(raw, "tenant", "default"),
        channel=_identifier(raw, "channel", "unknown"),
        language=_language(raw),
        reference_summaries=_references(raw),
    )
    extras = _add_turns(call, raw.get("turns"))
    _add_summary(call, raw.get("summary"))
    _add_gold(call, raw.get("gold"))
    _add_annotations(call, raw.get("annotations"), extras)
    return call


def _identifier(raw: Mapping[str, Any], name: str, default: str | None, place: str = "") -> str:
    value, name = raw.get(name), place + name
    if value is None:
        if default is None:
            raise InvalidRecord(name, "missing")
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise InvalidRecord(name, f"a string is needed, not {kind_of(value)}")
    if not is_id(value):
        raise InvalidRecord(name, "must be 1 to 128 of A-Z a-z 0-9 . _ : -")
    return value


def _language(raw: Mapping[str, Any]) -> str:
    value = raw.get("language")
    if value is None:
        return "en"
    if not isinstance(value, str) or len(value) > 64 or not _LANGUAGE.fullmatch(value):
        raise InvalidRecord("language", "not a BCP-47 tag such as en or pt-BR")
    return value


def _references(raw: Mapping[str, Any]) -> list[str]:
    value = raw.get("reference_summaries")
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidRecord("reference_summaries", f"a list is needed, not {kind_of(value)}")
    return [limited_text(item, f"reference_summaries[{i}]", MAX_SUMMARY_TEXT) for i, item in enumerate(value)]


def _add_turns(call: Call, value: Any) -> dict[str, dict[str, Any]]:
    """Adds the turns; returns their unknown fields."""
    if value is None:
        raise InvalidRecord("turns", "missing")
    if not isinstance(value, list):
        raise InvalidRecord("turns", f"a list is needed, not {kind_of(value)}")
    if len(value) > MAX_TURNS:
        raise InvalidRecord("turns", f"{len(value)} turns; at most {MAX_TURNS} are allowed")
    extras: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for index, raw in enumerate(value):
        place = f"turns[{index}]"
        if not isinstance(raw, dict):
            raise InvalidRecord(place, f"an object is needed, not {kind_of(raw)}")
        turn_id = _add_turn(call, raw, index, place)
        if turn_id in seen:
            raise InvalidRecord(f"{place}.turn_id", f"{turn_id} is already taken in this call")
        seen.add(turn_id)
        if more := {k: v for k, v in raw.items() if k not in _TURN_KEYS and v is not None}:
            extras[turn_id] = more
    if not any(turn.text.strip() for turn in call.turns):
        raise InvalidRecord("turns", "nothing is said in this call")
    return extras


def _add_turn(call: Call, raw: Mapping[str, Any], index: int, place: str) -> str:
    turn_id = _identifier(raw, "turn_id", str(index), f"{place}.")
    speaker, role = _speaker(raw, place)
    turn = call.turns.add(
        turn_id=turn_id, speaker=speaker, role=role, text=limited_text(raw.get("text"), f"{place}.text", MAX_TURN_TEXT)
    )
    for name in ("start_ms", "end_ms"):
        value = raw.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_MS:
            raise InvalidRecord(f"{place}.{name}", "whole milliseconds from the start of the call are needed")
        setattr(turn, name, value)
    if turn.HasField("start_ms") and turn.HasField("end_ms") and turn.end_ms < turn.start_ms:
        raise InvalidRecord(f"{place}.end_ms", "before start_ms")
    return turn_id


def _speaker(raw: Mapping[str, Any], place: str) -> tuple[str, Role]:
    """The speaker and role; each is derived from the other if missing, and they must not contradict each other."""
    given = raw.get("role")
    role = Role.ROLE_UNSPECIFIED
    if given is not None:
        name = given.lower().removeprefix("role_") if isinstance(given, str) else ""
        if name not in ROLES and name != "unspecified":
            raise InvalidRecord(f"{place}.role", f"must be one of {', '.join(r.upper() for r in ROLES)}")
        role = ROLES.get(name, role)
    speaker = raw.get("speaker")
    if speaker is None and role:
        return SPEAKERS[role], role
    if speaker is None:
        raise InvalidRecord(f"{place}.speaker", "missing")
    if not isinstance(speaker, str) or not speaker.strip() or len(speaker) > 128:
        raise InvalidRecord(f"{place}.speaker", "must be a name of at most 128 characters")
    implied = ROLES.get(speaker.lower(), role)
    if role and implied != role:
        raise InvalidRecord(f"{place}.role", f"contradicts the speaker {speaker}")
    return speaker, implied or role_of(speaker)


def _add_summary(call: Call, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict):
        raise InvalidRecord("summary", f"a string or an object is needed, not {kind_of(value)}")
    if not limited_text(value.get("text"), "summary.text", MAX_SUMMARY_TEXT).strip():
        raise InvalidRecord("summary.text", "blank")
    summary = _message(value, Summary, "summary")
    if summary.created_at:
        try:
            aware = datetime.fromisoformat(summary.created_at).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise InvalidRecord("summary.created_at", "not an RFC 3339 time such as 2026-03-14T09:30:00Z")
    call.summary.CopyFrom(summary)


def _add_gold(call: Call, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise InvalidRecord("gold", f"an object is needed, not {kind_of(value)}")
    gold = _message(value, Gold, "gold")
    length = {turn.turn_id: len(turn.text) for turn in call.turns}
    for i, fact in enumerate(gold.facts):
        for turn_id in fact.turn_ids:
            if turn_id not in length:
                raise InvalidRecord(f"gold.facts[{i}].turn_ids", f"no turn {printable(turn_id)} in this call")
    for i, data in enumerate(gold.personal_data):
        if not 0 <= data.start < data.end <= length.get(data.turn_id, -1):
            raise InvalidRecord(f"gold.personal_data[{i}]", "not a stretch of a turn of this call")
    call.gold.CopyFrom(gold)


def _add_annotations(call: Call, value: Any, extras: dict[str, dict[str, Any]]) -> None:
    if value is not None and not isinstance(value, dict):
        raise InvalidRecord("annotations", f"an object is needed, not {kind_of(value)}")
    if value is None and not extras:
        return
    merged = dict(value or {})
    if extras:
        kept = merged.get(EXTRAS, {})
        merged[EXTRAS] = {**(kept if isinstance(kept, dict) else {}), **extras}
    call.annotations.update(merged)


def _message(value: dict[str, Any], kind: Any, place: str) -> Any:
    try:
        return from_dict(value, kind)
    except InvalidRecord as error:
        inner = "" if error.field == "line" else f".{printable(error.field)}"
        raise InvalidRecord(f"{place}{inner}", printable(error.reason)) from None
