"""Personal data in a text: cards, emails, phones and IBANs, by presidio's pattern recognisers and no language model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

# Nothing to look for without one of these; the recognisers take seconds to import.
_WORTH_A_LOOK = re.compile(r"@|(?:\d[\s().+-]*){7}|[A-Z]{2}\d{2}")
# Presidio's own takes the square of a text's length; here the parts are as long as RFC 5321 allows, and no longer.
_LOCAL = r"[!#$%&'*+\-/=?^_`{|}~\w]"
_EMAIL = (
    rf"\b{_LOCAL}(?:[!#$%&'*+\-/=?^_`{{|}}~.\w]{{0,62}}{_LOCAL})?"
    r"@\w{1,63}(?:-{1,4}\w{1,63}){0,8}(?:\.\w{1,63}(?:-{1,4}\w{1,63}){0,8}){1,8}\b"
)
_OWN_ID = re.compile(
    r"\b(?:order|ticket|case|reference|ref|tracking|invoice|booking|claim|confirmation|serial)s?\b"
    r"(?: (?:number|id|no|code))?(?: (?:is|was|of))?[\s:.#]*$",
    re.IGNORECASE,
)
_NAMES = {
    "CREDIT_CARD": "card number",
    "EMAIL_ADDRESS": "email address",
    "PHONE_NUMBER": "phone number",
    "IBAN_CODE": "bank account number",
}


@dataclass(frozen=True)
class PersonalDatum:
    """A stretch of text that identifies a person: what it is, and its place in code points."""

    name: str
    start: int
    end: int


def find_personal_data(text: str) -> list[PersonalDatum]:
    """Personal data in order of place, none overlapping; an id of the company's own (order, ticket) is none."""
    if not _WORTH_A_LOOK.search(text):
        return []
    found: list[PersonalDatum] = []
    for entity, recogniser in _recognisers():
        for result in recogniser.analyze(text, [entity], None):
            # Only phones: a number that passes a card's or an IBAN's checksum is no order id by chance.
            own = entity == "PHONE_NUMBER" and _OWN_ID.search(text[: result.start])
            if not own and all(result.end <= f.start or result.start >= f.end for f in found):
                found.append(PersonalDatum(_NAMES[entity], result.start, result.end))
    return sorted(found, key=lambda f: f.start)


@cache
def _recognisers() -> tuple[tuple[str, Any], ...]:
    """Entity and recogniser, the surest kind first."""
    from presidio_analyzer import Pattern, PatternRecognizer
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        IbanRecognizer,
        PhoneRecognizer,
    )

    return (
        # EmailRecognizer itself fetches a list of domain suffixes from the network to check a find.
        ("EMAIL_ADDRESS", PatternRecognizer("EMAIL_ADDRESS", patterns=[Pattern("e-mail", _EMAIL, 0.5)])),
        ("IBAN_CODE", IbanRecognizer()),
        ("CREDIT_CARD", CreditCardRecognizer()),
        ("PHONE_NUMBER", PhoneRecognizer()),
    )
