"""Whether a summary states a slot: a reason or an act by its cues, a value in any of its forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from arf.calls.text import normalise
from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.cues.reasons import REASONS
from arf.tasks.customer_service.detectors.meaning import (
    Word,
    close_synonyms,
    is_content,
    lemma_set,
    read_words,
    synonyms,
)
from arf.tasks.customer_service.tagging.mentions import Mention, mentions
from arf.tasks.customer_service.tagging.slots import ActKind, Reason, ReasonKind
from arf.tasks.customer_service.tagging.values import Value, same

_GOODS = r"(?:delivery|shipping|shipment|package|parcel|order)"
# How summaries tell a reason, where customers say it otherwise.
_TOLD: Mapping[ReasonKind, re.Pattern[str]] = {
    ReasonKind.LATE_DELIVERY: cue(
        r"(?:not|never|n't|yet to)(?: \S+){0,3} (?:arrive\w*|receive\w*|deliver\w*|come)",
        rf"{_GOODS}(?: \S+){{0,4}} (?:status|delay\w*|late|overdue|missing|whereabouts)",
        rf"(?:late|delayed|overdue|missing|undelivered|status of|whereabouts)(?: \S+){{0,5}} {_GOODS}",
    ),
    ReasonKind.MISSING_ITEM: cue(r"missing|(?:not|n't|without)(?: \S+){0,3} (?:included|inside|in the)|incomplete"),
    ReasonKind.DAMAGED_ITEM: cue(r"damaged?|broken|cracked|smashed|shattered|dented|torn|scratched|defective"),
    ReasonKind.WRONG_ITEM: cue(r"(?:wrong|incorrect|different|another|mistaken) (?:\S+ )?\w+|instead of|mix-?up"),
    ReasonKind.DOUBLE_CHARGE: cue(r"twice|double|duplicate\w*|two charges|second charge|charged again"),
    ReasonKind.WRONG_AMOUNT: cue(
        r"(?:wrong|incorrect|higher|unexpected|extra|too much|overcharg\w*|discrepanc\w*|more than)(?: \S+){0,4}",
        r"(?:bill|invoice|charge|price|amount|fee)\w*"
        r"(?: \S+){0,5} (?:wrong|incorrect|high|higher|too high|increase\w*|error|issue)",
    ),
    ReasonKind.REFUND_STATUS: cue(r"refund\w*|money back|reimburse\w*"),
    ReasonKind.CANCEL_SUBSCRIPTION: cue(r"cancel\w*|unsubscrib\w*|(?:end|stop|terminate|close)\w* (?:\S+ ){0,4}\w+"),
    ReasonKind.CANCEL_ORDER: cue(r"cancel\w*|(?:stop|withdraw)\w* (?:\S+ ){0,3}(?:order|purchase|delivery)"),
    ReasonKind.CHANGE_ADDRESS: cue(r"address|moved|relocat\w*"),
    ReasonKind.LOCKED_ACCOUNT: cue(r"lock\w*|log ?in|logging in|sign in|access\w*|password|account"),
    ReasonKind.INTERNET_OUTAGE: cue(r"internet|broadband|wi-?fi|connection|outage|network|router|offline|service"),
    ReasonKind.PRODUCT_FAULT: cue(
        r"fault\w*|defect\w*|malfunction\w*|broke\w*|problem with|issue with",
        r"(?:not|n't|stopped)(?: \S+){0,2} \w*(?:work|turn|start|charg)\w*",
    ),
}
_CUES = dict(REASONS)
_KINDS = tuple(_CUES)
_ALIKE = {ReasonKind.DAMAGED_ITEM, ReasonKind.PRODUCT_FAULT}
_BECAUSE = re.compile(r"\b(?:because|since|that|as|whose|which)\b[^.]*")
# Things that a summary names by a noun, where parties use a verb.
_NAMED = (
    (ActKind.SEND_DOCUMENTS, cue(r"documents|photos?|receipts?|proof of purchase|paperwork")),
    (ActKind.CARD_BLOCK, cue(r"card block|block(?:ing)? (?:on|of) (?:the|their|a) card")),
)
_PARTY = re.compile(r"\b(?:the )?(?:customer|caller|client|user)\b(?!'s)")
_CUT = re.compile(r"[,;]\s|\s(?:and|but|then)\s")
_OWN_WORDS, _ENOUGH = 0.4, 2
"""Share of the words of a reason without a kind that a summary must have, or so many words of the customer's."""


def has_reason(reason: Reason, text: str, said: Iterable[Word]) -> bool:
    """Whether a lower-case text states a contact reason that a customer gave in the words `said`."""
    told = [w for w in read_words(text) if is_content(w)]
    if reason.kind is ReasonKind.OTHER:
        content = [w for w in read_words(reason.text) if is_content(w)]
        lemmas = {lemma for w in told for lemma in lemma_set(w.lower)}
        hits = sum(bool(lemma_set(w.lower) & lemmas) for w in content)
        return hits >= _OWN_WORDS * len(content) or len(_shared(told, said, synonyms)) >= _ENOUGH
    if _TOLD[reason.kind].search(text) or _CUES[reason.kind].search(text):
        return True
    # Told in other words, unless they are those of another reason: what is wrong with the very thing.
    rivals = (kind for kind in _KINDS if {kind, reason.kind} != _ALIKE and kind is not reason.kind)
    clause = _BECAUSE.search(text)
    if clause is None or any(_CUES[kind].search(text) for kind in rivals):
        return False
    why = [w for w in read_words(clause.group()) if is_content(w)]
    shared = _shared(why, said, close_synonyms)
    return 0 < len(shared) < len({w.lower for w in why})


def _shared(told: Iterable[Word], said: Iterable[Word], meaning: Callable[[str], frozenset[str]]) -> set[str]:
    """The words that have been said, or that mean the same as what was said."""
    lemmas = {lemma for w in said if is_content(w) for lemma in meaning(w.lower)}
    return {w.lower for w in told if meaning(w.lower) & lemmas}


def told_acts(sentence: str) -> list[Mention]:
    """The acts that a summary sentence names, in order."""
    text = normalise(sentence).lower()
    # The lexicon of acts is made of what parties say to each other: "call you back". Places stay what they are.
    spoken = _PARTY.sub(lambda m: "you".ljust(len(m.group())), text)
    found = [_moved(m, at) for at, part in _parts(spoken) for m in mentions(part)]
    # What only the whole sentence shows: "turned it off and on".
    found += [m for m in mentions(spoken) if all(m.end <= k.start or m.start >= k.end for k in found)]
    kinds = {m.kind for m in found}
    for kind, pattern in _NAMED:
        if kind not in kinds and (match := pattern.search(text)):
            found.append(Mention(kind, match.start(), match.end()))
    return sorted(found, key=lambda m: m.start)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Stretches between conjunctions and where they begin, so that words of two acts do not look like a third."""
    start = 0
    for cut in _CUT.finditer(text):
        yield start, text[start : cut.start()]
        start = cut.end()
    yield start, text[start:]


def _moved(mention: Mention, by: int) -> Mention:
    return Mention(mention.kind, mention.start + by, mention.end + by)


def slot_value(slot: str, canonical: str) -> Value:
    """The value of an act's amount or deadline, to be compared with values of a text."""
    kind = "money" if slot == "amount" else "duration" if canonical.startswith("P") else "date"
    return Value(kind, canonical, canonical, 0, 0)


def has_value(wanted: Value, values: Iterable[Value]) -> bool:
    """Whether one of the values equals the slot's value."""
    return any(same(wanted, v) for v in values)
