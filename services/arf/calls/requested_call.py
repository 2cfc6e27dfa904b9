"""Completes the calls of a request as the corpus reader completes those of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from arf.calls.speakers import ROLES, SPEAKERS, role_of
from arf.kit.errors import InvalidRequest
from arf.v1.transcript_pb2 import Call, Role


def requested_call(given: Call, field: str = "call") -> Call:
    """A copy with channel, language, turn ids, speakers and roles filled in, and without gold and annotations.

    `field` is its path in the request, for the violations. Raises InvalidRequest if turns share an id, a speaker is
    missing, role and speaker contradict each other, or no turn has text.
    """
    call = Call()
    call.CopyFrom(given)
    call.ClearField("gold")
    call.ClearField("annotations")
    call.channel = call.channel or "unknown"
    call.language = call.language or "en"
    violations = list(_complete(call, field))
    if not any(turn.text.strip() for turn in call.turns):
        violations.append((f"{field}.turns", "nothing is said in this call"))
    if violations:
        raise InvalidRequest(violations)
    return call


def check_distinct(calls: Iterable[Call], field: str) -> None:
    """Raises InvalidRequest if calls of a request share an id; `field` is the path of each, e.g. `calls[{}]`."""
    first: dict[str, int] = {}
    violations = [
        (f"{field.format(index)}.id", f"{call.id} is also that of {field.format(first[call.id])}")
        for index, call in enumerate(calls)
        if first.setdefault(call.id, index) != index
    ]
    if violations:
        raise InvalidRequest(violations)


def _complete(call: Call, field: str) -> Iterator[tuple[str, str]]:
    """Fills in the turns; yields the violations."""
    seen: set[str] = set()
    for index, turn in enumerate(call.turns):
        place = f"{field}.turns[{index}]"
        turn.turn_id = turn.turn_id or str(index)
        if turn.turn_id in seen:
            yield f"{place}.turn_id", f"{turn.turn_id} is already taken in this call"
        seen.add(turn.turn_id)
        turn.speaker = turn.speaker if turn.speaker.strip() else SPEAKERS.get(turn.role, "")
        if not turn.speaker:
            yield f"{place}.speaker", "is missing, and so is the role"
        implied = ROLES.get(turn.speaker.lower(), turn.role)
        if turn.role not in (Role.ROLE_UNSPECIFIED, implied):
            yield f"{place}.role", "contradicts the speaker"
        turn.role = implied or role_of(turn.speaker)
