"""Short calls for tests."""

from __future__ import annotations

from arf.v1.transcript_pb2 import Call, Role


def call(*turns: tuple[str, str]) -> Call:
    """A call of these (speaker, text) turns; the turn ids are their indices."""
    made = Call(id="c1", tenant="demo", channel="agent_chat", language="en")
    for index, (speaker, text) in enumerate(turns):
        made.turns.add(turn_id=str(index), speaker=speaker, role=Role.Value(f"ROLE_{speaker.upper()}"), text=text)
    return made
