"""The lexicon: words that tell a reason for contact, an act, and how far an act has come.

Written as ordinary regular expressions over lower-case text in which a blank stands for any white space and an apostrophe may be missing,
as speech recognition often leaves it out.
"""

from __future__ import annotations

import re

from arf.tasks.customer_service.slots import ActKind, ReasonKind


def cue(*alternatives: str) -> re.Pattern[str]:
    """One pattern for whole words of any alternative."""
    body = "|".join(alternatives).replace(" ", r"\s+").replace("'", "'?")
    return re.compile(rf"(?<![\w'])(?:{body})(?![\w])")


_GOODS = r"(?:order|parcel|package|delivery|shipment|item|items|it|they|\w+)"
_NOT_HERE = r"(?:has|have|had|is|are|was|did|does)(?:n't| not| still not)|never|still has(?:n't| not)|still have(?:n't| not)|yet to"
_CHARGED = r"(?:charged|billed|debited|taken|paid|payment|payments|charge|charges|invoiced|took)"

# In order: where two match at the same place, the first is meant.
REASONS: tuple[tuple[ReasonKind, re.Pattern[str]], ...] = (
    (
        ReasonKind.DOUBLE_CHARGE,
        cue(
            rf"{_CHARGED}(?: \S+){{0,6}} (?:twice|two times|double|second time)",
            rf"(?:twice|double|two|duplicate|second)(?: \S+){{0,2}} {_CHARGED}",
            r"double (?:charge|charged|billed|payment)",
            r"(?:came out|gone out|went out|appears|shows up|showing|on my \w+)(?: \S+){0,4} twice",
            r"(?:the )?same (?:charge|payment|amount|order)(?: \S+){0,4} (?:twice|two times|again)",
        ),
    ),
    (
        ReasonKind.WRONG_ITEM,
        cue(
            r"(?:wrong|incorrect|different) (?:item|product|one|size|colou?r|thing|model|order|version|parcel|article|goods)",
            r"(?:not what|isn't what|wasn't what|something else than|nothing like what) (?:i|we) (?:ordered|asked|wanted|bought|paid)",
            r"(?:got|received|sent|delivered|was|contained|opened|found)(?: \S+){1,6} instead of(?: \S+){1,6}",
            r"(?:ordered|bought)(?: \S+){1,7} (?:but|and) (?:i |you |they |we )?(?:got|received|sent|was sent|were sent|had been sent)"
            r"(?: me)? (?:a|an|the|some)",
            r"someone else's (?:order|parcel|package)",
        ),
    ),
    (
        ReasonKind.MISSING_ITEM,
        cue(
            r"(?:is|was|are|were|be|item|items|something|part|one|it's) missing",
            r"missing (?:item|items|part|parts|from|a|an|the|one)",
            r"(?:wasn't|weren't|was not|were not|isn't|is not|not|nowhere) (?:in|inside|included in|part of) (?:the|my|that) "
            r"(?:box|parcel|package|order|delivery|bag|shipment)",
            r"(?:not included|wasn't included|left out|incomplete)",
            r"(?:without|no) (?:the )?(?:\S+ ){1,3}(?:in|inside) (?:the|my|it)(?: \S+)?",
        ),
    ),
    (
        ReasonKind.DAMAGED_ITEM,
        cue(
            r"damaged",
            r"(?:arrived|came|turned up|delivered|got here|was|is|were|are|all|it's|already|completely|badly)(?: \S+){0,3} "
            r"(?:broken|cracked|smashed|shattered|dented|torn|scratched|in pieces|crushed|bent|ripped|chipped|leaking)",
            r"(?:broken|smashed|cracked|shattered|dented) (?:when|on arrival|in transit|in the post)",
            r"(?:a|big|huge|massive|long) (?:crack|dent|scratch|tear|hole|chip)",
        ),
    ),
    (
        ReasonKind.CANCEL_SUBSCRIPTION,
        cue(
            r"(?:cancel|cancell?ing|end|stop|terminate|close|quit|leave|get out of|unsubscribe from|cancellation of)(?: \S+){0,4} "
            r"(?:subscription|membership|plan|contract|renewal|auto-?renew\w*|premium|trial)",
            r"(?:don't|do not) want to (?:renew|be renewed|continue)",
            r"(?:subscription|membership|plan)(?: \S+){0,4} (?:cancel\w*|ended|stopped|terminated)",
        ),
    ),
    (
        ReasonKind.REFUND_STATUS,
        cue(
            r"(?:where|where's|when|status|chasing|chase|waiting|waited|still|promised|expecting|update|happened|follow(?:ing)? up|progress|news|"
            r"heard|yet|asking about|ask about|check on|checking on|enquiring about)(?: \S+){0,9} (?:refund|money back|reimbursement)",
            r"(?:refund|money back|reimbursement)(?: \S+){0,9} (?:hasn't|has not|not|never|yet|still|status|where|overdue|no sign|late|weeks? ago|days? ago)",
            r"(?:haven't|have not|never|not|didn't|hasn't)(?: \S+){0,4} (?:received|got|gotten|seen|had|come|arrived)(?: \S+){0,4} (?:refund|money back)",
        ),
    ),
    (
        ReasonKind.CANCEL_ORDER,
        cue(
            r"(?:cancel|cancell?ing|call off|stop|withdraw|cancellation of)(?: \S+){0,3} (?:order|purchase|delivery|shipment)",
            r"(?:cancel|cancell?ing) (?:it|this|that|before it)",
            r"(?:don't|do not|no longer) (?:want|need) (?:the|my|this|that) (?:order|item|parcel)",
            r"order(?: \S+){0,4} (?:cancelled|canceled)",
        ),
    ),
    (
        ReasonKind.CHANGE_ADDRESS,
        cue(
            r"(?:change|changing|update|updating|correct|amend|edit|wrong|new|old|different|incorrect|another)(?: \S+){0,4} address",
            r"address(?: \S+){0,4} (?:wrong|old|changed|change|incorrect|out of date|outdated|updated)",
            r"(?:i've|i have|we've|we have|i'm|we're|just|have|i|we) (?:just |recently )?(?:moved|moving)(?: house| home| flat)?",
            r"(?:deliver|send|ship|sent|delivered|redirect)(?: \S+){0,3} (?:to )?(?:a|another|different|my new|somewhere)(?: \S+)? (?:address|else)",
        ),
    ),
    (
        ReasonKind.LOCKED_ACCOUNT,
        cue(
            r"locked(?: out| me out)?",
            r"(?:can't|cannot|can not|couldn't|unable to|won't let me|doesn't let me|not able to|trouble|impossible to|problems?)(?: \S+){0,3} "
            r"(?:log|sign|logging|signing|get|getting|access|accessing)(?: \S+){0,3} (?:in|into|my account|the account|account|on)",
            r"(?:forgot|forgotten|password)(?: \S+){0,4} (?:password|rejected|work|working|accepted|wrong|reset|expired)",
            r"(?:account|login) (?:is |has been |got |was )?(?:blocked|suspended|disabled|frozen)",
        ),
    ),
    (
        ReasonKind.INTERNET_OUTAGE,
        cue(
            r"(?:no|without|lost|losing|lose) (?:the |my |any |our )?(?:internet|broadband|wi-?fi|connection|signal|service|line)",
            r"(?:internet|broadband|wi-?fi|connection|router|line|network|fibre|service)(?: \S+){0,5} (?:down|out|dead|dropping|drops|drop|dropped|gone|offline|"
            r"cutting out|cuts out|not working|isn't working|stopped|hasn't worked|off|doesn't work|red|went)",
            r"outage",
            r"(?:can't|cannot) (?:get|go) online",
        ),
    ),
    (
        ReasonKind.WRONG_AMOUNT,
        cue(
            r"(?:wrong|incorrect|higher|too much|more than|overcharged|over charged|too high|unexpected|bigger|larger)(?: \S+){0,5} "
            r"(?:amount|bill|charge|price|total|invoice|charged|than|paid|billed)",
            rf"{_CHARGED}(?: \S+){{0,7}} (?:instead of|rather than|too much|more than|wrong amount|when it should|but it should|should have been|"
            r"should be|not the)",
            r"(?:overcharged|over charged|overbilled)",
            r"(?:bill|invoice|price|charge|total|amount)(?: \S+){0,6} (?:wrong|incorrect|too high|higher|not right|isn't right|doesn't match|should be|"
            r"should have been|instead of)",
        ),
    ),
    (
        ReasonKind.LATE_DELIVERY,
        cue(
            rf"(?:{_NOT_HERE})(?: \S+){{0,5}} (?:arrived|arrive|come|came|turned up|shown up|here|delivered|received|got|showed up|reached|seen|had)",
            r"(?:still|been|am|i'm|keep) waiting (?:for|on)",
            r"(?:late|overdue|delayed|delay|no sign of|where is|where's|lost in the post|gone missing|stuck)",
            r"should have (?:arrived|been here|come|been delivered|been delivered|got here|reached)",
            r"was (?:supposed|meant|due|promised|expected)(?: \S+){0,3} (?:arrive|be here|be delivered|come|be with|reach|get here|on|by|yesterday|last)",
        ),
    ),
    (
        ReasonKind.PRODUCT_FAULT,
        cue(
            r"(?:faulty|defective|malfunction\w*|defect|broke|broken|fault)",
            r"(?:stopped|stops|quit|not|isn't|doesn't|won't|wouldn't|keeps|keep|hasn't|never) (?:\S+ )?(?:work|working|worked|turn on|turning on|switch on|"
            r"switching on|charge|charging|start|starting|power|crashing|freezing|overheating|function\w*|boot|heat|heating|turning off|turning itself off|"
            r"switching off|cutting out|respond\w*|print\w*|spin\w*|drain\w*|cool\w*)",
            r"(?:packed up|gone dead|died|dead|won't come on)",
        ),
    ),
)

