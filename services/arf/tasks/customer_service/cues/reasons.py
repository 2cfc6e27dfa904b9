"""Cues for why a customer makes contact."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.lexicon import cue, verbs
from arf.tasks.customer_service.tagging.slots import ReasonKind

_NOT = (
    r"(?:hasn't|haven't|hadn't|has not|have not|isn't|is not|aren't|wasn't|was not|weren't|didn't|did not|doesn't|"
    r"don't|won't|never|not|nothing|no|still not|yet to)"
)
_CHARGED = r"(?:charged|billed|debited|taken|took|paid|payments?|charges?|invoiced|money)"
_PLAN = r"(?:subscription|membership|plan|contract|renewal|auto-?renew\w*|premium|trial|insurance|policy)"
_END = verbs(
    *("cancel", "end", "stop", "terminate", "close", "quit", "leave", "give up", "get out of", "drop", "get rid of"),
    "unsubscribe",
)
_MONEY = r"(?:refund|refunds|refunded|money back|money|reimbursement|reimbursed)"
_BILL = r"(?:bill|invoice|statement|price|charge|total|amount|fee)"
_MONEY_SAID = r"(?:[$£€]\s?\d|\d[\d.,]* (?:dollars|pounds|euros)|\w+ (?:dollars|pounds|euros))"
_RETURNED = (
    r"(?:returned|sent (?:\S+ ){0,4}back|send (?:\S+ ){0,4}back|gave (?:\S+ ){0,4}back|brought (?:\S+ ){0,4}back)"
)
_WORKS = (
    r"(?:work|working|worked|turn on|turning on|switch on|switching on|come on|charge|charging|start|starting|"
    r"power|crash\w*|freez\w*|overheat\w*|"
    r"function\w*|boot|heat|heating|respond\w*|print\w*|spin\w*|drain\w*|cool\w*)"
)
_BROKEN = (
    r"(?:broken|cracked|smashed|shattered|dented|torn|scratched|in pieces|crushed|bent|ripped|chipped|leaking|in bits|"
    r"in half|snapped)"
)
_NET = r"(?:internet|broadband|wi-?fi|connection|fibre|fiber)"

# Ordered: of two that match at about the same place, the first wins.
REASONS: tuple[tuple[ReasonKind, re.Pattern[str]], ...] = (
    (
        ReasonKind.REFUND_STATUS,
        cue(
            r"(?:where|where's|when|status|chasing|chase|waiting|waited|promised|expecting|update|happened|"
            r"happening|follow(?:ing)? up|progress|news|heard|asking|"
            r"ask|check|checking|enquiring|inquiring|going to|told|supposed to|said)(?: \S+){0,7} (?:refund|"
            r"refunded|refunds|money back|reimburse\w*|my money)",
            rf"{_MONEY}(?: \S+){{0,9}} (?:{_NOT}|yet|status|where|overdue|late|weeks? ago|days? ago)",
            rf"{_NOT}(?: \S+){{0,4}} (?:received|got|gotten|seen|had|come|arrived)(?: \S+){{0,3}} {_MONEY}",
            rf"{_RETURNED}(?: \S+){{0,24}} {_MONEY}",
            rf"{_RETURNED}(?: \S+){{0,16}} (?:still waiting|nothing|no sign)",
        ),
    ),
    (
        ReasonKind.DOUBLE_CHARGE,
        cue(
            rf"{verbs('charge', 'bill', 'debit', 'take', 'pay', 'invoice')}(?: \S+){{0,13}} (?:twice|two times|"
            rf"double|(?:a )?second time)",
            rf"(?:twice|double|two|duplicate|second|a pair of|couple of|identical)(?: \S+){{0,2}} {_CHARGED}",
            r"double (?:charge|charged|billed|payment)|duplicate",
            r"(?:came out|gone out|went out|appears|shows?|shows up|showing|comes up|"
            r"listed)(?: \S+){0,7} (?:twice|again|two times)",
            r"(?:the )?same (?:charge|payment|amount|sum|money)(?: \S+){0,5} (?:twice|two times|again|out)",
        ),
    ),
    (
        ReasonKind.WRONG_ITEM,
        cue(
            r"(?:wrong|incorrect|different) (?:item|product|one|size|colou?r|thing|model|version|parcel|"
            r"article|goods|stuff)",
            r"(?:not what|isn't what|wasn't what|nothing like what) (?:i|we) (?:ordered|asked|wanted|bought|"
            r"paid|chose)",
            r"(?:got|received|sent|delivered|contained|found)(?: (?!about)\S+){0,6} (?:something else|"
            r"something different|different)",
            r"(?:someone|somebody) else's",
            r"(?:not|isn't) what's in (?:the|my) (?:box|parcel|package)|never ordered|(?:didn't|did not) order",
            r"(?:ordered|bought|wanted|expecting|expected)(?: \S+){1,7} (?:but|and|yet) (?:i |you |they |we |"
            r"there )?(?:got|received|sent|was sent|were sent|came)",
            r"mix-?up",
        ),
    ),
    (
        ReasonKind.MISSING_ITEM,
        cue(
            r"(?:is|was|are|were|be|items?|something|part|one|it's|only|but)(?: \S+){0,5} missing",
            r"missing (?:items?|parts?|from|a|an|the|one)",
            rf"{_NOT} (?:\S+ ){{0,4}}(?:in|inside|included in|part of) (?:it|there|the|my|that)(?: (?:box|"
            rf"parcel|package|order|delivery|bag|shipment))?(?! \w*order\w* number)",
            rf"{_NOT}(?: \S+){{0,4}} inside|(?:wasn't|isn't|not) (?:in it|included|there)|left out|incomplete|"
            rf"forgot to (?:pack|include|send|put)",
            r"(?:everything|rest|all)(?: \S+){0,6} (?:except|but not|apart from|without|minus)",
            r"(?:arrived|came|delivered)(?: \S+){0,3} without",
        ),
    ),
    (
        ReasonKind.DAMAGED_ITEM,
        cue(
            r"damaged",
            rf"(?:arrived|came|turned up|delivered|got here|was|is|were|are|all|it's|already|completely|badly|"
            rf"the)(?: \S+){{0,6}} {_BROKEN}",
            r"broken (?:when|on arrival|in transit|in the post)",
            r"(?:a|big|huge|massive|long) (?:crack|dent|scratch|tear|hole|chip)|(?:piece|part|bit)s? (?:fell|"
            r"broke|came) off",
            r"(?:dropped|crushed)",
        ),
    ),
    (
        ReasonKind.CANCEL_SUBSCRIPTION,
        cue(
            rf"{_END}"
            rf""
            rf"(?: up| off)?(?: \S+){{0,5}} {_PLAN}",
            rf"(?:giv\w+ up|out of|don't need|no longer need|don't want|don't use|unsubscribe|"
            rf"rid of)(?: \S+){{0,4}} {_PLAN}",
            r"(?:don't|do not) want to (?:renew|be renewed|continue)",
            rf"{_PLAN}(?: \S+){{0,9}} (?:cancel\w*|ended|stopped|terminated|end it|stop it)",
        ),
    ),
    (
        ReasonKind.CANCEL_ORDER,
        cue(
            rf"(?:{verbs('cancel', 'withdraw')}(?: \S+){{0,3}}|stop(?: my| the| this| that)) (?:order|purchase|"
            rf"delivery|shipment)|call off(?: \S+){{0,3}} (?:order|purchase|delivery)",
            r"(?:cancel|cancelling|cancel it|cancelled)",
            r"(?:don't|do not|no longer) (?:want|need|ship|send)(?: \S+){0,3}|changed my mind|by mistake|"
            r"by accident|too early",
        ),
    ),
    (
        ReasonKind.CHANGE_ADDRESS,
        cue(
            r"(?:change|changing|update|updating|correct|amend|edit|wrong|new|old|different|incorrect|another|"
            r"previous)(?: \S+){0,3} (?:address|flat|house|apartment|place)",
            r"address(?: \S+){0,4} (?:wrong|old|changed|change|incorrect|out of date|outdated|updated)",
            r"(?:i've|i have|we've|we have|i'm|we're|i am|just|have|i|we) (?:just |recently )?(?:moved|"
            r"moving)(?: house| home| flat)?",
            r"(?:deliver|send|ship|sent|delivered|redirect|go|going)(?: \S+){0,4} to (?:a|another|my|the|our|"
            r"somewhere) (?:\S+ )?(?:address|else|office|work|neighbour|place|home)",
        ),
    ),
    (
        ReasonKind.LOCKED_ACCOUNT,
        cue(
            r"locked(?: out| me out)?(?! in)",
            r"(?:can't|cannot|can not|couldn't|unable to|won't let me|doesn't let me|not able to|trouble|"
            r"impossible to|problems?|tried to)(?: \S+){0,3} "
            r"(?:log|sign|logging|signing|get|getting|access|accessing)(?: \S+){0,3} (?:in|into|my account|"
            r"the account|account|on)",
            r"(?:forgot|forgotten|password)(?: \S+){0,4} (?:password|rejected|works?|working|accepted|wrong|"
            r"reset|expired)",
            r"(?:account|login)(?: \S+){0,6} (?:blocked|suspended|disabled|frozen|locked)|no access to (?:my|"
            r"the) account|won't let me in",
        ),
    ),
    (
        ReasonKind.INTERNET_OUTAGE,
        cue(
            rf"(?:no|without|lost|losing|lose) (?:the |my |any |our )?(?:{_NET}|signal)",
            rf"(?:{_NET}|line)(?: \S+){{0,5}} (?:down|out|dead|dropping|drops|drop|dropped|gone|offline|"
            rf"cutting out|cuts out|not working|isn't working|stopped|off|"
            rf"doesn't work|red|went|unstable|slow)",
            r"outage|offline|(?:can't|cannot) (?:get|go) online|nothing loads|nothing's online|(?:router|"
            r"modem|hub|box)(?: \S+){0,5} (?:red|no signal|blinking|flashing|lights?)",
        ),
    ),
    (
        ReasonKind.WRONG_AMOUNT,
        cue(
            rf"(?:wrong|incorrect|higher|too much|more than|overcharged|too high|unexpected|bigger|larger|"
            rf"error|mistake|suddenly)(?: \S+){{0,5}} "
            rf"(?:amount|bill|charge|price|total|invoice|charged|than|paid|billed|{_MONEY_SAID})",
            rf"{_CHARGED}(?: \S+){{0,9}} (?:instead of|rather than|too much|more than|wrong amount|"
            rf"should have been|should be)",
            r"overcharged|over charged|overbilled",
            rf"{_BILL}(?: \S+){{0,12}} (?:wrong|incorrect|too high|higher|right|correct|doesn't match|"
            rf"should be|should have been|instead of|suddenly|now i've|went up)",
            rf"(?:agreed|quoted|promised|told|normally|usually|used to)(?: \S+){{0,9}} {_BILL}\w*|(?:agreed|"
            rf"quoted)(?: \S+){{0,12}} (?:billed|charged)",
            rf"suddenly(?: \S+){{0,3}} {_MONEY_SAID}|(?:normally|usually) pay",
        ),
    ),
    (
        ReasonKind.LATE_DELIVERY,
        cue(
            rf"{_NOT}(?: \S+){{0,5}} (?:arrived|arrive|come|came|turned up|shown up|here|delivered|received|"
            rf"showed up|reached|moved|got here)",
            r"(?:still|been|am|i'm|keep) waiting (?:for|on)|ordered(?: \S+){1,6} ages ago",
            r"(?:late|overdue|delayed|delay|no sign of|where is|where's|lost in the post|gone missing|stuck|"
            r"hasn't moved|held up)",
            r"should have (?:arrived|been here|come|been delivered|got here|reached)",
            r"(?:supposed|meant|due|promised|expected)(?: \S+){0,3} (?:arrive|be here|be delivered|come|"
            r"be with|reach|get here|on|by|yesterday|last)",
        ),
    ),
    (
        ReasonKind.PRODUCT_FAULT,
        cue(
            r"(?:faulty|defective|malfunction\w*|defect|broke|broken|a fault|horrible noise|strange noise|"
            r"(?:weird|loud|odd|grinding|rattling) (?:noise|sound))",
            rf"(?:stopped|stops|quit|not|isn't|doesn't|won't|wouldn't|keeps|keep|hasn't|never) (?:\S+ )?{_WORKS}",
            r"keeps (?:turning|switching|shutting|cutting|restarting|crashing|freezing)",
            r"(?:something|anything)(?:'s| is)? wrong with|shows an error|error (?:code|message)|(?:really|"
            r"too|very|burning) hot|(?:screen|display)(?: \S+){0,3} (?:black|blank|dead|flickers)",
            r"(?:packed up|gone dead|died|it's dead|now dead|is dead|does nothing|dead)",
        ),
    ),
)

# What the company says when it turns to this matter.
OTHER_ISSUE = cue(
    r"(?:as for|about|regarding|on|concerning|coming to|turning to|with)(?: your| the)? (?:other|second|"
    r"further|remaining)(?: \S+)?",
    r"for the rest|your (?:other|second) (?:\S+)",
)
# What introduces another matter.
ANOTHER_ISSUE = cue(
    r"(?:another|one more|a second|a different|a separate|a further) (?:thing|matter|issue|question|problem|"
    r"point|one|request)",
    r"(?:there's|there is|i have|i've) (?:also )?something (?:else|different)|something (?:else|"
    r"different) (?:too|as well)",
    r"(?:also|and also|separately|secondly|in addition|additionally|besides that|on top of that)(?=,)",
    r"while i(?:'ve got| have|'m on|'m here| am here)|before i (?:forget|go)|there's something else|separate matter",
)
