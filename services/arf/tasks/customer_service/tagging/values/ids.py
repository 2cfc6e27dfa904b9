"""Addresses, phone numbers and ids."""

from __future__ import annotations

import re
from collections.abc import Sequence

import phonenumbers

from arf.tasks.customer_service.tagging.values.forms import Form, Reading, form

_CUE = (
    r"(?:order|account|ticket|case|reference|ref|confirmation|tracking|booking|invoice|serial|claim|policy|id|code"
    r"|customer|member(?:ship)?|parcel|package|number|no\.|#)(?:\s(?:number|no\.?|id|code|reference|#))?"
    r"(?:\s(?:is|was|it's|that's|that\sis|um|uh|so|okay|ok|yes)|[:,#]){0,5}\s{0,3}"
)
_PART = r"(?:[a-z]|\d+|[a-z]{1,4}\d[a-z\d]*|(?-i:[A-Z]{2,4})(?=[- ]?\d)|dash|hyphen)"
_BODY = rf"(?P<value>(?:{_PART}(?:\s?-\s?|,?\s|(?=\d)|\b))+)"
# A pronoun or an article after a spelled id is not its last letter.
_STRAY = re.compile(r"(?:[\s,]{1,3}[ia]\b){1,9}[\s,-]{0,3}$", re.IGNORECASE)


def without_stray(text: str) -> str:
    """A spelled id without the pronoun or article after it."""
    return _STRAY.sub("", text)


def _id(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    bare = re.sub(r"\b(?:dash|hyphen)\b|[^a-z0-9]", "", without_stray(match["value"]), flags=re.IGNORECASE).upper()
    return [Reading("id", bare)] if len(bare) >= 3 and any(c.isdigit() for c in bare) else []


def _phone(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    digits = re.sub(r"\D", "", match["value"])
    if not 7 <= len(digits) <= 15:
        return []
    try:
        number = phonenumbers.parse(match["value"] if "+" in match["value"] else digits, "US")
    except phonenumbers.NumberParseException:
        return [Reading("phone", digits)]
    possible = len(digits) > 7 and phonenumbers.is_possible_number(number)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return [Reading("phone", written if possible else digits)]


def _url(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    return [Reading("url", match[0].lower())]


WRITTEN: list[Form] = [
    form(r"(?:https?://|www\.)[^\s,)]{1,500}", _url),
    form(r"(?P<value>\+\d[\d\s().-]{7,16}\d|\(?\b\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b|\b\d{3}-\d{4}\b)", _phone),
]
IDS: list[Form] = [
    form(rf"\b{_CUE}{_BODY}", _id),
    form(r"\b(?P<value>\d(?:[\s-]?\d){9,10})\b", _phone),
    # By its shape an id has capitals: "4k" and "mp3" are none.
    form(r"\b(?P<value>[A-Z]{1,5}-?\d{2,}(?:-?[A-Z\d]+)*|\d{5,}(?:-[A-Z\d]+)*|\d+[A-Z]+[A-Z\d]*)\b", _id, 0),
    form(r"(?<![\w'])(?P<value>(?:[b-hj-z]\s|a\s(?=[a-z]\s|\d\s\d\s\d)){0,32}\d(?:[\s-]\d){3,})\b", _id),
]
