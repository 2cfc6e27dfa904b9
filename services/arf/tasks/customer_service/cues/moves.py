"""Cues for usual moves of support, in an agent's lower-case sentence."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.lexicon import cue

_WILL = (
    r"(?:(?:i|we)(?:'ll| will)|(?:i|we) (?:can|would)(?: certainly| definitely)?|(?:i|we)(?:'m| am|'re"
    r"| are) going to|let me|let us|let's)"
)
_HAVE = r"(?:i|we)(?:'ve| have|'ve just| have just| have already|'ve already)"

DIRECT = cue(
    # Two letters that after a figure are an hour.
    r"dm|pm (?:us|me)|(?:a|by|via|in|through) pm|direct message|private message|privately message"
    r"|message us (?:directly|privately)|meet (?:us|me) in (?:a )?dm"
)
# A direct message that was already sent.
REPLIED = cue(
    r"(?:replied|responded|answered|sent you|messaged you)(?: \S+){0,4} (?:dm|dms|pm|(?:direct|private) messages?)",
    r"(?:check|see) (?:your|the|our) (?:dm|dms|pm|(?:direct|private) messages?)(?:'s)?",
)
RECEIVED = cue(
    r"your (?:previous |earlier )?(?:dm|pm|message)|(?:in|from|got|received|have) (?:your|the|a) (?:dm|pm)"
    r"|reply to my dm"
)
ASKS = cue(
    r"(?:please|kindly|could you|can you|would you|will you|may (?:i|we)|do you|are you|did you|what|which|when"
    r"|where|who|how)",
    r"(?:let (?:us|me) know|tell (?:us|me)|send (?:us|me)|provide|share|confirm|request you|mind (?:sending|sharing"
    r"|telling))",
)
SUGGESTS = cue(
    r"(?:try|trying|tried|please|kindly|recommend|suggest|advise|make sure|ensure|check|you (?:can|could|may|should"
    r"|need to|'ll need to)"
    r"|you'll need|let's|let us know if|best thing|go to|follow|see if|next step|start by|go ahead|does|do|run"
    r"|perform|disable)"
)
# A step that is postponed, or that the company takes itself.
PUT_OFF = cue(
    r"before (?:the|a|you|we|doing|trying)|instead of|rather than|without|since you|after having|once you"
    r"|someone to|(?:i|we) can|(?:i|we)(?:'ll| will)"
)
# A sentence that only asks or supposes that something is solved.
SUPPOSED = cue(r"(?:if|whether|once|until|not|n't|when|hope|let|get|unless|should|isn't|hasn't|can)")
# A suggestion phrased as a question.
TRIED = cue(
    r"(?:have you (?:already )?tried|did you try|were you able to|are you able to|can you (?:please )?try"
    r"|could you (?:please )?try"
    r"|does|do you mind trying|have you (?:had a chance|reinstalled|restarted|rebooted|updated)|try|trying"
    r"|would you mind|can you|could you)"
)


def _rows(*rows: tuple[str, str, str, int]) -> tuple[tuple[str, re.Pattern[str], str, int], ...]:
    return tuple((kind, cue(pattern), told, weight) for kind, pattern, told, weight in rows)


# Kind, cue, wording, weight.
MOVES = _rows(
    (
        "passed on",
        rf"{_HAVE}(?: also| now)? (?:passed|forwarded|shared|sent|raised|logged|reported|escalated|submitted|relayed"
        rf"|fed|advised|notified|informed)"
        r"(?: \S+){0,8} (?:team|teams|department|experts?|specialist|manager|management|buyers|developers|engineers"
        r"|crew|review|back|on|area|store|folks)",
        "passed the matter on internally",
        8,
    ),
    (
        "to pass on",
        rf"(?:{_WILL}|we'll be sure to|i will be sure to)(?: \S+){{0,3}} (?:pass|forward|share|send|raise|log|report"
        rf"|relay|feed|record|let (?:our|the) (?:\S+ )?team know)"
        r"(?: \S+){0,8} (?:team|teams|department|experts?|manager|management|buyers|developers|feedback|report|along"
        r"|on|back|know|folks|review)",
        "promised to pass on the feedback",
        7,
    ),
    (
        "look into",
        rf"(?:{_WILL}|(?:i|we)(?:'d| would) (?:like|love|be happy|be glad) to|happy to|glad to|would like to"
        rf"|be able to|able to)(?: \S+){{0,3}} "
        r"(?:look into|take a (?:\S+ ){0,2}look|investigate|check (?:this|that|it|on|into|with|for)|get (?:this|that"
        r"|it) (?:looked|checked|sorted|fixed))",
        "offered to look into the issue",
        4,
    ),
    (
        "get back",
        r"(?:(?:i|we|they|team|someone|specialist|member of the team|agent|support)(?:'ll| will)|and)(?: \S+){0,2} "
        r"(?:get back|reach out|be in touch|contact you|follow up|reply|respond|reach you|call you|get in touch)",
        "said that someone would contact the customer",
        6,
    ),
    (
        "fixed",
        r"(?:issue|problem|outage|service|services|error|this|it|everything)(?:'s| is| are| has| have)(?: been| now"
        r"| all)* "
        r"(?:fixed|resolved|sorted|restored|back up)(?! out)",
        "said that the problem was solved",
        7,
    ),
    (
        "offer",
        r"(?:i|we)(?:(?:'d| would) (?:like|love|be happy) to| can) (?:send|offer|give|issue"
        r"|get)(?: \S+){0,4} (?P<what>gift card|moneycard|voucher|refund"
        r"|goodwill gesture|credit|replacement|discount|bonus \w+)",
        "offered a {what}",
        9,
    ),
    (
        "promise",
        r"(?:(?:i|we)(?:'ll| will)|(?:i|we)(?:'m| am|'re| are) going to)(?: \S+){0,4} (?P<what>gift card"
        r"|moneycard|voucher|refund|goodwill gesture|replacement|discount)",
        "promised a {what}",
        9,
    ),
    (
        "nothing",
        r"(?:nothing|isn't anything|is not anything)(?: (?:more|further|else|that))?(?: (?:i|we|i'd|we'd|we can"
        r"|i can|you))(?: (?:can|could|be able to|would be able to))* (?:do|offer|add)",
        "said that nothing could be done",
        7,
    ),
    (
        "call",
        rf"(?:{_WILL}|happy to|glad to|like to)(?: \S+){{0,2}} (?:call you|give you a (?:call|ring))",
        "offered to call the customer",
        7,
    ),
    (
        "booked",
        r"(?:all|now) booked(?: for you)?|(?:i|we)(?:'ve| have) (?:now )?(?:booked|rebooked|reserved)",
        "made the booking",
        9,
    ),
    (
        "phone",
        r"(?:give us a (?:call|ring)|call us|contact us (?:at|on)|please call|give (?:\S+ ){1,3}a call (?:at"
        r"|on))(?! back)",
        "asked the customer to call",
        6,
    ),
    (
        "form",
        r"(?:fill (?:in|out)|complete|using|via|through)(?: \S+){0,4} (?:form|claim form)|(?:file|submit"
        r"|make)(?: \S+){0,3} (?:claim|support case|billing support)",
        "asked the customer to fill in a form",
        7,
    ),
    (
        "steps",
        r"(?:steps|article|instructions|guide|troubleshooting)(?: \S+){0,8} link|follow(?: \S+){0,4} link|(?:this"
        r"|these|following)(?: \S+){0,3} (?:article|steps)",
        "shared a link with instructions",
        5,
    ),
    (
        "link",
        r"(?:here|info|information|details|link|website|site|update|at|this)(?: \S+){0,6} link|(?:check|see|find"
        r"|visit|click|use|reach)(?: \S+){0,8} link",
        "shared a link",
        4,
    ),
    (
        "refunded",
        rf"{_HAVE}(?: \S+){{0,3}} (?:refunded|issued (?:\S+ ){{0,2}}refund|processed (?:\S+ ){{0,3}}refund)",
        "issued a refund",
        9,
    ),
    (
        "wait",
        r"(?:please|kindly) (?:wait|bear with|allow|be patient)|(?:allow|give) (?:it|us|them)(?: \S+){0,3} (?:hours"
        r"|days|minutes)",
        "asked the customer to wait",
        4,
    ),
    ("apology", r"(?:sorry|apologi[sz]e|apologies|regret)", "apologised", 1),
    (
        "acknowledged",
        r"(?:feedback|thanks for (?:letting|the suggestion|sharing)|appreciate (?:you|your))",
        "acknowledged the feedback",
        2,
    ),
)
