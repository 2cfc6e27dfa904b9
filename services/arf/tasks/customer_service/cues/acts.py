"""Words that name an act, whoever does it and whatever its status."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.lexicon import cue, verbs
from arf.tasks.customer_service.tagging.slots import ActKind

_SEND = verbs(
    "send",
    "ship",
    "dispatch",
    "post",
    "mail",
    "email",
    "get",
    "give",
    "issue",
    "order",
    "reserve",
    "deliver",
    "receive",
    "have",
)
_CORRECT = verbs(
    *(
        "correct",
        "adjust",
        "amend",
        "fix",
        "remove",
        "waive",
        "revise",
        "recalculate",
        "reissue",
        "reduce",
        "change",
        "lower",
        "alter",
        "set",
        "bring",
        "rectify",
        "drop",
    )
)
_UPDATE = verbs(
    *("update", "change", "correct", "amend", "edit", "switch", "put", "enter", "add", "replace", "redirect"),
)
_HAND_IN = verbs(
    *("send", "email", "e-mail", "upload", "provide", "attach", "forward", "submit", "share", "reply with", "take"),
    *("post", "mail", "show", "need"),
)
_BILL = r"(?:bill|invoice|charge|fee|statement|overcharge)"
_PAPERS = (
    r"(?:photos?|pictures?|pics?|images?|receipts?|proof|documents?|documentation|paperwork|forms?|screenshots?|"
    r"cop(?:y|ies)|statement|evidence|scans?|passport)"
)
# New, but not a replacement.
_NOT_GOODS = (
    r"(?:address|password|label|slot|appointment|bill|invoice|date|card|link|time|visit|reset|temporary|pin|"
    r"login|number|account|charge|issue|problem|question|"
    r"request|day|look|team|agent|colleague|way|hour|ticket|call|matter|thing|moment|week|minute|place|home|"
    r"flat|option|email|step|one of|of)"
)
_PLAN = (
    r"(?:subscription|membership|plan|contract|order|delivery|service|purchase|renewal|account|shipment|policy|line)"
)

# What is paid: things go back, too, and are no refund.
_MONEY = (
    r"(?:money|payment|amount|charge|cost|price|fee|dollars?|pounds?|euros?|cents|pence|[$£€]\s?\d[\d.,]*"
    r"|\d+\.\d\d|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_BACK = verbs("put", "send", "pay", "give", "get", "transfer", "credit", "hand", "expect", "see", "receive")

ACTS: tuple[tuple[ActKind, re.Pattern[str]], ...] = (
    (
        ActKind.REFUND,
        cue(
            rf"{verbs('reimburse')}|refunded|refunding|(?:refund|refunds)(?! (?:team|department|desk|policy|"
            rf"window))|reimbursement|money back",
            rf"{verbs('reverse', 'return')} (?:\S+ ){{0,4}}{_MONEY}",
            rf"{verbs('pay')} (?:\S+ ){{0,4}}back|{_BACK}(?: \S+){{0,4}} {_MONEY}(?: \S+){{0,3}} (?:back|returned)",
            rf"{_BACK} (?:\S+ ){{0,4}}back (?:\S+ ){{0,2}}{_MONEY}|{_MONEY}(?: \S+){{0,2}} (?:been|be|was|is) returned",
            rf"{_MONEY}(?: \S+){{0,3}} back (?:on|to|in|into|onto) (?:your|my|the) (?:card|account|bank)",
        ),
    ),
    (
        ActKind.REPLACEMENT,
        cue(
            rf"replacements?|{verbs('replace', 'reship', 'resend', 're-send', 'swap')}",
            rf"{_SEND} (?:\S+ ){{0,4}}(?:new|another|fresh|correct|missing) (?!{_NOT_GOODS}\b)\w+",
            rf"(?:a|the|another|your|one|brand|whether|has) (?:new|another|fresh|second) (?!{_NOT_GOODS}\b)\w+",
            rf"another (?!{_NOT_GOODS}\b)\w+",
            r"(?:new|another|fresh|correct|right) (?:one|unit|copy)",
        ),
    ),
    (
        ActKind.CANCELLATION,
        cue(
            r"(?:cancel|cancels|cancelled|canceled|cancelling|canceling|cancellation)(?! (?:my|the|your|that|"
            r"this) (?:\S+ )?card)",
            rf"{verbs('stop', 'end', 'terminate', 'close', 'call off', 'discontinue')}(?: off)? (?:\S+ ){{0,3}}{_PLAN}",
            rf"{verbs('take')} (?:\S+ ){{0,4}}off (?:our|the) (?:system|books)|(?:called|calling) off",
            rf"{_PLAN} (?:has been |is |was |have been )?(?:now |already )?(?:stopped|closed|terminated|ended|"
            rf"discontinued)",
        ),
    ),
    (
        ActKind.PASSWORD_RESET,
        cue(
            rf"{verbs('reset', 'set', 'clear', 'change')}(?: \S+){{0,3}} (?:password|login|pin|access)",
            r"(?:resetting|reset link|link to reset|reset email|password reset|password change|"
            r"password (?:has been|was|is) (?:now )?(?:reset|changed))",
            verbs("unlock"),
            r"(?:new|temporary) password",
        ),
    ),
    (
        ActKind.ADDRESS_UPDATE,
        cue(
            rf"{_UPDATE}"
            rf"(?: \S+){{0,5}} address",
            r"address(?: \S+){0,3} (?:updated|changed|amended|corrected|update|change|switched)",
            r"new (?:delivery |shipping |postal )?address",
        ),
    ),
    (
        ActKind.TECHNICIAN_VISIT,
        cue(
            r"(?:technicians?|engineers?|repairman|electrician|home visit)",
            rf"{verbs('send', 'have', 'get')} (?:someone|somebody) (?:out|round|over|around|to come|come)",
        ),
    ),
    (
        ActKind.INVESTIGATION,
        cue(
            rf"{verbs('investigate', 'trace')}|investigations?|enquiry|inquiry",
            rf"{verbs('look')} into|looked at (?:it|this) further|under review|(?:being|still) (?:checked|"
            rf"searching|reviewed)",
            rf"{verbs('check', 'follow', 'chase', 'raise')}(?: \S+){{0,3}} with (?:the|our) (?:carrier|courier|"
            rf"warehouse|depot|bank|driver|supplier)",
            rf"{verbs('run')} (?:\S+ ){{0,2}}check|{verbs('open')} a (?:case|claim|trace|ticket)|"
            rf"case is (?:still )?open",
        ),
    ),
    (ActKind.RETURN_LABEL, cue(r"(?:(?:return|returns|prepaid|pre-paid|shipping|postage|free) )*label")),
    (
        ActKind.GOODWILL_CREDIT,
        cue(
            r"(?:goodwill|gesture|compensation|voucher|coupon|discount|gift card|courtesy credit)",
            r"(?:a|the|of|account|any|\d) (?:\S+ ){0,2}credit(?! card)",
            rf"{verbs('credit')} (?:\S+ ){{0,5}}(?:your|the) (?:account|balance)|{verbs('credit')} (?:you|"
            rf"your account)",
            rf"{verbs('add', 'apply', 'put')} (?:\S+ ){{1,6}}(?:to|on) your (?:account|balance)",
        ),
    ),
    (
        ActKind.CALLBACK,
        cue(
            rf"{verbs('call', 'ring', 'phone')} (?:you|me|them|her|him)\b",
            r"(?:callback|call-back|call back|phone call)",
            rf"{verbs('give', 'get', 'have', 'expect', 'receive')} (?:you |me )?a (?:call|ring)",
            r"(?:in touch|back to you|hear from us|contact you|reach you)(?: \S+){0,3} (?:by|over the|"
            r"via) (?:phone|telephone)",
        ),
    ),
    (
        ActKind.ESCALATION,
        cue(
            rf"{verbs('transfer', 'escalate')}|escalation",
            rf"{verbs('pass', 'hand', 'forward', 'refer', 'send', 'give')} (?:it|this|that|your \S+) (?:on |"
            rf"over )?to (?:them|the \S+ team)",
            r"(?:team|department) (?:now )?has (?:your|the|this) (?:case|message|request|file)",
            r"(?:case|message|request|file) is (?:now )?with (?:the|our) (?:\S+ ){1,3}(?:team|department)",
            rf"{verbs('pass', 'hand', 'forward', 'refer', 'send', 'move', 'route', 'bring')}"
            rf" (?:\S+ ){{0,4}}(?:to|over to|onto|on to) (?:the|our|my) (?:\S+ ){{1,3}}"
            r"(?:team|department|desk|specialists?|colleagues)",
            rf"{verbs('hand', 'pass')} (?:you|this|it|your case) (?:over|on|straight|up)|{verbs('put')} (?:you|"
            rf"me) (?:straight )?through|{verbs('connect')} (?:you|me)",
            r"(?:speak|talk|speaking|talking) (?:to|with) (?:a |the |your |an )?(?:manager|supervisor|"
            r"someone else|human|person|real person)",
        ),
    ),
    (
        ActKind.RESCHEDULE,
        cue(
            verbs("reschedule", "rebook", "re-book", "rearrange", "postpone"),
            rf"{verbs('move', 'change', 'push', 'shift')}(?: \S+){{0,3}} "
            r"(?:appointment|booking|visit|slot|reservation)",
            r"new (?:appointment|slot|visit)",
        ),
    ),
    (
        ActKind.CARD_BLOCK,
        cue(
            rf"{verbs('block', 'freeze', 'stop', 'deactivate', 'cancel')}(?: \S+){{0,2}} card",
            r"card(?: \S+){0,4} (?:blocked|frozen|stopped|deactivated|cancelled)",
        ),
    ),
    (
        ActKind.REPAIR,
        cue(
            rf"{verbs('repair', 'mend')}|repairs?",
            rf"{verbs('fix')} (?:it|(?:the|your) (?!{_BILL})\w+)|{verbs('get', 'have')} (?:\S+ ){{1,4}}fixed",
        ),
    ),
    (
        ActKind.BILL_CORRECTION,
        cue(
            rf"{_CORRECT}(?: \S+){{0,3}} {_BILL}",
            rf"{_BILL}(?: \S+){{0,4}} (?:corrected|adjusted|amended|removed|waived|revised|correction|"
            rf"adjustment|taken off|reissued|put right|reduced|lowered|changed)",
            r"(?:new|revised|corrected|amended|updated) (?:bill|invoice)|(?:bill|billing|"
            r"invoice) (?:correction|adjustment)",
        ),
    ),
    (
        ActKind.RESTART_DEVICE,
        cue(
            rf"{verbs('restart', 'reboot', 'unplug', 'power cycle', 'power-cycle')}|a reset of",
            rf"{verbs('turn', 'switch')} (?:\S+ ){{1,4}}off(?:,)?(?: and| then| wait)?,? (?:\S+ ){{0,4}}on",
        ),
    ),
    (
        ActKind.SEND_DOCUMENTS,
        cue(
            rf"{_HAND_IN}"
            rf""
            rf"(?: \S+){{0,5}} {_PAPERS}",
            rf"need (?:\S+ ){{0,2}}{_PAPERS}",
        ),
    ),
)
