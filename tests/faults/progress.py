"""How many records there are so far, while calls are carried: by this the faults are timed."""

from __future__ import annotations

from arf.flow import FINDINGS, REVISIONS, SUMMARIES
from arf.kit.bus.dlq import DLQ, REPLAYS
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.port import Bus

_STAGES = {"summaries": SUMMARIES, "findings": FINDINGS, "revisions": REVISIONS}


class Progress:
    """Follows the topics. Different events count, so that a doubled record brings nothing forward."""

    def __init__(self, bus: Bus, calls: int) -> None:
        self._bus, self._calls = bus, calls
        self._next: dict[tuple[str, int], int] = {}
        self._ids: dict[str, set[str]] = {topic: set() for topic in (*_STAGES.values(), DLQ)}

    def look(self) -> None:
        """Takes in what has come. It blocks; raises Unavailable while the bus is away."""
        for topic, ids in self._ids.items():
            slots = range(self._bus.partitions(topic))
            for record in self._bus.read(topic, {p: self._next.get((topic, p), 0) for p in slots}):
                self._next[topic, record.partition] = record.offset + 1
                if REPLAYS not in record.headers:
                    ids.add(record.headers[EVENT_ID])

    @property
    def records(self) -> int:
        """Records of all stages; a dead letter stands for those that its call has not got for it."""
        return sum(len(self._ids[topic]) for topic in _STAGES.values()) + len(_STAGES) * len(self._ids[DLQ])

    @property
    def revisions(self) -> int:
        """Calls that came to the end of the flow."""
        return len(self._ids[REVISIONS])

    @property
    def total(self) -> int:
        """What `records` is in the end."""
        return len(_STAGES) * self._calls

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {len(self._ids[topic])}" for name, topic in _STAGES.items())
        return f"{counts} of {self._calls}, dead letters {len(self._ids[DLQ])}"
