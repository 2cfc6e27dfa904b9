"""UNSUPPORTED_INFERENCE: feelings and guesses without a cue in the call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arf.calls.text import Sentence, normalise
from arf.tasks.customer_service.detectors.alignment import Transcript, transcript
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.detectors.meaning import read_words
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

_CROSS_WORDS = (
    "frustrated angry furious upset annoyed irritated outraged disappointed dissatisfied unhappy displeased "
    "frustration anger annoyance disappointment dissatisfaction"
)
_CROSS = (
    "ridiculous|unacceptable|terrible|awful|annoy|fed up|sick of|not good enough|joke|!!|again|still|third time"
    "|every time|furious|angry|upset|disappoint|frustrat|useless"
)
_GLAD_WORDS = (
    "happy satisfied pleased grateful delighted thankful relieved satisfaction gratitude relief content "
    "thrilled appreciative"
)
_GLAD = "thank|great|perfect|appreciate|brilliant|lovely|wonderful|awesome|cheers|excellent"
_UNEASY_WORDS = "worried anxious nervous afraid scared stressed panicked desperate"
_UNEASY = "worr|nervous|scared|afraid|concern|panic|stress|anxious|urgent|desperate"
# Words for feelings, each with what a call must hold, one of them at least, for it to be more than a guess.
_FEELINGS: dict[str, tuple[str, ...]] = {
    word: tuple(cues.split("|"))
    for words, cues in (
        (_CROSS_WORDS, _CROSS),
        (_GLAD_WORDS, _GLAD),
        (_UNEASY_WORDS, _UNEASY),
        ("embarrassed ashamed", "embarrass|asham"),
        ("jealous guilty suspicious", "jealous|guilt|suspici"),
        ("confused", "confus|understand|what do you mean|not sure|?"),
    )
    for word in words.split()
}
_GUESS = re.compile(
    r"\b(?:likely|probably|presumably|apparently|seemingly|appears? to|seems? to|may have|might have|must have"
    r"|suggesting that|indicating that|implying)\b"
)
_HEDGES = re.compile(
    r"\b(?:likely|prob'?ly|probably|presumably|maybe|perhaps|might|may|could|seems?|think|guess|should|if)\b"
)

_Hit = tuple[int, int, str, str, float]


class UnsupportedInference:
    """Looks in the call for evidence of each stated feeling or guess."""

    id = "inference@2"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_UNSUPPORTED_INFERENCE})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        call = transcript(subject.call)
        found = []
        for sentence in subject.sentences:
            hits = sorted([*_feelings(call, sentence), *_guesses(call, sentence)])
            for start, end, because, fix, confidence in hits:
                found.append(
                    finding(
                        subject,
                        f.ERROR_TYPE_UNSUPPORTED_INFERENCE,
                        (sentence.start + start, sentence.start + end),
                        [turn.turn_id for turn in call.align(read_words(sentence.text), 1)],
                        because=because,
                        fix=fix,
                        confidence=confidence,
                    )
                )
        return found


def _feelings(call: Transcript, sentence: Sentence) -> Iterator[_Hit]:
    for word in read_words(sentence.text):
        cues = _FEELINGS.get(word.lower)
        if cues is None or call.supports(word.lower) or any(cue in call.text for cue in cues):
            continue
        yield word.start, word.end, f'Nothing in the call shows "{word.text}".', f'Leave "{word.text}" out.', 0.6


def _guesses(call: Transcript, sentence: Sentence) -> Iterator[_Hit]:
    match = _GUESS.search(normalise(sentence.text).lower())
    if match and not _HEDGES.search(call.text):
        yield match.start(), match.end(), "This is a guess that nobody in the call makes.", "Leave the guess out.", 0.5
