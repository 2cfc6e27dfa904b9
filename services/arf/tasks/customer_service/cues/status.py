"""Cues for the status of an act, and words that refer to an act named before."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues.lexicon import cue, verbs

# Cues for status; "before" cues precede the act, "after" cues follow it.
OFFER = cue(
    r"would you like",
    r"do you want",
    r"shall (?:i|we)",
    r"should (?:i|we)",
    r"would you (?:prefer|rather)",
    r"(?:if|whether) you(?:'d| would)? (?:like|prefer|want|rather)",
    r"you(?:'d| would)? (?:like|want|wanted|need|prefer|wish)(?: me| us)?(?: to)?(?: a)?",
    r"you(?:'re| are| were| have been|'ve been)? (?:asking|asked|looking|requesting|requested|after|waiting|"
    r"calling|contacting|writing)",
    r"(?:to|want to|wish to) (?:request|ask for)",
    r"(?:let me|i'll|i will|let's) (?:check|see|have a look|take a look|find out|ask)(?: \S+){0,2} (?:if|whether)",
    r"(?:asking|ask|about|regarding|understand|see) (?:about )?(?:your|the) request",
)
REFUSED = cue(
    r"(?:can't|cannot|can not|couldn't|could not|won't|will not)",
    r"(?:not|isn't|aren't|wasn't|weren't) (?:be )?(?:able|allowed|possible|eligible|permitted|entitled|"
    r"authori[sz]ed|in a position|something|covered)",
    r"(?:unable|impossible|ineligible|not eligible|denied|declined|decline|rejected|refused|refuse|turned down)",
    r"(?:don't|do not|doesn't|does not) (?:offer|issue|give|allow|accept|do|provide|qualify|cover|"
    r"have the option|make)",
    r"no (?:longer|way)",
    r"there(?:'s| is) no",
)
PENDING = cue(
    r"(?:is|are|'s|'re|still|currently|it's|that's) being",
    r"(?:is|are|'s|'re|it's|that's|still|currently|remains) (?:still |currently |now )?(?:pending|open|"
    r"in progress|under way|underway|under review|under investigation|"
    r"processing|in the queue|with (?:the|our)|ongoing|going through|in process|waiting|awaiting)",
    r"(?:i'm|we're|i am|we are|team is|team are|they're|they are|colleagues are|department is|warehouse is|"
    r"courier is|carrier is|still|finance is|bank is)"
    r"(?: still| currently| now| just| already)? (?!going|sorry|afraid|not|unable|able|sure|happy|glad|here|"
    r"aware)\w+ing",
    r"(?:i've|i have|we've|we have|have|has|been)(?: just| now| already)? (?:requested|asked|put in a request|"
    r"submitted|raised|logged|started|begun|initiated|filed)",
    r"(?:requested|request|requests)(?: \S+){0,6} (?:to|for|is|has|and)",
    r"(?:waiting|awaiting|waits) (?:for|on)",
    r"(?:trying|try) to",
    r"has your \S+ request",
)
# The result is open, whatever was said earlier in the sentence.
OPEN = cue(
    r"not (?:yet )?(?:finished|complete|completed|concluded|done|confirmed|approved|cleared|released|shipped)(?: yet)?",
    r"(?:hasn't|haven't|isn't|has not|have not|is not|aren't)(?: \S+){0,2} (?:finished|complete|completed|"
    r"confirmed|cleared|shipped|released|approved|decided|through|concluded|done)",
    r"no (?:result|confirmation|decision|date|answer|outcome|news|update)(?: \S+){0,3}(?: yet| so far)",
    r"(?:no|i've no|have no) (?:confirmation|decision|date)",
    r"nothing is (?:confirmed|decided|certain|final)|nothing (?:confirmed|decided)",
    r"(?:can't|cannot) (?:confirm|promise|say)(?: \S+){0,3}(?: yet| now)?",
    r"still (?:being|open|pending|waiting|processing|working|checking|searching|investigating|looking|"
    r"under review|in progress|in the queue)",
    r"(?:waiting|awaiting) (?:for|on) (?:stock|approval|the|a|an|confirmation)|waiting for approval",
    r"(?:in progress|in the queue|on back order|on backorder|too early|i don't know the result|"
    r"being (?:processed|prepared|reviewed|checked|looked))",
    r"under review|no answer yet",
)
PROMISED = cue(
    r"(?:i|we|you|it|they|he|she|that|this|one|someone|somebody|who|there)'ll",
    r"will(?! not)",
    r"shall",
    r"(?:going to|gonna)",
    r"(?:about|set|due|scheduled|planned|booked|promise|commit|agree|happy|arrange|arranging|guarantee) to",
    r"(?:i|we) can(?! not)",
    r"let me(?! (?:pull|check|look|see|have|find|get))",
    r"let's",
    r"(?:able|ready|glad) to",
    r"(?:is|are) going out",
    r"(?:count on (?:us|me) to|what i'll do is)",
    r"(?:comes|arrives|visits|calls) (?:on|at|by|round|in|within)",
    r"(?:i'd|we'd) be happy to",
    r"(?:i|we) promise",
    r"(?:should|expect|expected to)",
)
DONE = cue(
    r"(?:i|we|they|you)'ve",
    r"(?:have|has|had)(?: just| now| already| also)?(?: been)?",
    r"(?:i|we|they) (?:just |already |also )?(?:\w+ed|sent|put|made|did|took|gave)",
    r"(?:is|are|was|were|'s)(?: now| all| already| just)? (?:done|complete|completed|processed|issued|sent|"
    r"approved|confirmed|applied|refunded|cancelled|canceled|"
    r"updated|changed|reset|blocked|corrected|arranged|booked|fixed|repaired|in place|on its way|on the way|"
    r"set|sorted|unlocked|replaced|closed|credited)",
    r"(?:went|gone) (?:out|through)",
    r"(?:all|now) (?:done|set|sorted)",
    r"just (?:now )?(?:\w+ed|sent|put)",
    r"(?:successfully|confirm(?:ing)? (?:that|the|your)|this confirms)",
    r"on its way",
)
CONDITION = cue(
    r"once",
    r"if(?! (?:that's|you have any|you need any|you've any|there's anything|there is anything|anything|"
    r"that is (?:ok|okay|all right|alright)))",
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
    r"(?:i|we)(?:'ll|'d| will| would)? (?:just |also )?need (?:a|an|the|some|your)",
    r"try (?:to|and)",
    r"(?:let's|let us) (?:try|do|give)",
)
CUSTOMER_FUTURE = cue(
    r"i'll",
    r"i will",
    r"i'm going to",
    r"i'm gonna",
    r"i can",
    r"let me",
    r"we'll",
    r"we will",
    r"will do",
    r"you'll (?:have|get) (?:it|them|that)",
)
CUSTOMER_DONE = cue(r"i've", r"i have", r"i (?:already |just )?(?:\w+ed|sent)", r"we've")
AGREE = cue(
    r"(?:yes|yeah|yep|sure|ok|okay|fine|alright|all right|will do|no problem|of course|certainly|absolutely|"
    r"i'll do that|i will do that|i can do that)"
)

# Words that refer to an act named before.
SAME_DONE = cue(
    r"(?:that's|that is|it's|it is|this is|all) (?:all |now |been |just )*(?:done|sorted|gone through|through|"
    r"set|complete|completed|processed|confirmed|in place|taken care of)",
    r"(?:i've|i have|we've|we have) (?:just |now |already )?(?:done (?:that|it|this|so)|sorted (?:that|it|"
    r"this)|put (?:that|it|this) through|taken care of (?:that|it)|"
    r"processed (?:that|it|this)|arranged (?:that|it|this)|set (?:that|it|this) up|actioned (?:that|it|this))",
)
SAME_PROMISED = cue(
    r"(?:i'll|i will|we'll|we will|i can|we can|let me|i'm going to) (?:definitely |certainly |absolutely |happily )?"
    r"(?:do (?:that|it|this|so)|get (?:that|it|this) (?:done|sorted|arranged|going|set up|processed)|"
    r"arrange (?:that|it|this)|sort (?:that|it|this)(?: out)?|take care of (?:that|it|this)|put (?:that|it|"
    r"this) through)",
)
SAME_REFUSED = cue(
    r"(?:can't|cannot|can not|couldn't|won't|not able to|unable to|won't be able to) (?:do|offer|approve|"
    r"authori[sz]e|agree to|accept|make|allow) (?:that|it|this|so)",
    r"(?:that's|that is|it's|it is|this is)(?: just| simply| unfortunately| sadly)? not (?:possible|"
    r"something (?:we|i) (?:can|offer|do)|allowed|an option)",
    r"(?:that|it|this) isn't (?:possible|something (?:we|i) (?:can|offer|do)|allowed|an option)",
    r"(?:i'm|i am) afraid not",
)

CORRECTION = cue(
    r"hang on",
    r"excuse me",
    r"typo",
    r"mixed it up",
    r"wrong number",
    r"should be",
    r"misread",
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
RESOLVED = cue(
    r"(?:it's|it is|that's|that is|everything is|everything's|all|now|is|it)(?: all| now| back)* (?:working|"
    r"works(?! for me)|fixed|sorted|solved|resolved|back up|online)(?: now| again| fine)*",
    r"(?:that|it|this) (?:did the trick|worked|solved it|fixed it|sorted it|has fixed|solves|fixes)",
    r"(?:problem|issue|fault|error) (?:is |has been |was |has )?(?:now )?(?:solved|resolved|fixed|sorted|"
    r"closed|gone|cleared|disappeared)",
    r"(?:it|that|everything|this) (?:works(?! for me)|runs|is running|is back|is working)|"
    r"it's (?:back|running|working)|back to normal|now it's (?:fine|ok|okay)",
)
UNRESOLVED = cue(
    r"(?:not|isn't|hasn't|wasn't|never)(?: yet)? (?:been )?(?:resolved|solved|fixed)|unresolved",
    r"(?:couldn't|could not|can't|cannot|unable to|not able to|haven't been able to|"
    r"wasn't able to)(?: \S+){0,4} (?:resolve|solve|help|sort|find (?:the|a|any|out)|"
    r"do anything|see why)",
    r"(?:nothing(?! you| else)|not anything|no solution|not much|no answer|no fix|no idea)(?: \S+){0,5} (?:do|"
    r"offer|help|available|change|for you|try|left|now|today)",
    r"(?:don't|do not) know (?:what|how)(?: \S+){0,3} (?:to do|try|do|fix|help)",
    r"nothing (?:is|was|got|has been) (?:solved|fixed|sorted|resolved)",
    r"(?:still|it's still|it is still) (?:not working|isn't working|doesn't work|down|not resolved|the same|"
    r"broken|locked)",
    r"(?:that|this|it) (?:doesn't|does not|didn't|did not|hasn't|has not) (?:solve|fix|resolve|work|sort)",
    r"(?:no further forward|back to square one|waste of time|got nowhere|no help|where i was|stays broken|"
    r"elsewhere|try again (?:another|some other) (?:day|time)|have to go)",
)
# The company says that something happens, whatever it is.
STATEMENT = cue(
    r"(?:i|we)'(?:ll|ve)|(?:i|we) (?:will|have|can|could|did)|(?:i'm|we're|i am|we are) (?:going|able|unable|\w+ing)",
    r"(?:can't|cannot|won't|unable|not able|not possible|isn't possible|no way)|(?:has|have) been|(?:is|are) being",
    r"(?:you'll|you will|will be|once you|if you|as soon as|provided|until|expect)|(?:somebody|someone|"
    r"a colleague) \S+",
)
# Statements that settle nothing: looking things up, courtesy, additions to an act already named.
CHATTER = cue(
    r"(?:found|find|read|looked?|looking|check|checking|checked|pull|pulling|see|hear|note|noted|understand|"
    r"tell|details|moment|wait|hold|bring up)",
    r"(?:may i|could you|can you|do you|why|nothing|number|name|take it from|confirmation|confirmed)",
    r"(?:anything|everything|happy|glad|thanks?|thank|sorry|welcome|hope|help|assist|apologi[sz]e|appreciate|"
    r"chatting|reach(?:ing)?|service|news)",
    r"(?:need to do|any more|an answer|solution|answer|cause|confirm|outcome|approval|released|result|decided|"
    r"know|doing|records|speaking|expect from)",
)
TEAM = re.compile(
    r"\b(?:to|with|by|our|the|from)\s+(?:the\s+|our\s+|my\s+)?"
    r"(?P<team>(?!(?:the|our|my|a|right|wrong|whole|same)\b)[a-z][a-z-]+(?:\s+(?:and\s+)?[a-z][a-z-]+)?)"
    r"\s+(?:team|department|desk|dept|specialists?)\b"
)
# The customer, not only the case, is transferred.
TRANSFER = cue(
    rf"{verbs('transfer')}(?! the| your)|{verbs('put')} you (?:straight )?through|"
    rf"{verbs('connect', 'hand', 'pass', 'transfer')} you",
)
