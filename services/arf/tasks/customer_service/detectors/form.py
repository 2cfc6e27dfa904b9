"""FORMAT: length, first person, speaker tags, broken text, words of the prompt, personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arf.calls.text import normalise, words
from arf.tasks.base import Bounds
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.detectors.personal_data import find_personal_data
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

# "US" and "IT" are names, and a lone capital I may count off parts: (I), Type I, I.
_FIRST_PERSON = re.compile(
    r"(?<![\w'(])(?:I(?:'(?:m|ve|ll|d))?(?![\w.)'])|[Mm]y(?:self)?|[Mm]e|[Mm]ine|[Ww]e(?:'(?:re|ve|ll|d))?|[Oo]urs?|us)(?![\w'-])"
)
_NUMBERED = re.compile(r"\b(?:type|part|phase|class|level|section|volume|mark)\s+$", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_ROLES = r"agent|customer|bot|caller|client|user|assistant|system|representative|rep|advisor|support|third[ _]party"
_PROMPT = re.compile(
    r"as an ai\b|language model|^(?:sure|certainly|of course|okay)[,!]"
    r"|here(?:'s| is) (?:a|the|your) (?:\w+ ){0,3}summary"
    r"|^\s*(?:summary|answer|output|response|task|instructions?)\s*:|</?(?:transcript|summary|s|inst)>|\[/?inst\]|<\|[^|>]*\|>"
    r"|```|###|two (?:or three )?short sentences|in (?:two|three) sentences"
    r"|(?:summari[sz]e|summary of) the (?:above|following|transcript|conversation)"
    r"|\bthe (?:above|following) (?:transcript|conversation)|ignore (?:all |the )?previous instructions",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(
    r"(?:\b(?:an?|the|and|or|but|to|because|if|which|of|was|were|has|had)|[,;:(-])[.\s]*$",
    re.IGNORECASE,
)
_GARBLED = re.compile(r"\ufffd|(\S)\1{5,}|[^\w\s]{5,}")
# Tags, thoughts and stand-ins for names: "<think>", "<ID_1>", "NAME_1".
_MARKUP = re.compile(r"<[/|]?[A-Za-z][^<>]*>|(?<!\w)\[?[A-Z]{2,}\\?_\d+\]?(?!\w)")
_NESTED = re.compile(
    r"\b(?:because|that|since|so|if|when|as|but|and|to) (?=(?:The|They|It|He|She|This|There|Their|An?) [a-z])"
)
_QUOTED_WHOLE = re.compile(r'"(?:The|A|An) (?:customer|agent|client|caller|user|company)\b[^"]*[.!?]"?')
_END = (".", "!", "?")
_SHARE = 4
"""A summary may have one word for so many of a long call, whatever the bound."""


class Format:
    """Finds what is wrong with a summary regardless of the call."""

    id = "format@2"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_FORMAT})
    languages = frozenset({"en"})

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds

    def detect(self, subject: Subject) -> list[Finding]:
        if not subject.sentences:
            return [_whole(subject, "The summary is empty.", "Write the summary.", 1.0)]
        return [
            *self._length(subject),
            *_broken(subject),
            *_first_person(subject),
            *_speaker_tags(subject),
            *_prompt_words(subject),
            *_personal_data(subject),
        ]

    def _length(self, subject: Subject) -> Iterator[Finding]:
        count, said = len(words(subject.summary)), sum(len(words(turn.text)) for turn in subject.call.turns)
        least, most = self._bounds.min_words, max(self._bounds.max_words, said // _SHARE)
        if count < least:
            because = f"The summary has {count} words; at least {least} are needed."
            yield _whole(subject, because, "Say why the customer made contact and how it ended.", 1.0)
        if count > most:
            because = f"The summary has {count} words; at most {most} may be."
            yield _whole(subject, because, "Leave out what is not reason, action, outcome or next step.", 1.0)


def _whole(subject: Subject, because: str, fix: str, confidence: float) -> Finding:
    return finding(subject, f.ERROR_TYPE_FORMAT, None, because=because, fix=fix, confidence=confidence)


def _part(subject: Subject, span: tuple[int, int], because: str, fix: str, confidence: float) -> Finding:
    return finding(subject, f.ERROR_TYPE_FORMAT, span, because=because, fix=fix, confidence=confidence)


def _broken(subject: Subject) -> Iterator[Finding]:
    last = subject.sentences[-1]
    bare = last.text.rstrip("\"')]")
    if not bare.endswith(_END):
        yield _part(subject, (last.start, last.end), "The last sentence has no end.", "End the sentence.", 1.0)
    elif _CUT_OFF.search(bare) or bare.endswith("..."):
        yield _part(subject, (last.start, last.end), "The last sentence breaks off.", "End the sentence.", 0.9)
    for match in _GARBLED.finditer(subject.summary):
        yield _part(subject, match.span(), f'"{match.group()}" is no prose.', "Leave it out.", 1.0)
    said = {word for turn in subject.call.turns for word in turn.text.split()}
    for match in _MARKUP.finditer(subject.summary):
        if match.group() not in said:
            yield _part(subject, match.span(), f'"{match.group()}" stands for something else.', "Say what it is.", 1.0)
    for match in _NESTED.finditer(subject.summary):
        yield _part(subject, match.span(), "A sentence begins within another.", "Make one sentence of it.", 0.9)
    for match in _QUOTED_WHOLE.finditer(normalise(subject.summary)):
        yield _part(subject, match.span(), "The summary is a quotation.", "Say it without quotation marks.", 0.9)
    if normalise(subject.summary).count('"') % 2:
        at = normalise(subject.summary).rfind('"')
        yield _part(subject, (at, at + 1), "A quotation has no end or no beginning.", "Leave the quotation out.", 0.9)


def _first_person(subject: Subject) -> Iterator[Finding]:
    text = normalise(subject.summary)
    # What a party said may be quoted as they said it; blanked, so that places stay what they are.
    text = _QUOTED.sub(lambda m: " " * len(m.group()), text)
    for match in _FIRST_PERSON.finditer(text):
        if not _NUMBERED.search(text, max(0, match.start() - 16), match.start()):
            because = f'"{match.group()}" speaks for one of the parties.'
            yield _part(subject, match.span(), because, "Write in the third person.", 0.9)


def _speaker_tags(subject: Subject) -> Iterator[Finding]:
    names = {t.speaker for t in subject.call.turns if t.speaker}
    tags = "|".join([*sorted(map(re.escape, names)), _ROLES])
    for match in re.finditer(
        rf"(?:^|(?<=[.!?\n\"])|(?<=[.!?] ))\s*\[?(?:{tags})\]?\s?:", subject.summary, re.IGNORECASE
    ):
        start = match.end() - len(match.group().lstrip())
        because = f'"{match.group().strip()}" is a speaker tag of a transcript.'
        yield _part(subject, (start, match.end()), because, "Say in a sentence who did what.", 1.0)


def _prompt_words(subject: Subject) -> Iterator[Finding]:
    for match in _PROMPT.finditer(normalise(subject.summary)):
        because = f'"{match.group().strip()}" comes from the prompt or from the model, not from the call.'
        yield _part(subject, match.span(), because, "Leave it out.", 0.9)


def _personal_data(subject: Subject) -> Iterator[Finding]:
    for datum in find_personal_data(subject.summary):
        yield finding(
            subject,
            f.ERROR_TYPE_FORMAT,
            (datum.start, datum.end),
            because=f"The summary shows a person's {datum.name}.",
            fix=f"Leave the {datum.name} out.",
            confidence=0.9,
            severity=f.SEVERITY_CRITICAL,
        )
