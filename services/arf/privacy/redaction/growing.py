"""Redacts a call that grows, block by block, so that a turn is read once or twice and not at every refresh.

A block of turns is redacted when it and the turns after it are there, with a few turns before and after it as context,
and with the names that were found before. What is shown of it does not change any more, unless one of its turns does.
Numbers and names that need more context than that are found by `redact` alone, which reads the call as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arf.privacy.redaction.placeholders import Placeholders
from arf.privacy.redaction.redactor import Redacted, redact, redact_turns
from arf.privacy.scanner.plain import BOUNDARY
from arf.v1.transcript_pb2 import Call, Turn

_BLOCK, _CONTEXT = 12, 6


@dataclass(frozen=True, slots=True)
class _Block:
    """A redacted block: the turns that it was made from, context included, and the placeholders after it."""

    window: Sequence[Turn]
    shown: Sequence[Turn]
    placeholders: Placeholders


class GrowingRedaction:
    """The redaction of one call. Placeholders are stable while turns come at its end."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []

    def redact(self, call: Call) -> Redacted:
        """The call as it is now, redacted, without counts. The result depends on its turns alone."""
        turns = list(call.turns)
        kept = 0
        while kept < len(self._blocks) and self._blocks[kept].window == _window(turns, kept):
            kept += 1
        del self._blocks[kept:]
        while len(turns) >= _BLOCK * (len(self._blocks) + 1) + _CONTEXT:
            window = _window(turns, len(self._blocks))
            if (made := self._redacted(window, len(self._blocks))) is None:
                return redact(call)
            self._blocks.append(_Block(window, made[0][:_BLOCK], made[1]))
        made = self._redacted(_window(turns, len(self._blocks), to_the_end=True), len(self._blocks))
        if made is None:
            return redact(call)
        shown = [*(turn for block in self._blocks for turn in block.shown), *made[0]]
        copy = Call(id=call.id, tenant=call.tenant, channel=call.channel, language=call.language, turns=shown)
        return Redacted(copy, made[1], {})

    def _redacted(self, window: Sequence[Turn], number: int) -> tuple[list[Turn], Placeholders] | None:
        """The turns of the window from its block on; None if a placeholder in use turns out to be words of the call."""
        placeholders = self._blocks[-1].placeholders.copy() if self._blocks else Placeholders()
        if not placeholders.reserve(BOUNDARY.join(turn.text for turn in window)):
            return None
        shown, _ = redact_turns(window, placeholders, placeholders.values("NAME"))
        return shown[_CONTEXT if number else 0 :], placeholders


def _window(turns: Sequence[Turn], number: int, *, to_the_end: bool = False) -> Sequence[Turn]:
    """The turns of a block with its context; `to_the_end` with all that follow."""
    begin, end = max(0, _BLOCK * number - _CONTEXT), _BLOCK * (number + 1) + _CONTEXT
    return turns[begin:] if to_the_end else turns[begin:end]