_SEND = r"(?:send|sends|sent|sending|ship|shipped|shipping|dispatch|dispatched|post|posted|mail|mailed|get|email|emailed|emailing|e-mail|e-mailed)"
_CREDIT = r"(?:credit|voucher|gift card|goodwill|gesture|coupon|discount|compensation)"
_PAPERS = (
    r"(?:photos?|pictures?|pics?|images?|receipts?|proof|documents?|documentation|paperwork|forms?|screenshots?|"
    r"cop(?:y|ies)|invoice|statement|evidence|scan|scans|id card|passport)"
)
_BILL = r"(?:bill|invoice|charge|fee|statement|price|overcharge|amount)"

ACTS: tuple[tuple[ActKind, re.Pattern[str]], ...] = (
    (
        ActKind.REFUND,
        cue(
            r"(?:refund|refunds|refunded|refunding|reimburse|reimbursed|reimbursement|reimbursing|money back)",
            r"(?:revers(?:e|ed|ing)|return(?:ed|ing)?) (?:the|your|that|this) (?:\S+ )?(?:charge|payment|money|amount)",
            r"(?:put|send|sent|paid|pay|give|given|paying|putting|sending|get|credit|credited)(?: \S+){1,8} back (?:to|on|onto|into|in) (?:your|the|my)"
            r"(?: \S+){0,2} (?:card|account|bank|method)",
        ),
    ),
    (
        ActKind.REPLACEMENT,
        cue(
            r"(?:replacement|replacements|replace|replaced|replacing|reship|reshipped|resend|resent|re-send|re-sent|resending)",
            rf"{_SEND}(?: \S+){{0,4}} (?:new|another|fresh|correct|right|missing) (?:one|item|unit|\w+)",
            r"(?:new|another|fresh|correct|right) (?:one|unit|item|copy)(?: \S+){0,3} (?:sent|out|on its way|way|dispatched|shipped)",
        ),
    ),
    (
        ActKind.CANCELLATION,
        cue(
            r"(?:cancel|cancels|cancelled|canceled|cancelling|canceling|cancellation|terminate|terminated)"
            r"(?! (?:my|the|your|that|this) (?:\S+ )?card)"
        ),
    ),
    (
        ActKind.PASSWORD_RESET,
        cue(
            r"(?:reset|resetting)(?: \S+){0,3} (?:password|login|link|email|pin|access)",
            r"password(?: \S+){0,3} (?:reset|changed|resetting)",
            r"(?:unlock|unlocked|unlocking)",
            r"(?:new|temporary) password",
        ),
    ),
    (
        ActKind.ADDRESS_UPDATE,
        cue(
            r"(?:update|updated|updating|change|changed|changing|correct|corrected|amend|amended|amending|edit|switch|switched)(?: \S+){0,5} address",
            r"address(?: \S+){0,4} (?:updated|changed|amended|corrected|update|change)",
        ),
    ),
    (
        ActKind.TECHNICIAN_VISIT,
        cue(
            r"(?:technician|technicians|engineer|engineers|tech)",
            r"(?:send|have|get) (?:someone|somebody) (?:out|round|over|to come)",
        ),
    ),
    (
        ActKind.INVESTIGATION,
        cue(
            r"(?:investigat\w+|trace|tracing|enquiry|inquiry)",
            r"look(?:ed|ing|s)? into",
            r"(?:check|checking|checked|follow\w* up|chas\w+)(?: \S+){0,3} (?:with|up with) (?:the|our) (?:carrier|courier|warehouse|depot|bank|driver|supplier)",
        ),
    ),
    (
        ActKind.RETURN_LABEL,
        cue(
            r"(?:return|returns|prepaid|pre-paid|shipping|postage|free return|free) (?:shipping |postage |postal )?label",
            r"label",
        ),
    ),
    (
        ActKind.GOODWILL_CREDIT,
        cue(
            rf"{_CREDIT}",
            r"(?:credit|credited|crediting) (?:your|the|my) account",
        ),
    ),
    (
        ActKind.CALLBACK,
        cue(
            r"(?:call|calls|called|calling|ring|ringing|rung|phone|phoning) (?:you|me|them|the customer|her|him)(?: right)? back",
            r"(?:callback|call back|call-back)",
            r"(?:give|giving|get|have) (?:you|me) a (?:call|ring)",
            r"(?:call|ring|phone) (?:you|me)(?: \S+){0,3} (?:on|at|by|tomorrow|within|before|between|later|in|this|next)",
        ),
    ),
    (
        ActKind.ESCALATION,
        cue(
            r"(?:transfer|transferred|transferring|escalat\w+)",
            r"(?:pass|passed|passing|hand|handed|handing|forward|forwarded|forwarding|refer|referred|referring)(?: \S+){0,4} (?:to|on to|onto|over to|along to) "
            r"(?:the|our|my|a|an)",
            r"(?:put|putting) (?:you|me) through",
            r"(?:connect|connected|connecting) (?:you|me)",
            r"(?:speak|talk|speaking|talking) (?:to|with) (?:a |the |your |an )?(?:manager|supervisor|someone else|human|person|real person|agent)",
        ),
    ),
    (
        ActKind.RESCHEDULE,
        cue(
            r"(?:reschedul\w+|rebook\w*|re-book\w*|rearrang\w+|re-schedul\w+)",
            r"(?:move|moved|moving|change|changed|push|pushed|shift|shifted)(?: \S+){0,3} (?:appointment|booking|visit|slot|delivery date|reservation)",
            r"new (?:appointment|slot|visit|date)",
        ),
    ),
    (
        ActKind.CARD_BLOCK,
        cue(
            r"(?:block|blocked|blocking|freeze|froze|frozen|freezing|stop|stopped|deactivate|deactivated|cancel|cancelled)(?: \S+){0,3} card",
            r"card(?: \S+){0,4} (?:blocked|frozen|stopped|deactivated|block|cancelled)",
        ),
    ),
    (
        ActKind.REPAIR,
        cue(
            r"(?:repair|repairs|repaired|repairing|mend|mended)",
            r"(?:fix|fixed|fixing) (?:it|the|your|my|that)",
        ),
    ),
    (
        ActKind.BILL_CORRECTION,
        cue(
            rf"(?:correct|corrected|correcting|adjust|adjusted|adjusting|adjustment|amend|amended|fix|fixed|remove|removed|removing|waive|waived|take off|taken off|"
            rf"revise|revised|recalculate|recalculated|reissue|reissued|reduce|reduced)(?: \S+){{0,5}} {_BILL}",
            rf"{_BILL}(?: \S+){{0,4}} (?:corrected|adjusted|amended|removed|waived|revised|correction|adjustment|taken off|reissued|put right)",
            r"(?:new|revised|corrected|amended|updated) (?:bill|invoice)",
            r"(?:bill|billing|invoice) (?:correction|adjustment)",
        ),
    ),
    (
        ActKind.RESTART_DEVICE,
        cue(
            r"(?:restart|restarts|restarted|restarting|reboot|rebooted|rebooting|reboots|power cycle|power cycled|unplug|unplugged|unplugging)",
            r"(?:turn|turned|turning|switch|switched|switching) (?:\S+ ){1,3}off(?: and|, and| then) (?:\S+ ){0,3}on",
        ),
    ),
    (
        ActKind.SEND_DOCUMENTS,
        cue(
            rf"(?:send|sent|sending|email|emailed|emailing|e-mail|upload|uploaded|uploading|provide|provided|attach|attached|attaching|forward|submit|share|reply with|"
            rf"get|take|post|mail)(?: \S+){{0,6}} {_PAPERS}",
        ),
    ),
)

