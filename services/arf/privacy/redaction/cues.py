"""Words near a number that say what it is: looked for in the few words before it."""

from __future__ import annotations

import re

from arf.privacy.scanner.plain import BOUNDARY

_REACH = 48
_ID = re.compile(
    r"\b(?:accounts?|order number|ticket|case|reference|ref|confirmation|tracking|booking|invoice|serial|claim"
    r"|policy|number|no|num|id|code|pin|passcode|password|cvv|cvc|ending|ends|digits|card|member|membership|customer"
    r"|social|ssn|passport|licen[sc]e|plates?|registration|iban|routing|sort|zip|postcode)\b[^\x00\d]{0,24}$|#\s?$"
)
_PHONE = re.compile(
    r"\b(?:phone|mobile|cell|telephone|landline|call|ring|text|reach|callback|dial|whatsapp|contact)\b[^\x00]{0,32}$"
)
_CARD = re.compile(r"\b(?:card|visa|mastercard|amex|debit|credit)\b[^\x00]{0,32}$")


def before(low: str, start: int) -> str:
    """The words of the same turn that stand just before a place."""
    lead = low[max(0, start - _REACH) : start]
    return lead[lead.rfind(BOUNDARY) + 1 :]


def asked(low: str, start: int) -> str:
    """The end of the turn before, where the number is the first thing said in this one: what it answers."""
    cut = low.rfind(BOUNDARY, 0, start)
    if cut < 0 or start - cut > _REACH:
        return ""
    return before(low, cut)


def is_id(lead: str) -> bool:
    """The words before say that a number follows which names something."""
    return _ID.search(lead) is not None


def is_phone(lead: str) -> bool:
    """The words before say that a phone number follows."""
    return _PHONE.search(lead) is not None


def is_card(lead: str) -> bool:
    """The words before say that a payment card's number follows."""
    return _CARD.search(lead) is not None
