"""How summaries word the acts and contact reasons of customer-service calls, the held-out reasons included."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """Words that name one of `names` (more than one where they leave it open), with their place."""

    names: frozenset[str]
    start: int
    end: int


_THING = r"(?:\w+[\s-]+){0,4}?"
_SENDING = r"(?:send|sent|sending|ship|shipped|shipping|deliver|delivered|delivering|post|posted|dispatch|dispatched|get|got)"
_ACTS: dict[str, str] = {
    "refund": r"refund\w*|reimburs\w*|(?:pay|paid|paying|transfer\w*|hand\w*|giv\w+|gave|return\w*) "
    r"(?:\S+ ){0,4}?(?:back|to (?:the|their|his|her) (?:card|account))\b|"
    r"money(?:[ -]back)?\b(?! problem)|(?:payment|charge)s? (?:\w+ )?revers\w+|revers\w+ (?:\w+ ){0,3}(?:payment|charge)|payout",
    "replacement": r"replacements?|replac(?:e|ed|es|ing)\b(?! the (?:old )?address)|exchang\w+|"
    rf"{_SENDING} (?:\w+ ){{0,3}}?(?:new|another|fresh|correct|right|missing|proper) (?!password|appointment|technician)\w+",
    "cancellation": r"cancel\w*|terminat\w+|(?:void|withdr[ae]w)\w*|"
    r"(?:stop|stopped|stopping|end|ended|ending|close|closed|closing|call(?:ed)? off|drop|dropped) "
    rf"{_THING}(?:order|subscription|membership|plan|contract|service|purchase)\b",
    "password_reset": r"(?:re-?set|renew)\w* (?:\S+ ){0,4}?(?:password|login|credentials|account)|passwords? re-?set|"
    r"(?:re-?set|recovery) (?:link|email|code)|(?:new|fresh|temporary) password|unlock\w*|"
    r"(?:restor\w+|regain\w*|reinstat\w+) (?:\S+ ){0,3}?(?:access|account)|password (?:was |has been |is )?re-?set",
    "address_update": r"(?:chang|updat|correct|amend|replac|enter|switch)\w* (?:\S+ ){0,4}?address\w*|"
    r"address (?:\w+ )?(?:chang|updat|correct|amend|replac)\w*|"
    r"address (?:was|has been|is|will be|had been) (?:being )?(?:changed|updated|corrected|amended|replaced)|"
    r"redirect\w*|(?:send|deliver|ship)\w*(?: \w+){0,4} to (?:a|the|their|his|her) (?:new|different|other) (?:address|place)",
    "technician_visit": r"technicians?|engineers?(?:'s?)?|(?:home|site|service|repair) visit|specialist visit",
    "investigation": r"investigat\w*|look(?:s|ed|ing)? into|trac(?:e|ed|ing)\b|track(?:ed|ing)? (?:it|the (?:parcel|package|order))|"
    r"(?:open|opened|opening|raise|raised|file|filed|create|created) (?:a|an|the) (?:\w+ )?(?:case|ticket|claim|inquiry)|"
    r"examin\w+|search(?:ed|ing)? for|follow(?:ed|ing)? (?:it|this|the \w+) up|follow(?:ed|ing)? up (?:on|with the)|"
    r"check(?:s|ed|ing)? (?:\w+ ){0,3}?with the (?:courier|warehouse|carrier)|under (?:review|investigation)|"
    r"(?:full|further|thorough) check|review(?:ing|ed)? the (?:case|issue|matter)",
    "return_label": r"return (?:shipping )?labels?|prepaid (?:\w+ )?labels?|shipping labels?|labels? for the return|labels?",
    "goodwill_credit": r"(?:good ?will|courtesy)(?:[ -](?:credit|gesture|payment|discount|voucher))?|gesture of good ?will|"
    r"(?:a|an|the) (?:\S+ )?credit(?! card)\b|credit(?:ed|ing)\b|credit of|compensat\w*|discount\w*|voucher|"
    r"(?:to )?credit (?=[$£€]|the (?:customer|account))|off (?:the|their|his|her) next bill|[$£€]\S+ credit",
    "callback": r"call(?:ed|ing)?[ -]?backs?|(?:call|called|calling|phone|phoned|phoning|ring|rang|ringing|telephon\w+) "
    r"(?:the |a )?(?:customer|caller|client|them|him|her) back|(?:ring|rung|rang|return) (?:\S+ ){0,3}?(?:back|call)\b|"
    r"(?:will|would|to|promised to|going to) (?:call|phone|ring|telephone)\b|be (?:called|phoned|rung)|(?:receive|get|expect) a (?:phone )?call\b|"
    r"follow-up call|phone call",
    "escalation": r"escalat\w*|transfer\w*(?= (?:the|this|it|him|her|them|to|over)\b)(?! \S+ (?:back|to (?:the|their|his|her) (?:card|account)))|"
    r"(?:pass|hand|forward|refer|rout|rais|connect|switch|send|link|put|bring|brought|sent|direct|redirect)\w* "
    r"(?:\w+ ){0,5}?(?:to|with|through to|over to|in) (?:the |a |another )?(?:\w+[ -]){0,3}?(?:team|department|supervisor|manager|specialist|desk)|"
    r"transferred",
    "reschedule": r"re-?schedul\w*|rebook\w*|postpon\w*|re-?arrang\w*|"
    r"(?:mov|chang|shift|push|switch)\w* (?:\S+ ){0,4}?(?:appointment|visit|slot|booking|installation|fitting|date)\b|"
    r"(?:appointment|visit|slot|booking|installation|fitting) (?:was |has been |will be |is |would be |to be )?(?:being )?(?:moved|changed|shifted|pushed|switched)|"
    r"new (?:appointment|date|time|slot|day) |(?:another|different|new) (?:appointment|date|time|slot|day)\b",
    "card_block": r"(?:block|fr[eo]+z|lock|deactivat|disabl|suspend|stop|shut)\w* (?:\S+ ){0,3}?cards?\b|cards? (?:was |has been |is |were |had been |will be |be )"
    r"(?:now )?(?:being )?(?:blocked|frozen|locked|deactivated|disabled|suspended|stopped|shut)|(?:block|stop) on the card|card block\w*",
    "repair": r"repair\w*|mend(?:ed|ing|s)?\b|(?:fix|service)(?:d|ed|ing|s)? (?:the|it|their|his|her)\b(?! (?:issue|problem|matter|bill|account|internet))|serviced|"
    r"put\w* (?:\w+ ){1,4}right|workshop",
    "bill_correction": r"(?:correct|adjust|chang|reduc|revis|amend|lower|recalculat|alter|fix)\w* (?:\w+ ){0,4}?(?:bill|invoice|charge|amount|price)s?\b|"
    r"(?:bill|invoice|charge)s? (?:\w+ )?(?:correct|adjust|revis|amend|reduc)\w*|(?:bill|invoice|charge) (?:was|has been|will be|is|to be|be) "
    r"(?:being )?(?:corrected|adjusted|reduced|lowered|revised|amended|changed|set)|set\w* (?:the )?(?:bill|charge|invoice)|bring\w* (?:the )?bill down|billing correction",
    "restart_device": r"re-?start\w*|re-?boot\w*|unplug\w*|power[ -]?cycl\w*|(?:turn|switch|power)\w* (?:\w+ ){0,3}?off and (?:back )?on|"
    r"re-?set\w* (?:the |their |his |her )?(?:router|modem|device|tv|box|console)",
    "send_documents": r"(?:send|sent|sending|sends|email\w*|upload\w*|forward\w*|provid\w*|submit\w*|supply|share)\s(?:\w+ ){0,5}?"
    r"(?:photo\w*|picture\w*|receipt|proof|scan|copy|copies|document\w*|screenshot\w*|invoice|images?)\b|"
    r"proof of purchase|(?:photo|document)s? (?:was|were|has been|have been|will be) (?:sent|uploaded|provided)|"
    r"(?:ask\w*|request\w*) (?:\w+ ){0,4}?for (?:\w+ ){0,3}?(?:photo\w*|picture\w*|receipt|proof|scan|copy|document\w*)",
}  # fmt: skip

_ITEM = r"(?:item|product|article|thing|model|size|colou?r|goods|order|one|parcel|package)"
_GONE = r"(?:not|never|n't)"
_REASONS: dict[str, str] = {
    "late_delivery late_delivery?": rf"(?:late|delayed|overdue) (?:\w+ ){{0,2}}?(?:deliver\w*|order|parcel|package|shipment|arrival|{_ITEM})|"
    rf"(?:deliver\w*|order|parcel|package|shipment|\w+) (?:\S+ )?(?:was|is|were|had been|has been|being) (?:\w+ )?(?:late|delayed|overdue|stuck)\b|"
    rf"(?:has|had|have|did|was|is)(?: \w+)? ?{_GONE} (?:\w+ ){{0,2}}?(?:arriv\w*|been delivered|delivered|turned? up|come\b|show\w* up)|"
    r"(?:never|n't|not yet|not) (?:yet )?(?:arrived|been delivered|turned up)|waiting for (?:\w+ ){0,3}?(?:deliver\w*|order|parcel|package)|"
    r"delivery delays?|delays? (?:in|of|with) (?:\w+ ){0,3}?(?:deliver\w+|order|parcel|shipment)|late in arriving|arrived late|running late",
    "missing_item": rf"missing (?:\w+ ){{0,2}}?(?:from|in|item|part|product)|missing {_ITEM}|(?:was|is|were|are|being|went) missing|"
    r"(?:not|n't|no longer) (?:\w+ )?(?:in|included in|inside|part of) (?:the|their|his|her|a) (?:\w+ )?(?:box|parcel|package|delivery|order|shipment)|"
    r"(?:delivery|order|parcel|package|shipment) (?:was|is|arrived|came) (?:incomplete|without)|incomplete (?:order|delivery|parcel|shipment)|left out of|missing\b",
    "damaged_item": rf"(?:arriv|came|deliver|receiv|reach)\w* (?:\S+ ){{0,4}}?(?:damaged|broken|cracked|dented|scratched|smashed|bent|crushed|defective)|"
    rf"damaged|(?:broken|cracked|dented|scratched|smashed) (?:\w+ )?{_ITEM}|(?:was|is) (?:\w+ )?(?:cracked|dented|scratched|smashed|bent|crushed)|in pieces|damage to",
    "wrong_item": rf"(?:wrong|incorrect|different|another|other) (?:\w+ )?{_ITEM}(?! address)|(?:wrong|incorrect) (?!amount|charge|bill|address|price|password|date)\w+ (?:was|had been|arrived|instead)|"
    r"(?:not|n't) (?:the (?:one|item) |what )(?:\w+ )*?ordered|(?:wrongly|incorrectly) delivered|(?:received|got|sent) (?:\S+ ){1,5}?instead of (?![$£€\d])",
    "double_charge": r"charged (?:\S+ )*?(?:twice|two times|double|more than once)|double[ -]?(?:charg|bill|pay)\w*|billed (?:\S+ )*?twice|"
    r"duplicate[d]? (?:\w+ )?(?:charg|payment|debit|bill)\w*|(?:two|second|repeated|pair of|extra) (?:\w+ )?(?:charges?|payments?|debits?)\b|"
    r"(?:debited|paid|taken|collected|deducted) (?:\S+ )*?(?:twice|again|more than once)|twice for|charged again",
    "wrong_amount": r"(?:wrong|incorrect|unexpected|higher|excessive|mistaken) (?:\w+ )?(?:amount|charge|bill|price|invoice|sum)|over-?charg\w*|over-?bill\w*|"
    r"(?:bill\w*|charg\w*|invoic\w*|paid|debited) (?:\S+ ){0,4}?instead of|(?:bill|invoice|charge|price|amount) (?:\S+ ){0,6}?(?:was|is|were|being) (?:\w+ )?(?:wrong|incorrect|too high|higher|not correct|not right)|"
    r"charged (?:\w+ )?(?:too much|incorrectly|wrongly|more than)|billed (?:\w+ )?(?:too much|incorrectly|wrongly)|(?:billing|invoice|bill) (?:error|mistake)|"
    r"(?:error|mistake) (?:on|in|with) (?:the|their|his|her|a|an) (?:\w+ )?(?:bill|invoice)|(?:bill|invoice|charge) (?:\S+ )+?(?:when|although|while|but) (?:\S+ )+?(?:should|agreed|expected)",
    "refund_status": r"(?:status|progress|update|whereabouts) (?:of|on|about|for) (?:\w+ ){0,4}?(?:refund|money)|refund status|"
    r"refund (?:\S+ ){0,8}?(?:had|has|was|is|have|did)(?: still)?(?: ?n't| not| never)(?: yet)?(?: \w+)? ?(?:arriv\w*|paid|receiv\w*|come|issued|processed|appear\w*|been)|"
    r"(?:await|wait|chas|ask\w* about|inquir\w* about|enquir\w* about)\w*(?: for| about| on)? (?:\w+ ){0,4}?(?:refund|money)|(?:where|when) (?:\S+ ){0,3}?(?:refund|money)|"
    r"(?:had|has|have|was)? ?(?:not|never|n't) (?:yet )?(?:received|gotten|got|seen|been paid|been given) (?:\w+ ){0,4}?(?:refund|money)|"
    r"(?:missing|late|outstanding|overdue|delayed|pending) refund|refund (?:\S+ ){0,6}?(?:was|is) (?:late|overdue|missing|delayed|outstanding|pending)|not (?:yet )?been refunded|"
    r"(?:refund|money) (?:\S+ ){0,6}?(?:had|has) (?:not|never)",
    "locked_account": r"(?:account|profile) (?:\S+ )?(?:was|is|has been|had been|being|got) (?:\w+ )?(?:locked|blocked|suspended|frozen)|locked (?:\w+ )?account|(?:locked|shut) (?:\w+ )?out|"
    r"(?:can(?:not|'t|n't)|could(?:n't| not)|unable to|not able to|trouble) (?:log\w*|sign\w*|access\w*|get)(?: in\b| into| to)?(?: (?:the|their|his|her|an?) (?:\w+ )?account)?|"
    r"(?:blocked|locked|suspended|frozen) (?:\w+ )?account|no access to (?:the|their|his|her) account|log-?in (?:problem|issue|trouble)\w*|account lock\w*|lost access",
    "internet_outage": r"(?:internet|broadband|connection|wi-?fi|network|line)(?: \S+){0,3}? (?:down|dead|out|outage|lost|dropped|dropping|failed|failing|not working|not work|gone|stopped working|unavailable)|"
    r"(?:internet|network|broadband|connection|service|wi-?fi) (?:outage|failure|loss|interruption|problem|issue)s?|no (?:\w+ )?(?:internet|connection|broadband|wi-?fi)|"
    r"(?:without|lost|losing) (?:\w+ )?(?:internet|connection|broadband|wi-?fi)\w*|(?:not|n't|unable to|cannot) (?:get |go |connect )?(?:online|to the internet)|offline|outage",
    "product_fault": r"(?:stopped|stops|quit) working|faulty|defective|malfunction\w*|(?:not|n't|never|no longer|cannot|won't) (?:be )?(?:\w+ )?(?:turn\w* on|working|work|start\w*|switch\w* on|power\w* on|function\w*|charge|charging)\b|"
    r"(?:has|had|have|with|developed|a|reported) (?:a |an )?(?:\w+ )?(?:fault|defect)\b|(?:keeps?|kept) (?:\w+ )*?(?:off|crashing|freezing|failing)|broke(?: down)?\b|broken|"
    r"(?:product|device|item) fault|fault (?:with|in|of)|overheat\w*|(?:was|is|has|had) (?:dead|failed|failing|freezing)|failed\b|not (?:functioning|working)",
    "lost_card": r"(?:lost|stolen|missing|misplaced|mislaid) (?:or stolen )?(?:\w+ ){0,3}?card|card (?:\S+ )?(?:was|is|had been|has been|being|went|gone) (?:\w+ )?(?:lost|stolen|missing|misplaced|taken|gone)|"
    r"(?:lost|losing|misplaced|lose|loss of|theft of) (?:the|their|his|her|a) (?:\w+ )?card|card loss|card theft",
    "warranty_claim": r"warrant\w*|guarantee\w*",
}  # fmt: skip
# Reasons that are themselves a wish for an act: they are told from the act by who wants what.
_WISHES: dict[str, str] = {
    "cancel_subscription": r"(?:cancel\w*|end|ending|terminat\w+|stop|stopping|close|closing|give up|giving up|get out of)\b[^,;]*?"
    r"(?:subscription|membership|plan|contract|service|package)\b|(?:subscription|membership|plan|contract) cancel\w+",
    "cancel_order": r"(?:cancel\w*|call(?:ing)? off|drop(?:ping)?|stop(?:ping)?|withdraw\w*)\b[^,;]*?(?:order|purchase)\b|order cancel\w+",
    "change_address": r"(?:chang|updat|correct|amend|replac|mov|redirect|wrong|new|different|old)\w*[^,;]*?address\w*|address (?:chang|updat|correct)\w*|redirect\w*|"
    r"(?:deliver|send|ship)\w*[^,;]*? to (?:a|the|their|his|her) (?:new|different|other) (?:address|place|home|location)|moved (?:house|home)|had moved",
    "reschedule_appointment": r"(?:re-?schedul|rebook|postpon|re-?arrang|mov|chang|shift)\w*[^,;]*?(?:appointment|visit|slot|booking|installation|fitting|delivery)\b|"
    r"(?:appointment|visit|installation|fitting)[^,;]*?(?:moved|rescheduled|rebooked|changed|postponed)|(?:new|different|another) (?:day|date|time|slot)[^,;]*?(?:appointment|visit|installation)|"
    r"(?:not|n't|unable to|cannot) (?:make|keep|attend)[^,;]*?(?:appointment|visit)|re-?schedul\w*",
}  # fmt: skip

IMPLIED: dict[str, frozenset[str]] = {
    "cancel_subscription": frozenset({"cancellation"}),
    "cancel_order": frozenset({"cancellation"}),
    "change_address": frozenset({"address_update"}),
    "reschedule_appointment": frozenset({"reschedule"}),
    "refund_status": frozenset({"refund"}),
}
"""Acts that a contact reason is itself a request for."""

CARRIED: dict[str, frozenset[str]] = {
    "technician_visit": frozenset({"repair"}),
    "escalation": frozenset(),
}


def _compiled(table: dict[str, str]) -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    return tuple(
        (frozenset({names.split()[0]}), re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE)) for names, pattern in table.items()
    )


_ACT_PATTERNS = _compiled(_ACTS)
_REASON_PATTERNS = _compiled(_REASONS)
_WISH_PATTERNS = _compiled(_WISHES)