# How far an act has come. "Before" cues stand before the act, "after" cues behind it.
OFFER = cue(
    r"would you like",
    r"do you want",
    r"shall (?:i|we)",
    r"should (?:i|we)",
    r"would you (?:prefer|rather)",
    r"(?:if|whether) you(?:'d| would)? (?:like|prefer|want|rather)",
    r"you(?:'d| would)? (?:like|want|wanted|need|prefer|wish)(?: me| us)?(?: to)?(?: a)?",
    r"you(?:'re| are| were| have been|'ve been)? (?:asking|asked|looking|requesting|requested|after|waiting|calling|contacting|writing)",
    r"(?:to|want to|wish to) (?:request|ask for)",
    r"(?:let me|i'll|i will|let's) (?:check|see|have a look|take a look|find out|ask)(?: \S+){0,2} (?:if|whether|what|when|why|how)",
    r"(?:asking|ask|about|regarding|understand|see) (?:about )?(?:your|the) request",
)
REFUSED = cue(
    r"(?:can't|cannot|can not|couldn't|could not|won't|will not)",
    r"(?:not|isn't|aren't|wasn't|weren't) (?:be )?(?:able|allowed|possible|eligible|permitted|entitled|authori[sz]ed|in a position|something|covered)",
    r"(?:unable|impossible|ineligible|not eligible|denied|declined|decline|rejected|refused|refuse|turned down)",
    r"(?:don't|do not|doesn't|does not) (?:offer|issue|give|allow|accept|do|provide|qualify|cover|have the option|make)",
    r"no (?:longer|way)",
    r"there(?:'s| is) no",
)
PENDING = cue(
    r"(?:is|are|'s|'re|still|currently|it's|that's) being",
    r"(?:is|are|'s|'re|it's|that's|still|currently|remains) (?:still |currently |now )?(?:pending|open|in progress|under way|underway|under review|under investigation|"
    r"processing|in the queue|with (?:the|our)|ongoing|going through|in process|waiting|awaiting)",
    r"(?:i'm|we're|i am|we are|team is|team are|they're|they are|colleagues are|department is|warehouse is|courier is|carrier is)"
    r"(?: still| currently| now| just| already)? (?!going|sorry|afraid|not|unable|able|sure|happy|glad|here|aware)\w+ing",
    r"(?:i've|i have|we've|we have|have|has)(?: just| now| already)? (?:requested|asked|put in a request|submitted|raised|logged|started|opened|begun|initiated|filed)",
    r"(?:waiting|awaiting) (?:for|on)",
    r"not (?:yet )?(?:finished|complete|completed|concluded|done)(?: yet)?",
)
PROMISED = cue(
    r"(?:i|we|you|it|they|he|she|that|this|one|someone|somebody|who|there)'ll",
    r"will(?! not)",
    r"shall",
    r"(?:going to|gonna)",
    r"(?:about|set|due|scheduled|planned|booked|promise|commit|agree|happy|arrange|arranging|guarantee) to",
    r"(?:i|we) can(?! not)",
    r"(?:let me|let's)",
    r"(?:i'd|we'd) be happy to",
    r"(?:i|we) promise",
    r"(?:should|expect|expected to)",
)
DONE = cue(
    r"(?:i|we|they|you)'ve",
    r"(?:have|has|had)(?: just| now| already| also)? (?:been )?",
    r"(?:i|we|they) (?:just |already |also )?(?:\w+ed|sent|put|made|did|took|gave)",
    r"(?:is|are|was|were|'s)(?: now| all| already| just)? (?:done|complete|completed|processed|issued|sent|approved|confirmed|applied|refunded|cancelled|canceled|"
    r"updated|changed|reset|blocked|corrected|arranged|booked|fixed|repaired|in place|on its way|on the way|set|sorted|unlocked|replaced|closed|credited)",
    r"(?:went|gone) (?:out|through)",
    r"(?:all|now) (?:done|set|sorted)",
    r"just (?:now )?(?:\w+ed|sent|put)",
    r"(?:successfully|confirm(?:ing)? (?:that|the|your)|this confirms)",
    r"on its way",
)
CONDITION = cue(
    r"once",
    r"if(?! (?:that's|you have any|you need any|you've any|there's anything|there is anything|anything|that is (?:ok|okay|all right|alright)))",
    r"as soon as",
    r"as long as",
    r"so long as",
    r"provided(?: that)?",
    r"providing(?: that)?",
    r"on (?:the )?condition(?: that)?",
    r"only (?:when|after|if|once)",
    r"when (?=you|we|the|it|i )",
    r"after (?=you|we |the \w+ (?:is|has|arrives|gets|comes))",
    r"(?:until|unless) ",
    r"subject to",
    r"assuming(?: that)?",
)
REQUEST = cue(
    r"(?:could|can|would|will|may|might) (?:you|i|we|someone|somebody)",
    r"(?:i'd|i would|we'd|we would) (?:really |very much |much )?(?:like|love|prefer|appreciate|rather)",
    r"(?:i|we) (?:just |really |only )?(?:want|wanted|need|wish|demand|expect|request|ask)",
    r"(?:want|need|like|asking for|ask for|asking you|hoping|hope|looking for|after|requesting)",
    r"please",
    r"(?:is|would) (?:it|there) (?:be )?(?:possible|any|a)",
    r"(?:any|what's the) chance",
    r"(?:how|what) about",
    r"(?:trying|try) to",
)
ASKED_OF_CUSTOMER = cue(
    r"(?:could|can|would|will) you",
    r"please",
    r"(?:you'll|you will|you) (?:need|have) to",
    r"(?:i|we)(?:'ll|'d| will| would)? (?:need|ask|want|like) you to",
    r"(?:you|you'll) (?:can|should|must)",
    r"(?:i|we)(?:'ll| will)? (?:just )?need (?:a|an|the|some|your)",
    r"try (?:to|and)?",
)
CUSTOMER_FUTURE = cue(
    r"i'll", r"i will", r"i'm going to", r"i'm gonna", r"i can", r"let me", r"we'll", r"we will", r"will do"
)
CUSTOMER_DONE = cue(r"i've", r"i have", r"i (?:already |just )?(?:\w+ed|sent)", r"we've")
AGREE = cue(
    r"(?:yes|yeah|yep|sure|ok|okay|fine|alright|all right|will do|no problem|of course|certainly|absolutely|"
    r"i'll do that|i will do that|i can do that)"
)

