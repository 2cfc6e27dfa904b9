"""Why a customer wrote: their own words if they can be reworded safely, else a topic that they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from arf.calls.text import words as plain_words
from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.threads.questions import question
from arf.tasks.customer_service.threads.retell import statement
from arf.tasks.customer_service.threads.thread_text import LINK, cleaned, said
from arf.tasks.customer_service.threads.topics import owned_thing, topic, trouble
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call, Turn

# The reason comes early: later complaints are about what the company did meanwhile.
_EXCHANGES = 3
_OPENING = 2
_LATER = 0.9
"""What a candidate's score loses for each company answer before it."""
_GOOD, _POOR = 1.2, 0.5
"""The scores of a clause that certainly states the reason, and of one that is better than nothing."""
_MOST_COPIED = 11
_PRONOUN = (
    r"(?:i|we|you|it|this|that|there|they|my|our|your|the|please|can|could|why|how|what|is|are|do|does|will|any|help"
    r"|still)"
)
_CUT = re.compile(
    rf"(?<!\s)\s*(?:\s-+\s+|;\s*|\b{LINK}\b\s*)|:\s|(?:,|(?<!\s))\s+(?:but|so|yet)\s+|(?:,|(?<!\s))\s+(?:and|then|as"
    rf"|since)\s+(?={_PRONOUN}\b)"
    rf"|,\s+(?={_PRONOUN}\b)|(?<!\s)\s+\(|\)",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"(?:,|(?<!\s))\s+(?:in|on|at|for|from|with|of|by|into|after|before|when|while|that|which|and|or|provided|without|through"
    r"|during|over|so|to)\s"
)
_SHORTEST = 7
_PROBLEM = re.compile(
    r"\b(?:cannot|can't|couldn't|could not|unable|not|won't|doesn't|didn't|isn't|error|errors|issues?|problems?"
    r"|trouble|broken"
    r"|wrong|late|delay\w*|cancel\w*|missing|missed|stuck|crash\w*|fail\w*|slow|charg\w+|waiting|waited|lost"
    r"|refund\w*|never|no"
    r"|stopped|freez\w*|froze|frozen|out of date|damaged|faulty|glitch\w*|drain\w*|down|outage|expired|rude|wait"
    r"|mistake|closed"
    r"|mislead\w*|blocked|locked|hacked|stolen|disappear\w*|dropp\w*|cut|disconnect\w*|hold|overcharged|deleted|gone"
    r"|bug|popped|melted|mou?ldy|cracked|torn|leak\w*|overheat\w*|bug|dead|invalid|scam\w*|unavailable)\b",
    re.IGNORECASE,
)
_WISH = re.compile(r"\b(?:need\w*|want\w*|would like|trying|tried|looking for|help)\b", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"\bdo (?:it|that|this|so)\b|^because they had an? (?:\w+ ){1,3}\w+$|, again ", re.IGNORECASE
)
_STANDS_FOR_NOTHING = re.compile(r"(?:whether|why|when|how|where) it\b")
_IT = re.compile(r"\bit\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:this|that|these|those|one|ones|so|same|something|anything|stuff|thing|things)\b", re.IGNORECASE
)
_ANSWERS = re.compile(
    r"\b(?:dm|dms|response|dmed|pm|messaged|message|tweet\w*|replied|reply|sent|twitter|followed"
    r"|link)\b",
    re.IGNORECASE,
)
# What the customer did about it, said to an agent who asked.
_DID = re.compile(
    r"they (?:had )?(?:already |just )?(?:tried (?!to)|were using|checked|restarted|rebooted|reset|did|used|called"
    r"|could discuss)"
)
_ANSWER = re.compile(
    r"(?:yes|yep|yeah|yup|ya|no|nope|nah|not|correct|sure|there (?:is|are|was|were) no)\b", re.IGNORECASE
)
_VERSION = re.compile(r"\b\d+\.\d+")
_RANT = re.compile(
    r"\b(?:worst|best|terrible|awful|horrible|unacceptable|joke|pathetic|disgust\w*|shame|disappoint\w*|pissed|angry"
    r"|happy"
    r"|excited|poor|impressed|tired|fed up|sick of|guess|lie|lies|liars?|dude|stupid|in business)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ReasonClause:
    """A reason as the clause after "The customer contacted support", and its turn."""

    clause: str
    turn_id: str


def find_reason(call: Call) -> ReasonClause | None:
    """The best reason that can be worded safely; None if the customer gives none."""
    customer = _openings(call)
    spread = Counter(w for turn in call.turns for w in set(_content(turn.text)))
    best: tuple[float, ReasonClause] | None = None
    for number, turn in customer:
        for piece in _pieces(turn.text):
            told = _in_own_words(_told(piece), turn.text)
            if told is None or (number and told.startswith("because") and _ANSWER.match(cleaned(turn.text))):
                continue
            score = _score(told, spread) - _LATER * number
            if score >= (_GOOD if number else _POOR) and (best is None or score > best[0]):
                best = score, ReasonClause(told, turn.turn_id)
    if best is not None and best[0] >= _GOOD:
        return best[1]
    for find, exchanges in ((trouble, _OPENING), (topic, 1)):
        for number, turn in customer:
            if number < exchanges and (about := find(turn.text)) is not None:
                return ReasonClause(f"about {about}", turn.turn_id)
    if best is not None:
        return best[1]
    owned = ((turn, owned_thing(turn.text, spread)) for number, turn in customer if not number)
    return next((ReasonClause(f"about {thing}", turn.turn_id) for turn, thing in owned if thing is not None), None)


def _openings(call: Call) -> list[tuple[int, Turn]]:
    """The customer's first turns, each with the number of company answers before it."""
    found: list[tuple[int, Turn]] = []
    answers, before = 0, t.ROLE_CUSTOMER
    for turn in call.turns:
        if turn.role == t.ROLE_CUSTOMER and turn.text.strip():
            found.append((answers, turn))
        elif turn.role != t.ROLE_CUSTOMER and found and before == t.ROLE_CUSTOMER:
            answers += 1
        before = turn.role
    return [(number, turn) for number, turn in found if number < _EXCHANGES]


def _pieces(text: str) -> Iterator[str]:
    """The sentences of a turn, and their clauses if they have several."""
    for sentence in said(text):
        yield sentence
        cuts = [0, *(i for m in _CUT.finditer(sentence) for i in m.span()), len(sentence)]
        if len(cuts) > 2:
            for start, end in zip(cuts[::2], cuts[1::2], strict=True):
                yield sentence[start:end]
            # The parts before the last cut and after the first, unchanged.
            yield sentence[: cuts[-2]]
            yield sentence[cuts[2] :]
        elif "," in sentence:
            yield sentence[: sentence.index(",")]


def _told(piece: str) -> str | None:
    asked = question(piece)
    if asked is not None:
        return f"to ask {asked}"
    if piece.rstrip().endswith("?"):
        return None
    told = statement(piece)
    return None if told is None else f"because {told}"


def _score(told: str, spread: Counter[str]) -> float:
    content = _content(told)
    if len(content) < 2 or _ANSWERS.search(told) or _SAYS_NOTHING.search(told):
        return 0.0
    clause = told.removeprefix("because ").removeprefix("to ask ")
    score = 1.2 * bool(_PROBLEM.search(clause)) + 0.4 * min(2, len(_PROBLEM.findall(clause)))
    score += 1.6 * told.startswith("to ask") + 0.8 * bool(_WISH.search(clause))
    score += 0.35 * min(4, sum(spread[w] > 1 for w in content)) + 0.1 * min(6, len(content))
    score -= (
        (1.4 if _STANDS_FOR_NOTHING.match(clause) else 0.7) * bool(_IT.search(clause))
        + 1.2 * len(_VAGUE.findall(clause))
        + 1.5 * len(_RANT.findall(clause))
    )
    score -= 1.2 * bool(_DID.match(clause))
    score -= 1.0 * bool(_VERSION.search(clause)) + 0.4 * ("," in clause and " and " not in clause)
    return score - 0.8 * (len(clause.split()) < 5) - 0.06 * max(0, len(clause.split()) - 14)


def _content(text: str) -> list[str]:
    return [w for w in plain_words(text) if len(w) > 3 and w not in _LIGHT and not w.startswith("http")]


_LIGHT = word_set(
    "their they them that this with from have been were what when where which there would could will just your about "
    "company company's because whether into than then also some still very more like didn't doesn't "
    "again later know need needed needs going able even much time using both"
)


def _in_own_words(told: str | None, turn: str) -> str | None:
    """The clause, cut at a phrase if too much of it is copied in a row; None if it cannot be cut."""
    if told is None or _copied(told, turn) <= _MOST_COPIED:
        return told
    for cut in reversed(list(_PHRASE.finditer(told))):
        short = told[: cut.start()]
        if (
            len(short.split()) >= _SHORTEST
            and "both" not in short.split()[-3:]
            and _copied(short, turn) <= _MOST_COPIED
        ):
            return short
    return None


def _copied(told: str, turn: str) -> int:
    a, b = plain_words(told), plain_words(turn)
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size
