"""A call as prompts show it: one line a turn, and past a budget of tokens the oldest turns folded into a recap.

The text only ever grows at its end between two folds, so that an engine's prefix cache keeps its use on live calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from arf.calls.speakers import ROLES
from arf.v1.transcript_pb2 import Call, Role, Turn

_LABELS = {
    Role.ROLE_CUSTOMER: "Customer",
    Role.ROLE_AGENT: "Agent",
    Role.ROLE_BOT: "Bot",
    Role.ROLE_THIRD_PARTY: "Third party",
}
_CONTROL = re.compile(r"<(?=[|/])|\[(?=/?INST\])")
# Folded turns with these are kept: a value, or a statement of what will be or was done.
_TELLING = re.compile(
    r"\d|\b(?:refund|replace|cancel|credit|transfer|escalat|ship|send|sent|charg|reset|book|schedul|promis|will|cannot"
    r"|can't|unable|sorry)\w*",
    re.IGNORECASE,
)
_OPENING_TOKENS = 60
_FOLDED_TURN_TOKENS = 37
_MORE = " ..."

Count = Callable[[str], int]
"""Counts the tokens of a text."""


def label(turn: Turn) -> str:
    """The speaker's label in the transcript: the role, else the speaker's own name."""
    role_name = _LABELS.get(turn.role)
    if role_name and (turn.role != Role.ROLE_THIRD_PARTY or turn.speaker in ROLES or not turn.speaker):
        return role_name
    name = " ".join(turn.speaker.replace("_", " ").split()) or "Speaker"
    return name[0].upper() + name[1:]


def one_line(text: str) -> str:
    """The text on one line, without anything that a chat template would read as its own markup."""
    return _CONTROL.sub("( ", " ".join(text.split()))


def line(turn: Turn) -> str:
    """One turn as one line."""
    return f"{label(turn)}: {one_line(turn.text)}"


def transcript(call: Call, budget: int, count: Count) -> str:
    """The call, one line per turn without blank turns, in about `budget` tokens at most."""
    return "\n".join(fold([line(turn) for turn in call.turns if turn.text.strip()], budget, count))


def fold(lines: Sequence[str], budget: int, count: Count) -> list[str]:
    """The lines within a budget of tokens: a recap of the oldest, then the rest as they are.

    Folding leaves half of the budget free, so it happens once in a while and not at every turn. The result depends on
    the lines alone: a live call that has come as far as a finished one gives the same text.
    """
    recap: list[str] = []
    begin, held, recap_size = 0, 0, 0
    sizes = [count(text) for text in lines]
    for end in range(1, len(lines) + 1):
        held += sizes[end - 1]
        if held + recap_size <= budget:
            continue
        while begin < end - 1 and held > budget // 2:
            held -= sizes[begin]
            begin += 1
        recap = _recap(lines[:begin], budget // 4, count)
        recap_size = sum(map(count, recap))
    window = list(lines[begin:])
    if len(window) == 1:
        # A single turn, for example an e-mail, may exceed the budget; its start says why it was written.
        window = [_clip(window[0], budget - recap_size, count)]
    return recap + window


def _recap(folded: Sequence[str], budget: int, count: Count) -> list[str]:
    """How the call began, and then the latest informative lines, each shortened."""
    if not folded:
        return []
    first = next((text for text in folded if text.startswith("Customer:")), folded[0])
    kept = [_clip(first, min(_OPENING_TOKENS, budget), count)]
    left = budget - sum(map(count, kept))
    tail: list[str] = []
    for text in reversed(folded):
        short = _clip(text, _FOLDED_TURN_TOKENS, count)
        if text is first or not _TELLING.search(short.partition(":")[2]):
            continue
        left -= count(short)
        if left < 0:
            break
        tail.append(short)
    return [*kept, "...", *reversed(tail)]


def _clip(text: str, limit: int, count: Count) -> str:
    """The first words of a text within `limit` tokens together, but at least one word."""
    size = count(text)
    if size <= limit:
        return text
    parts = text.split()
    kept = max(1, min(len(parts), len(parts) * max(limit, 0) // size))
    while kept > 1 and count(" ".join(parts[:kept]) + _MORE) > limit:
        kept -= 1
    return " ".join(parts[:kept]) + _MORE


def evidence(call: Call, turn_ids: Iterable[str], limit: int, count: Count) -> list[str]:
    """The named turns in the order of the call, the last `limit` of them, each shortened."""
    wanted = set(turn_ids)
    found = [line(turn) for turn in call.turns if turn.turn_id in wanted and turn.text.strip()]
    return [_clip(text, _OPENING_TOKENS, count) for text in found[-limit:]]