# Words that stand for an act named before.
SAME_DONE = cue(
    r"(?:that's|that is|it's|it is|this is|all) (?:all |now |been |just )*(?:done|sorted|gone through|through|set|complete|completed|processed|confirmed|in place|taken care of)",
    r"(?:i've|i have|we've|we have) (?:just |now |already )?(?:done (?:that|it|this|so)|sorted (?:that|it|this)|put (?:that|it|this) through|taken care of (?:that|it)|"
    r"processed (?:that|it|this)|arranged (?:that|it|this)|set (?:that|it|this) up|actioned (?:that|it|this))",
)
SAME_PROMISED = cue(
    r"(?:i'll|i will|we'll|we will|i can|we can|let me|i'm going to) (?:definitely |certainly |absolutely |happily )?"
    r"(?:do (?:that|it|this|so)|get (?:that|it|this) (?:done|sorted|arranged|going|set up|processed)|"
    r"arrange (?:that|it|this)|sort (?:that|it|this)(?: out)?|take care of (?:that|it|this)|put (?:that|it|this) through)",
)
SAME_REFUSED = cue(
    r"(?:can't|cannot|can not|couldn't|won't|not able to|unable to|won't be able to) (?:do|offer|approve|authori[sz]e|agree to|accept|make|allow) (?:that|it|this|so)",
    r"(?:that's|that is|it's|it is|this is)(?: just| simply| unfortunately| sadly)? not (?:possible|something (?:we|i) (?:can|offer|do)|allowed|an option)",
    r"(?:that|it|this) isn't (?:possible|something (?:we|i) (?:can|offer|do)|allowed|an option)",
    r"(?:i'm|i am) afraid not",
)

