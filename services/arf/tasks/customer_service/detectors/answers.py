"""What the call's answers of yes and no say: obligations and things of which a question asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from arf.calls.text import sentences
from arf.tasks.customer_service.detectors.alignment import Transcript
from arf.tasks.customer_service.detectors.coverage import told_acts
from arf.tasks.customer_service.detectors.meaning import Word, above, is_content, negates, read_words, synonyms
from arf.tasks.customer_service.tagging.mentions import mentions
from arf.tasks.customer_service.tagging.slots import ActKind

NO = re.compile(r"\W{0,9}(?:no|nope|nah)\b(?!\s(?:problem|worries|doubt|idea))", re.IGNORECASE)
YES = re.compile(r"\W{0,9}(?:yes|yeah|yep|yup|correct)\b", re.IGNORECASE)
# What must be, or is: a later turn does not change it as it changes what is done.
_STANDS = re.compile(
    r"\b(?:ha(?:ve|s|d)|needs?|needed) to\b|\bmust\b|\bthere\W+(?:is|are|was|'s)|\b(?:is|are) there\b", re.IGNORECASE
)
_PRONOUN = frozenset({"it", "them", "that", "one"})
_CLAUSE = re.compile(r"[;,]\s|\s(?:and|but|while|because|that|so)\s")
_ASKED = re.compile(r"\b(?:ask|wonder|want|enquir|inquir|whether|if)\w*", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """A question of something that stands, answered by a plain yes or no."""

    words: tuple[Word, ...]
    kinds: frozenset[ActKind]
    has_pronoun: bool
    yes: bool
    turn_ids: tuple[str, str]


def answered(call: Transcript) -> Iterator[Answered]:
    """The questions of the call that the next turn, another party's, answers."""
    for asked, reply in pairwise(call.call.turns):
        question = next((s.text for s in sentences(asked.text)[-1:] if s.text.endswith("?")), "")
        yes, no = YES.match(reply.text), NO.match(reply.text)
        if asked.speaker == reply.speaker or not (yes or no) or not _STANDS.search(question):
            continue
        words = read_words(question)
        kinds = frozenset(m.kind for m in mentions(question.lower()))
        telling = tuple(w for w in words if is_content(w))
        yield Answered(telling, kinds, _has_pronoun(words), yes is not None, (asked.turn_id, reply.turn_id))


def against(call: Transcript, sentence: str) -> Iterator[tuple[int, int, Answered]]:
    """The clauses of a summary's sentence that say the opposite of an answer, each with its place."""
    start, answers = 0, list(answered(call))
    for end in (*(m.start() for m in _CLAUSE.finditer(sentence)), len(sentence)) if answers else ():
        clause, at, start = sentence[start:end], start, end
        if not _STANDS.search(clause) or _ASKED.search(clause):
            continue
        words = read_words(clause)
        denies = any(negates(w) for w in words)
        for answer in answers:
            if answer.yes is denies and _is_about(answer, clause, words):
                yield at + len(clause) - len(clause.lstrip(" ,;")), end, answer
                break


def _is_about(answer: Answered, clause: str, words: list[Word]) -> bool:
    """Whether a clause and a question have the same words; a pronoun in one may be one thing more in the other."""
    if answer.kinds & {m.kind for m in told_acts(clause)}:
        return True
    asked, told = ([_meaning(w, some) for w in some] for some in (answer.words, [w for w in words if is_content(w)]))
    missing = sum(not any(a & b for b in told) for a in asked)
    more = sum(not any(a & b for a in asked) for b in told)
    return missing < len(asked) and missing <= _has_pronoun(words) and more <= answer.has_pronoun


def _has_pronoun(words: Sequence[Word]) -> bool:
    return any(w.lower in _PRONOUN for w in words)


def _meaning(word: Word, words: Sequence[Word]) -> frozenset[str]:
    """What means the same as a word; "send" and "back" together are "return"."""
    back = any(w.lower == "back" for w in words) and (word.lower == "back" or "move" in above(word.lower))
    return synonyms(word.lower) | ({"return"} if back else frozenset())
