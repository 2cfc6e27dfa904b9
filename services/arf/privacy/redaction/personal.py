"""Finds passwords, number plates, device addresses, birthdays and street addresses, by cue words or by shape."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Set

from arf.privacy.number_words import DIGITS, TEENS, TENS
from arf.privacy.redaction.stretch import Stretch
from arf.privacy.redaction.words import section

_IS = r"(?:\s{1,2}(?:is|was|are|it's|reads|to|now|number|currently)|'s|:|=|-){0,3}\s{0,2}"
_NUMBER_WORD = "|".join([*DIGITS, *TEENS, *TENS, "hundred", "oh", "double", "triple"])
_SECRET = re.compile(
    r"\b(?:pass ?word|pass ?code|pass ?phrase|pwd|pw|security answer|(?:memorable|secret) word"
    r"|(?:wi-?fi|api|access) (?:key|token))"
    rf"{_IS}[\"']?(?P<value>[^\s\x00\x01\"',;]{{3,64}}"
    rf"(?:\s(?:underscore|dash|hyphen|dot|at|hash|star|exclamation mark|{_NUMBER_WORD})\b){{0,12}})"
)
_PLATE = re.compile(
    r"\b(?:(?:number|licen[sc]e|registration)[ -]plates?|plates?|registration|reg|tag|sort code)(?: number)?"
    rf"{_IS}(?P<value>(?=[a-z \-]{{0,8}}\d)[a-z\d]{{1,7}}(?:[ -][a-z\d]{{1,4}}){{0,2}})(?![a-z\d])"
)
_IPV4 = re.compile(r"\d(?<![\w.-]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\w-]|\.\d)")
_DEVICE_HINT = re.compile(r"\d(?:\.\d{1,3}\.\d|[\da-f]{0,3}[:.-][\da-f]{2,4}[:.-][\da-f])|::|[a-f]:\d")
_MAC_OR_IPV6 = re.compile(
    r"(?<![\w:.-])(?:[\da-f]{2}(?:[:-][\da-f]{2}){5}|[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}"
    r"|(?=[\da-f]{0,4}:[\da-f:.]{0,40}:)[\da-f:]{3,39}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?![\w:-]|\.\d)"
)
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_ORDINAL = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth"
    "|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_DATE_WORD = (
    rf"(?:\d{{1,4}}(?:st|nd|rd|th)?|(?:{_MONTH}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
    rf"|(?:{_ORDINAL}|{_NUMBER_WORD}|thousand)\b)"
)
_DATE = rf"(?P<value>{_DATE_WORD}(?:(?:[\s,./-]{{1,2}}(?:of |the |and )?){_DATE_WORD}){{0,8}})"
_BORN = re.compile(
    rf"\b(?:date of birth|birth ?da(?:te|y)|d\.?o\.?b\.?|born)(?: (?:on|in|is|was|the)|'s|:){{0,4}}\s?{_DATE}"
)
_ASKED = re.compile(rf"\b(?:date of birth|birth ?da(?:te|y)|d\.?o\.?b)\b[^\x00]{{0,48}}\x00[^\x00]{{0,24}}?\b{_DATE}")
_STREET = re.compile(
    rf"\b(?:\d{{1,5}}[a-z]?|(?:{_NUMBER_WORD})(?:[ -](?:{_NUMBER_WORD})){{0,4}})\s"
    r"(?P<name>(?:[a-z][a-z.'-]{1,20}\s){1,3})"
    r"(?:street|avenue|road|lane|boulevard|terrace|crescent|parkway|highway|mews"
    r"|(?P<short>st|ave|rd|ln|drive|dr|court|ct|blvd|square|pkwy|hwy|close|gardens|way|place))\b\.?"
    r"(?:,?\s(?:apt|apartment|unit|suite|flat|floor)\.?\s#?[a-z\d]{1,5}\b)?"
)
_HANDLE = re.compile(r"(?<![\w@.])@[a-z]\w{2,29}\b(?!\.\w)|\b[a-z\d']{1,32}(?:\sunderscore\s[a-z\d']{1,32}){1,6}")
# Each begins with the first figure, so that the search is quick; the letters before it belong to it.
_POSTCODE = re.compile(r"\d(?:(?<=\b[a-z]\d)|(?<=\b[a-z][a-z]\d))[a-z\d]?\s\d[a-z]{2}\b")
_IBAN = re.compile(r"\d(?<=\b[a-z][a-z]\d)\d(?:\s?[a-z\d]{4}){2,7}(?:\s?[a-z\d]{1,4})?(?![a-z\d])")
_TELLING_WORDS = (
    "pass password passcode passphrase pwd security memorable secret wifi fi api access plate plates registration reg"
    " tag sort pw birth birthday birthdate dob born"
)
_STREET_WORDS = (
    "street avenue road lane boulevard terrace crescent parkway highway mews st ave rd ln drive dr court ct blvd square"
    " pkwy hwy close gardens way place"
)
_TELLING, _STREETS = frozenset(_TELLING_WORDS.split()), frozenset(_STREET_WORDS.split())


def find(text: str, low: str, words: Set[str]) -> Iterator[Stretch]:
    """Personal data of these kinds in a plain text and its lower-case copy; `words` are those of the latter."""
    for pattern, kind in ((_IBAN, "ID"), (_POSTCODE, "ADDRESS")):
        for match in pattern.finditer(low):
            start = match.start() - (2 if low[max(0, match.start() - 2) : match.start()].isalpha() else 1)
            if kind == "ADDRESS" or sum(map(str.isdecimal, match[0])) >= 8:
                yield Stretch(kind, start, match.end(), re.sub(r"\s", "", low[start : match.end()]).upper())
    marks = max(map(low.count, ".:-"))
    for pattern in (_IPV4, _MAC_OR_IPV6) if marks > 1 and _DEVICE_HINT.search(low) else ():
        yield from (Stretch("ID", *m.span(), m[0].upper()) for m in pattern.finditer(low) if _is_device(m[0]))
    for match in _HANDLE.finditer(low) if "@" in low or "underscore" in words else ():
        yield Stretch("ID", *match.span(), re.sub(r"\sunderscore\s", "_", match[0]))
    for match in _STREET.finditer(low) if not _STREETS.isdisjoint(words) else ():
        word = max(low.rfind(" ", match.start(), match.end("name") - 2) + 1, match.start("name"))
        if text[word] != low[word] or not (match["short"] or section("never").intersection(match["name"].split())):
            yield Stretch("ADDRESS", *match.span(), " ".join(match[0].split()))
    if not _TELLING.isdisjoint(words):
        yield from _announced(low)


def _announced(low: str) -> Iterator[Stretch]:
    """Personal data that the words before it announce."""
    common = section("never") | section("not_secret")
    for match in _SECRET.finditer(low):
        value = match["value"].rstrip(".!?")
        if value and value not in common:
            yield Stretch("ID", match.start("value"), match.start("value") + len(value), value)
    for pattern, kind in ((_PLATE, "ID"), (_BORN, "BIRTHDAY"), (_ASKED, "BIRTHDAY")):
        for match in pattern.finditer(low):
            if kind == "BIRTHDAY" or section("never").isdisjoint(match["value"].split()):
                yield Stretch(kind, *match.span("value"), match["value"].upper())


def _is_device(text: str) -> bool:
    if "." in text and ":" not in text and text.count(".") == 2:
        return any(map(str.isalpha, text))
    if text.count(":") == 5 or text.count("-") == 5:
        return True
    try:
        return ipaddress.ip_address(text).version > 0
    except ValueError:
        return False