CORRECTION = cue(
    r"no",
    r"sorry",
    r"i mean",
    r"i meant",
    r"actually",
    r"rather",
    r"make that",
    r"correction",
    r"scratch that",
    r"wait",
    r"my mistake",
    r"apologies",
    r"oops",
)
ANOTHER_ISSUE = cue(
    r"also",
    r"another",
    r"one more",
    r"second",
    r"secondly",
    r"while (?:i'm|i am|i've|i have)",
    r"other (?:thing|issue|problem|matter)",
    r"as well",
    r"on top of",
    r"besides",
    r"separately",
    r"in addition",
    r"additionally",
    r"too",
    r"plus",
)
RESOLVED = cue(
    r"(?:it's|it is|that's|that is|everything is|everything's|all|now|is|it)(?: all| now| back)* (?:working|works|fixed|sorted|solved|resolved|back up|online)(?: now| again| fine)*",
    r"(?:that|it|this) (?:did the trick|worked|solved it|fixed it|sorted it|has fixed|solves|fixes)",
    r"(?:problem|issue|case) (?:is |has been |was )?(?:now )?(?:solved|resolved|fixed|sorted|closed)",
)
UNRESOLVED = cue(
    r"(?:not|isn't|hasn't|wasn't|never)(?: yet)? (?:been )?resolved",
    r"unresolved",
    r"(?:couldn't|could not|can't|cannot|unable to|not able to|haven't been able to|wasn't able to)(?: \S+){0,4} (?:resolve|solve|fix|help|sort|find)",
    r"(?:nothing|not anything|no solution|not much)(?: \S+){0,5} (?:do|offer|help|available|found|can)",
    r"(?:still|it's still|it is still) (?:not working|isn't working|doesn't work|down|not resolved|the same|broken|locked|no)",
    r"(?:that|this|it) (?:doesn't|does not|didn't|did not|hasn't|has not) (?:help|solve|fix|resolve|work|sort)",
    r"(?:no further forward|back to square one|waste of time|got nowhere|no help)",
)
TEAM = re.compile(
    r"\b(?:to|with|through to|by|our|the|from)\s+(?:the\s+|our\s+|my\s+)?(?P<team>(?!the\b|our\b|my\b|a\b|right\b|wrong\b)[a-z][a-z-]+(?:\s+(?:and\s+)?[a-z][a-z-]+)?)"
    r"\s+(?:team|department|desk|dept|specialists?|colleagues|people)\b"
)
