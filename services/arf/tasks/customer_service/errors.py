"""What is particular to each error type of a customer-service summary: one entry a type, for all who deal with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Severity


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """An error's severity, the editor LLM's instruction to correct it, and the LLM judge's question to find it.

    `question` is empty where no judge is needed to see it. Of an `absent` one the evidence is that no turn says it.
    """

    severity: Severity
    instruction: str
    question: str = ""
    absent: bool = False


ERRORS: Mapping[ErrorType, ErrorKind] = {
    f.ERROR_TYPE_ROLE_MISATTRIBUTION: ErrorKind(
        f.SEVERITY_CRITICAL,
        "Say who did each thing: the customer, the agent or somebody else.",
        "Does the summary give something that was said or done to the wrong party, for example an act of the agent to "
        "the customer?",
    ),
    f.ERROR_TYPE_WRONG_DETAIL: ErrorKind(
        f.SEVERITY_MAJOR,
        "Give each amount, date, time, id and name exactly as in the call.",
        "Does the summary give an amount, date, time, number, id, product, name or channel that differs from the "
        "transcript?",
    ),
    f.ERROR_TYPE_STATUS_SHIFT: ErrorKind(
        f.SEVERITY_CRITICAL,
        "Keep apart what was done, asked for, promised, conditional and refused.",
        "Does the summary report something as done that was only requested, promised, pending or conditional, or the "
        "other way round?",
    ),
    f.ERROR_TYPE_CONTRADICTION: ErrorKind(
        f.SEVERITY_CRITICAL,
        "Do not say the opposite of what was said.",
        "Does the summary say the opposite of something in the transcript?",
    ),
    f.ERROR_TYPE_FABRICATION: ErrorKind(
        f.SEVERITY_CRITICAL,
        "Leave out whatever the call does not say.",
        "Does the summary state an act, policy, cause or fact that is nowhere in the transcript?",
        absent=True,
    ),
    f.ERROR_TYPE_UNSUPPORTED_INFERENCE: ErrorKind(
        f.SEVERITY_MINOR,
        "Do not guess at motives, feelings or causes.",
        "Does the summary state a motive, feeling or cause that is plausible but that nobody in the transcript says?",
        absent=True,
    ),
    f.ERROR_TYPE_WRONG_LINK: ErrorKind(
        f.SEVERITY_MAJOR,
        "Join facts only as the call joins them: order, cause, and which item.",
        "Does the summary join true facts wrongly: the wrong order of events, the wrong cause, an amount or date that "
        "belongs to another act?",
    ),
    f.ERROR_TYPE_OMISSION: ErrorKind(
        f.SEVERITY_MAJOR,
        "Include the reason, what was done, the outcome and what follows by when.",
        "Does the summary leave out the reason for contact, an action that was taken, the outcome, a next step or a "
        "deadline? Leave quote empty and name in turns where the transcript says it.",
    ),
    f.ERROR_TYPE_REDUNDANCY: ErrorKind(
        f.SEVERITY_MINOR, "Say each thing once, in your own words, without pleasantries."
    ),
    f.ERROR_TYPE_FORMAT: ErrorKind(
        f.SEVERITY_MINOR, "Write plain third-person sentences, without speaker tags or personal data."
    ),
}
