"""Common conditions of acts and reasons for refusal, each with the clause that states it."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.lexicon import cue, verbs

_BACK = r"(?:back|returned?|returning)"

CONDITIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        cue(
            r"(?:receipt|receipts|invoice|proof of purchase|order confirmation|proof)",
        ),
        "the receipt is provided",
    ),
    (cue(r"(?:photo|photos|picture|pictures|image|images)"), "a photo is provided"),
    (
        cue(
            r"(?:courier|carrier|driver|shipper|haulier|post office)",
            r"(?:officially|declared|confirmed|is|as) (?:lost|gone)",
        ),
        "the courier confirms the loss",
    ),
    (
        cue(
            r"(?:identity|identification|id check|id|who you are|security (?:check|questions?)|verif\w+)",
        ),
        "the customer's identity is confirmed",
    ),
    (
        cue(
            r"(?:line|network) (?:test|fault|check)",
            r"(?:fault|problem)(?: \S+){0,3} (?:on|with|in) (?:the|your) line",
            r"line(?: \S+){0,5} (?:fault|faulty)",
            r"(?:test|tests)(?: \S+){0,5} (?:fault|faulty)",
        ),
        "a fault is found on the line",
    ),
    (
        cue(
            r"(?:hasn't|haven't|has not|isn't|not|not yet|hasn't yet)(?: \S+){0,2} (?:left|shipped|gone out|"
            r"dispatched|been sent|sent|been dispatched|out)",
            r"still (?:in|at) (?:the|our) (?:warehouse|depot)",
            r"still (?:with us|here)",
        ),
        "the order has not shipped yet",
    ),
    (
        cue(
            r"(?:error|mistake|overcharge|double charge|duplicate)",
            r"(?:check|review|accounting|audit|investigation)(?: \S+){0,3} (?:confirms?|shows?|finds?|proves?)",
        ),
        "the error is confirmed",
    ),
    (
        cue(
            rf"(?:item|it|parcel|product|goods|return|package|device|we|you|us|one)(?: \S+){{0,5}} {_BACK}",
            rf"{verbs('return')}|return(?: \S+){{0,2}} (?:reaches|arrives|received)",
            r"(?:we|us) (?:receive|get|have|have received)(?: \S+){0,3} (?:item|it|parcel|product|goods|"
            r"package|device)",
        ),
        "the item is returned",
    ),
)

CAUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        cue(
            r"(?:return|returns|returning)(?: \S+){0,3} (?:window|period|deadline|policy|over|passed|ended|"
            r"expired|gone)",
            r"(?:window|period|deadline|time)(?: \S+){0,3} returns?",
        ),
        "the return window has passed",
    ),
    (
        cue(
            r"minimum (?:contract |subscription )?(?:term|period)|(?:tied|bound|locked) (?:in|by|into|"
            r"to)(?: \S+){0,3} (?:contract|term)"
        ),
        "the minimum term is not over",
    ),
    (
        cue(
            r"(?:identity|security|id|who you are|it's you|verif\w+)(?: \S+){0,4}",
        ),
        "the customer's identity could not be confirmed",
    ),
    (
        cue(
            r"(?:proof of delivery|signature|signed|was delivered|been delivered|as delivered|the delivery)",
        ),
        "the records show that it was delivered",
    ),
    (
        cue(
            r"(?:left the warehouse|already shipped|was shipped|has shipped|been shipped|on its way|"
            r"on the way|courier (?:already )?has|went out|gone out|dispatched|been sent|"
            r"with the courier|shipped already)"
        ),
        "the order has already shipped",
    ),
    (
        cue(r"(?:fall|drop|dropped|dropping|impact)|(?:damage|fault)(?: \S+){0,3} (?:by|from) (?:you|misuse|use)"),
        "the damage was caused by a fall",
    ),
    (
        cue(
            r"(?:price|amount|charge|contract|rate|fee)(?: \S+){0,6} (?:correct|contract|agrees?|matches|says|"
            r"right|agreement)"
        ),
        "the price matches the contract",
    ),
    (
        cue(r"(?:outage|area|region|regional|neighbourhood|neighborhood|network|district)"),
        "the outage affects the whole area",
    ),
)
