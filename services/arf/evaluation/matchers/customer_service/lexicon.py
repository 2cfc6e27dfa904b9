"""How summaries word the acts and contact reasons of customer-service calls, including the held-out reasons.

The wordings are in lexicon.txt; they are the evaluation's own and shared with no detector.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

IMPLIED: dict[str, frozenset[str]] = {
    "cancel_subscription": frozenset({"cancellation"}),
    "cancel_order": frozenset({"cancellation"}),
    "change_address": frozenset({"address_update"}),
    "reschedule_appointment": frozenset({"reschedule"}),
    "refund_status": frozenset({"refund"}),
    "locked_account": frozenset({"password_reset"}),
    "lost_card": frozenset({"card_block"}),
    "warranty_claim": frozenset({"repair", "replacement"}),
}
"""Acts that a contact reason itself requests."""

_MACROS = {
    "<item>": r"(?:item|product|article|thing|model|size|colou?r|goods|order|one|parcel|package)",
    "<gap>": r"(?:\w+[\s-]+){0,4}?",
    "<billing>": r"(?:bill|invoice|charge|price|plan|contract|account|subscription)",
    "<not>": r"(?:not|never|n't)",
    "<sending>": r"(?:send|sent|sending|ship|shipped|shipping|deliver|delivered|delivering|"
    r"post|posted|dispatch|dispatched|get|got)",
}  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """Words that name an act or a reason, or several if ambiguous, with their position."""

    names: frozenset[str]
    start: int
    end: int


def mentions(text: str, kind: str) -> list[Mention]:
    """The acts (`act`), reasons (`reason`) or wishes (`wish`) that a text names, in order.

    Of overlapping wordings the longest counts; equally long ones are ambiguous.
    """
    spans: dict[tuple[int, int], set[str]] = {}
    for name, pattern in _patterns()[kind]:
        for match in pattern.finditer(text):
            spans.setdefault(match.span(), set()).add(name)
    kept: list[Mention] = []
    for start, end in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        if all(end <= other.start or start >= other.end for other in kept):
            kept.append(Mention(frozenset(spans[start, end]), start, end))
    return sorted(kept, key=lambda m: m.start)


def explains(word: str) -> bool:
    """Whether a word occurs in the lexicon's wordings, in any inflection."""
    return any(word[:n] in _parts() for n in range(4, len(word) + 1)) or word in _parts()


def wording_of(name: str) -> frozenset[str]:
    """The words of one contact reason's wordings."""
    lines = [p.pattern for kind in ("reason", "wish") for named, p in _patterns()[kind] if named == name]
    return _words_in("\n".join(lines))


@cache
def _parts() -> frozenset[str]:
    return _words_in(re.sub(r"(?m)^[\[#].*$", " ", _source()))


def _words_in(wordings: str) -> frozenset[str]:
    plain = re.sub(r"\\[a-zA-Z]", " ", wordings)
    return frozenset(part.lower() for part in re.findall(r"[A-Za-z]{3,}", plain))


@cache
def _source() -> str:
    return resources.files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8")


@cache
def _patterns() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {"act": [], "reason": [], "wish": []}
    kind = name = ""
    wordings: dict[tuple[str, str], list[str]] = {}
    for line in _source().splitlines():
        if line.startswith("[") and line.endswith("]") and "." in line and " " not in line:
            kind, name = line[1:-1].split(".")
        elif line and not line.startswith("#"):
            wordings.setdefault((kind, name), []).append(line)
    for (kind, name), lines in wordings.items():
        table[kind].extend((name, _compile(line)) for line in lines)
    return table


def _compile(line: str) -> re.Pattern[str]:
    for macro, pattern in _MACROS.items():
        line = line.replace(macro, pattern)
    return re.compile(rf"(?<!\w)(?:{line})", re.IGNORECASE)
