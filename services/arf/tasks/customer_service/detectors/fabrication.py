"""FABRICATION: acts and things that no turn of the call supports."""

from __future__ import annotations

from arf.calls.text import Sentence
from arf.tasks.customer_service.detectors.alignment import Transcript, transcript
from arf.tasks.customer_service.detectors.claims import claims
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.detectors.lexicon import figurative, general
from arf.tasks.customer_service.detectors.meaning import Word, is_content, lemma_set, read_words
from arf.tasks.customer_service.detectors.wordnet import wordnet
from arf.tasks.customer_service.tagging.slots import ActKind
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

# What one act is often called instead: an escalation is a promised callback, a new bill is a credit.
_NEAR: dict[ActKind, tuple[ActKind, ...]] = {
    ActKind.GOODWILL_CREDIT: (ActKind.REFUND, ActKind.BILL_CORRECTION),
    ActKind.BILL_CORRECTION: (ActKind.REFUND, ActKind.GOODWILL_CREDIT),
    ActKind.REPAIR: (ActKind.TECHNICIAN_VISIT, ActKind.REPLACEMENT),
    ActKind.REPLACEMENT: (ActKind.REPAIR,),
    ActKind.INVESTIGATION: (ActKind.ESCALATION,),
    ActKind.CALLBACK: (ActKind.ESCALATION,),
    ActKind.PASSWORD_RESET: (),
}


class Fabrication:
    """Looks for the acts and the concrete things of each sentence anywhere in the call."""

    id = "fabrication@4"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_FABRICATION})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        call = transcript(subject.call)
        found = []
        for sentence in subject.sentences:
            words = [w for w in read_words(sentence.text) if is_content(w)]
            if call.has_roles:
                found += self._acts(subject, call, sentence)
            found += [self._thing(subject, call, sentence, w) for w in words if _is_new_thing(call, w)]
        return found

    @staticmethod
    def _acts(subject: Subject, call: Transcript, sentence: Sentence) -> list[Finding]:
        return [
            finding(
                subject,
                f.ERROR_TYPE_FABRICATION,
                (claim.start, claim.end),
                [],
                because=f"No {claim.kind.replace('_', ' ')} is mentioned in the call.",
                fix=f"Leave the {claim.kind.replace('_', ' ')} out.",
                confidence=0.8,
            )
            for claim in claims(sentence)
            if claim.status is not None
            and claim.kind not in call.acts
            and not any(near in call.acts for near in _NEAR.get(claim.kind, ()))
        ]

    @staticmethod
    def _thing(subject: Subject, call: Transcript, sentence: Sentence, word: Word) -> Finding:
        return finding(
            subject,
            f.ERROR_TYPE_FABRICATION,
            (sentence.start + word.start, sentence.start + word.end),
            [turn.turn_id for turn in call.align(read_words(sentence.text), 1)],
            because=f'Nobody in the call speaks of "{word.text}" or anything like it.',
            fix=f'Leave "{word.text}" out.',
            confidence=0.6,
        )


def _is_new_thing(call: Transcript, word: Word) -> bool:
    """Whether a word names a thing or a place that the call does not speak of.

    In service calls, where one thing has many names ("handset", "phone"), anything near it in meaning will do.
    """
    net = wordnet()
    if net is None or not word.text.islower() or word.lower in figurative() or not net.is_concrete(word.lower):
        return False
    pos = net.parts_of_speech(word.lower)
    if call.has_roles:
        return pos == {"noun"} and not call.supports(word.lower)
    if lemma_set(word.lower) & general():
        return False
    inflected = "verb" in pos and word.lower.endswith(("s", "ed", "ing"))
    return not inflected and not pos & {"adj", "adv"} and not call.names(word.lower)
