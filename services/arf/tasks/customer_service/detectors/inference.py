"""UNSUPPORTED_INFERENCE: feelings, motives and causes for which the call has no cue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arf.calls.text import Sentence, normalise
from arf.tasks.customer_service.detectors.alignment import Transcript, transcript
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.detectors.lexicon import FEELINGS
from arf.tasks.customer_service.detectors.meaning import is_content, read_words
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

_CAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|as a result of|in order to|motivated by|out of)\b(?P<cause>[^.;]*)"
)
_GUESS = re.compile(
    r"\b(?:likely|probably|presumably|apparently|seemingly|appears? to|seems? to|may have|might have|must have"
    r"|suggesting that|indicating that|implying)\b"
)
_HEDGES = re.compile(
    r"\b(?:likely|prob'?ly|probably|presumably|maybe|perhaps|might|may|could|seems?|think|guess|should|if)\b"
)

_Hit = tuple[int, int, str, str, float]


class UnsupportedInference:
    """Looks in the call for what a stated feeling, guess or cause could rest on."""

    id = "inference@1"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_UNSUPPORTED_INFERENCE})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        """Findings of this detector, in order of place."""
        call = transcript(subject.call)
        found = []
        for sentence in subject.sentences:
            hits = sorted([*_feelings(call, sentence), *_guesses(call, sentence), *_causes(call, sentence)])
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
        cues = FEELINGS.get(word.lower)
        if cues is None or call.supports(word.lower) or any(cue in call.text for cue in cues):
            continue
        yield word.start, word.end, f'Nothing in the call shows "{word.text}".', f'Leave "{word.text}" out.', 0.6


def _guesses(call: Transcript, sentence: Sentence) -> Iterator[_Hit]:
    match = _GUESS.search(normalise(sentence.text).lower())
    if match and not _HEDGES.search(call.text):
        yield match.start(), match.end(), "This is a guess that nobody in the call makes.", "Leave the guess out.", 0.5


def _causes(call: Transcript, sentence: Sentence) -> Iterator[_Hit]:
    """Causes of which no content word has support."""
    match = _CAUSE.search(normalise(sentence.text).lower())
    if match is None:
        return
    words = [w for w in read_words(match["cause"]) if is_content(w)]
    if len(words) >= 2 and not any(call.supports(w.lower) for w in words):
        yield match.start(), match.end(), "The call gives no such cause.", "Leave the cause out.", 0.6
