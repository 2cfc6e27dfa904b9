"""Turns a recorded call into the events of a live one: partial and final segments at the times at which they come."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from arf.v1.live_pb2 import EndCall, EndReason, Participant, Segment, StartCall
from arf.v1.summarizer_service_pb2 import StreamCallRequest
from arf.v1.transcript_pb2 import Call, Turn

_MS_A_WORD = 350
"""Time that a word takes where the recording does not say: about 170 words a minute."""
_PARTIAL_WORDS = 4
"""A partial segment comes after so many words, as recognisers give them about every second and a half."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What a network and a recogniser do to segments; shares are of 1."""

    jitter_s: float = 0.0
    """A segment comes up to so many seconds late."""
    reorder: float = 0.0
    """Share of segments that the next ones overtake."""
    duplicates: float = 0.0
    """Share of segments that come twice."""
    loss: float = 0.0
    """Share of segments that never come."""
    seed: int = 0


Arrival = tuple[float, StreamCallRequest]
"""Seconds from the start of the call, and what comes then."""


def arrivals(call: Call, disturbance: Disturbance) -> list[Arrival]:
    """The call's events in the order in which they come; their sequences count from 1.

    The same call and disturbance give the same events. The start comes first, and is never lost, nor is the end.
    """
    chance = random.Random(f"{disturbance.seed}/{call.tenant}/{call.id}")
    people = {turn.speaker: turn.role for turn in call.turns}
    participants = [Participant(speaker=speaker, role=role) for speaker, role in people.items() if speaker]
    start = StartCall(call_id=call.id, channel=call.channel, language=call.language, participants=participants)
    segments = list(_segments(call))
    found = [arrival for segment in segments for arrival in _disturbed(segment, disturbance, chance)]
    ended_s = max((segment.end_ms / 1000 for segment in segments), default=0.0) + 0.5
    end = StreamCallRequest(end=EndCall(reason=EndReason.END_REASON_COMPLETED))
    ordered = [(0.0, StreamCallRequest(start=start)), *sorted([*found, (ended_s, end)], key=lambda arrival: arrival[0])]
    for sequence, (_, request) in enumerate(ordered, 1):
        request.sequence = sequence
    return ordered


def _segments(call: Call) -> Iterator[Segment]:
    """Of each turn some partial segments and the final one."""
    now_ms = 0
    for number, turn in enumerate(call.turns):
        start_ms, end_ms = _times(turn, now_ms)
        words = turn.text.split()
        cuts = [*range(_PARTIAL_WORDS, len(words), _PARTIAL_WORDS), len(words)]
        for revision, cut in enumerate(cuts):
            final = cut == len(words)
            yield Segment(
                segment_id=turn.turn_id or str(number),
                revision=revision,
                speaker=turn.speaker,
                start_ms=start_ms,
                end_ms=end_ms if final else start_ms + (end_ms - start_ms) * cut // len(words),
                text=turn.text if final else " ".join(words[:cut]),
                is_final=final,
            )
        now_ms = end_ms


def _times(turn: Turn, now_ms: int) -> tuple[int, int]:
    start_ms = turn.start_ms if turn.HasField("start_ms") else now_ms
    spoken_ms = max(1, len(turn.text.split())) * _MS_A_WORD
    return start_ms, max(start_ms, turn.end_ms if turn.HasField("end_ms") else start_ms + spoken_ms)


def _disturbed(segment: Segment, disturbance: Disturbance, chance: random.Random) -> Iterator[Arrival]:
    """The times at which the segment comes: none if it is lost."""
    if chance.random() < disturbance.loss:
        return
    copies = 1 + (chance.random() < disturbance.duplicates)
    for _ in range(copies):
        overtaken_s = chance.uniform(1.0, 5.0) if chance.random() < disturbance.reorder else 0.0
        at_s = segment.end_ms / 1000 + chance.uniform(0.0, disturbance.jitter_s) + overtaken_s
        yield at_s, StreamCallRequest(segment=segment)
