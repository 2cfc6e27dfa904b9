"""Revises without a model: sound sentences stay, flagged ones are corrected or rewritten from the slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from arf.calls.text import Sentence, normalise, sentences
from arf.tasks.customer_service.bounds import fits
from arf.tasks.customer_service.phrases.prose import outcome_sentences, reason_sentence, write
from arf.tasks.customer_service.phrases.rendering import amount_text, date_text, duration_text, time_text
from arf.tasks.customer_service.tagging.mentions import mentions
from arf.tasks.customer_service.tagging.reasons import own_words, reason_kind
from arf.tasks.customer_service.tagging.slots import Act, Slots
from arf.tasks.customer_service.tagging.tagger import tag
from arf.tasks.customer_service.tagging.values import Value, find_values
from arf.tasks.customer_service.writer.plain import write_plain
from arf.tasks.customer_service.writer.threads import write_thread
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import Call

VERSION = "customer_service_repair@2"

_SUBJECT = re.compile(r"^(?:The|An?) (?:customer|client|agent|representative|support bot|bot|company)\b")
_NAMES = {t.ROLE_CUSTOMER: "The customer", t.ROLE_AGENT: "The agent", t.ROLE_BOT: "The support bot"}


def repair(call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
    """A summary without the findings, 12 to 60 words; None where nothing is flagged or the call does not say enough.

    Sentences without a finding stay byte for byte where most of the summary is sound; otherwise it is written anew.
    """
    if not findings:
        return None
    slots = tag(call)
    anew = _written(call, slots)
    if anew is None:
        return None
    kept = sentences(summary)
    flagged = {f.sentence for f in findings}
    if slots.from_thread or -1 in flagged or 2 * len(flagged) >= len(kept):
        return anew
    return _mended(slots, kept, findings) or anew


def write_summary(call: Call) -> str | None:
    """A summary of the call from its slots, 12 to 60 words; None if they say too little."""
    return _written(call, tag(call))


def _written(call: Call, slots: Slots) -> str | None:
    """The summary from slots that are understood whole, else in the parties' own words; None if they say too little.

    A public thread is told from usual support moves.
    """
    if slots.from_thread:
        return write_thread(call)
    text = write(slots) if all(act.whole for act in slots.acts) else None
    # Outside shops their words for a reason mean other things: what the customer wants is told as they say it.
    reason = own_words(call)
    return text if text or reason is None else write_plain(call, reason_sentence(reason))


def _mended(slots: Slots, original: Sequence[Sentence], findings: Sequence[Finding]) -> str | None:
    """The sound sentences, the flagged ones corrected or dropped, and what is then missing; None if it does not fit."""
    parts: list[str] = []
    for sentence in original:
        own = [f for f in findings if f.sentence == sentence.index]
        text = _mend(slots, sentence, own) if own else sentence.text
        if text is not None:
            parts.append(text)
    told = " ".join(parts)
    if slots.reason is not None and reason_kind(normalise(told).lower()) is not slots.reason.kind:
        parts.insert(0, reason_sentence(slots.reason))
    named = {m.kind for m in mentions(normalise(told).lower())}
    missing = replace(slots, acts=tuple(a for a in slots.acts if a.kind not in named))
    if missing.acts or not slots.acts:
        parts += [s for s in outcome_sentences(missing) if s not in parts]
    text = " ".join(parts)
    return text if fits(text) else None


def _mend(slots: Slots, sentence: Sentence, own: Sequence[Finding]) -> str | None:
    """The sentence with its one error corrected; None if it is better dropped."""
    if len(own) != 1:
        return None
    if own[0].type == ErrorType.ERROR_TYPE_WRONG_DETAIL:
        return _with_value(slots, sentence, own[0])
    if own[0].type == ErrorType.ERROR_TYPE_ROLE_MISATTRIBUTION:
        return _with_actor(slots, sentence)
    return None


def _with_value(slots: Slots, sentence: Sentence, finding: Finding) -> str | None:
    """Replaces the wrong value by the supported one, if the call leaves no choice."""
    start, end = finding.start - sentence.start, finding.end - sentence.start
    wrong = [v for v in find_values(sentence.text) if v.start < end and start < v.end]
    if len(wrong) != 1:
        return None
    right = _supported(slots, wrong[0])
    if len(right) != 1:
        return None
    return sentence.text[: wrong[0].start] + right.pop() + sentence.text[wrong[0].end :]


def _supported(slots: Slots, wrong: Value) -> set[str]:
    """The slots' values of the same kind, as they are written."""
    match wrong.kind:
        case "money":
            amounts = [*(a.amount for a in slots.acts), *(r.amount for r in slots.reasons)]
            return {amount_text(a) for a in amounts if a}
        case "id":
            return {r.order_id for r in slots.reasons if r.order_id}
        case "time":
            return {time_text(a.time) for a in slots.acts if a.time}
        case "date":
            return {date_text(a.deadline) for a in slots.acts if a.deadline and duration_text(a.deadline) is None}
        case "duration":
            return {d for a in slots.acts if a.deadline and (d := duration_text(a.deadline))}
    return set()


def _with_actor(slots: Slots, sentence: Sentence) -> str | None:
    """The sentence with the real actor as its subject."""
    subject = _SUBJECT.match(sentence.text)
    named = {m.kind for m in mentions(normalise(sentence.text).lower())}
    acts: list[Act] = [a for a in slots.acts if a.kind in named]
    actors = {a.actor for a in acts}
    if subject is None or not named or len(actors) != 1:
        return None
    name = _NAMES.get(actors.pop())
    if name is None or name == subject.group():
        return None
    return name + sentence.text[subject.end() :]
