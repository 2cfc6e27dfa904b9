"""CONTRADICTION: the summary says the opposite of what was said, by negation, by opposite words or by narrowing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arf.calls.text import Sentence
from arf.tasks.customer_service.detectors.alignment import AlignedTurn, Transcript, transcript
from arf.tasks.customer_service.detectors.answers import against
from arf.tasks.customer_service.detectors.claims import claims
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.detectors.lexicon import NARROWING, NOT_HARMLESS, negations, speech, stop
from arf.tasks.customer_service.detectors.meaning import (
    Word,
    is_content,
    lemma_set,
    negates,
    read_words,
    synonyms,
)
from arf.tasks.customer_service.detectors.polarity import is_asserted, is_denied, opposed
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import ErrorType, Finding

# Chosen on summedits_qmsumm: a negation in the call counts for a negated clause if it stands this near to its words.
_REACH = 3
_SUBJECT = 3
_ALIGNED = 2
_CLAUSE_WORDS = 9
_CLAUSE_END = re.compile(r"[.;,:]")
_CLAUSE_WORD = frozenset({"but", "however", "although", "while", "because", "since", "until", "unless", "as", "and"})
_CONDITION = frozenset({"if", "when", "once", "after"})
_GIVEN = (t.FACT_STATUS_DONE, t.FACT_STATUS_PROMISED, t.FACT_STATUS_PENDING)
_GRANTED = (*_GIVEN, t.FACT_STATUS_CONDITIONAL)
_Hit = tuple[int, int, list[str], str, str, float]


class Contradiction:
    """Compares negations, opposites and refusals in a summary with the turns they are about."""

    id = "contradiction@4"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_CONTRADICTION})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        call = transcript(subject.call)
        found = []
        for sentence in subject.sentences:
            words = read_words(sentence.text)
            hits = [*_narrowed(call, words), *_negated(call, sentence, words), *_answered(call, sentence)]
            hits += _acts(call, sentence) if call.has_roles else _opposed(call, words)
            for start, end, turns, because, fix, confidence in sorted(hits, key=lambda h: h[:2]):
                span = (sentence.start + start, sentence.start + end)
                found.append(
                    finding(
                        subject,
                        f.ERROR_TYPE_CONTRADICTION,
                        span,
                        turns,
                        because=because,
                        fix=fix,
                        confidence=confidence,
                    )
                )
        return found


def _negated(call: Transcript, sentence: Sentence, words: list[Word]) -> Iterator[_Hit]:
    """Negated clauses whose words the call never negates, and speech that is denied though the call has its topic."""
    for index, word in enumerate(words):
        after = words[index + 1 : index + 1 + _CLAUSE_WORDS]
        if (
            word.lower not in negations()
            or (word.lower == "without" and not call.is_long)
            or not after
            or after[0].lower in NOT_HARMLESS
        ):
            continue
        scope = [w for w in _clause(sentence.text, word, after) if w.lower not in stop()]
        if not scope:
            continue
        near = call.align(scope, 2)
        denied = lemma_set(after[0].lower) & speech()
        before = words[max(0, index - _SUBJECT) : index]
        if denied or ((call.is_long or is_asserted(call, scope, before)) and not is_denied(call, scope)):
            yield (
                word.start,
                scope[-1].end,
                [turn.turn_id for turn in near],
                f'The call does not deny this: "{sentence.text[word.start : scope[-1].end]}".',
                "State it as the call does, without the negation.",
                0.7 if denied else 0.5,
            )


def _clause(text: str, word: Word, after: list[Word]) -> Iterator[Word]:
    at = word.end
    for following in after:
        if _CLAUSE_END.search(text[at : following.start]) or following.lower in _CLAUSE_WORD:
            return
        yield following
        at = following.end


def _opposed(call: Transcript, words: list[Word]) -> Iterator[_Hit]:
    """Words that were not said, nor anything like them, while their opposite was said of the same thing."""
    for index, word in enumerate(words):
        if not is_content(word) or call.says(word.lower) or synonyms(word.lower) & frozenset(call.lemmas):
            continue
        context = [w for w in words[max(0, index - 6) : index + 7] if w is not word and is_content(w)]
        for turn in call.align(context, 1 if call.is_long else _ALIGNED):
            said = sorted(opposed(turn, word))
            if said and not _denies(turn, said) and not _is_negated_here(words, index):
                yield (
                    word.start,
                    word.end,
                    [turn.turn_id],
                    f'The call says "{said[0]}", the opposite of "{word.text}".',
                    f'Write "{said[0]}".',
                    0.5,
                )
                break


def _denies(turn: AlignedTurn, said: list[str]) -> bool:
    places = [i for i, w in enumerate(turn.words) if lemma_set(w.lower) & set(said)]
    return any(negates(w) for i in places for w in turn.words[max(0, i - _REACH) : i])


def _is_negated_here(words: list[Word], index: int) -> bool:
    return any(negates(w) for w in words[max(0, index - 3) : index])


def _narrowed(call: Transcript, words: list[Word]) -> Iterator[_Hit]:
    """Words such as "only", "never", "none" that the call does not use."""
    for i, word in enumerate(words):
        before, after = words[i - 1] if i else None, words[i + 1] if i + 1 < len(words) else None
        if (after is not None and after.lower in _CONDITION) or (before is not None and before.lower in negations()):
            continue
        if word.lower in NARROWING and not any(w in call.lemmas for w in NARROWING[word.lower]):
            yield (
                word.start,
                word.end,
                [turn.turn_id for turn in call.align(words, 1)],
                f'The call does not limit it so: "{word.text}".',
                f'Leave "{word.text}" out.',
                0.5,
            )


def _answered(call: Transcript, sentence: Sentence) -> Iterator[_Hit]:
    """Clauses that say the opposite of a yes or a no."""
    for start, end, answer in against(call, sentence.text):
        said = "yes" if answer.yes else "no"
        because = f'The answer to that question was "{said}".'
        yield start, end, list(answer.turn_ids), because, "Say what the answer says.", 0.7


def _acts(call: Transcript, sentence: Sentence) -> Iterator[_Hit]:
    """Refused acts reported as given, and given ones reported as refused."""
    for claim in claims(sentence):
        acts = [a for a in call.slots.acts if a.kind == claim.kind]
        if not acts:
            continue
        name = claim.kind.replace("_", " ")
        place = (claim.start - sentence.start, claim.end - sentence.start, list(acts[-1].turn_ids))
        if claim.status in _GIVEN and all(a.status == t.FACT_STATUS_REFUSED for a in acts):
            yield *place, f"The {name} was refused in the call.", f"Say that the {name} was refused.", 0.8
        elif claim.status == t.FACT_STATUS_REFUSED and all(a.status in _GRANTED for a in acts):
            yield *place, f"The {name} was not refused in the call.", f"Say that the {name} was granted.", 0.8
