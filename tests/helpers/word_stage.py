"""A keyed stage for tests: counts the words of each key's records.

It makes a PARTIAL of every third record, and one FINAL on the record `end`, or once nothing came for `idle_s` seconds.
For `late_s` seconds more it knows that the key is finished; then it forgets it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from arf.kit.bus.kinds.keyed_stage import Change, KeyedOutput, KeyedStage
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.errors import ArfError, InvalidRecord

EVERY = 3


class Words:
    """The handler; what `broken` holds fails: with the error of its key, until it is taken out."""

    def __init__(self, output: str, idle_s: float = 3600.0, late_s: float = 3600.0) -> None:
        self._output, self._idle_s, self._late_s = output, idle_s, late_s
        self.broken: dict[str, ArfError | Exception] = {}
        self.called: list[tuple[str, int]] = []

    async def __call__(self, key: str, state: bytes | None, records: Sequence[Record], now: float) -> Change | NoOutput:
        self.called.append((key, len(records)))
        if key in self.broken:
            raise self.broken[key]
        known = json.loads(state) if state else {"records": 0, "words": {}, "final": False}
        outputs = []
        for record in records:
            if record.value == b"bad":
                raise InvalidRecord("words", "none")
            if known["final"]:
                continue
            if record.value == b"end":
                known["final"] = True
                outputs.append(self._made("FINAL", known))
                continue
            known["records"] += 1
            for word in record.value.decode().split():
                known["words"][word] = known["words"].get(word, 0) + 1
            if known["records"] % EVERY == 0:
                outputs.append(self._made("PARTIAL", known))
        if not records and known["final"]:
            return Change(None)
        if not records:
            known["final"] = True
            outputs.append(self._made("FINAL", known))
        timers = [now + (self._late_s if known["final"] else self._idle_s)]
        return Change(json.dumps(known).encode(), outputs, timers)

    def _made(self, kind: str, known: dict[str, object]) -> KeyedOutput:
        made = {"kind": kind, "records": known["records"], "words": known["words"]}
        return KeyedOutput(self._output, json.dumps(made).encode(), f"test.{kind}")


def word_stage(handler: Words, group: str, source: str, target: str, changelog: str, dlq: str) -> KeyedStage:
    """The stage between topics."""
    return KeyedStage(group, source, [target], changelog, handler, dlq)
