"""Small word lists of our own: what carries no meaning by itself, what negates, what is opposite, what means the same."""

from __future__ import annotations

from functools import cache

STOP = frozenset(
    ["a", "an", "the", "this", "that", "these", "those", "there", "here", "it", "its", "itself", "he", "him", "his", "she", "her", "hers", "they", "them", "their", "theirs", "we", "us", "our", "ours", "you", "your", "yours", "i", "me", "my", "mine", "who", "whom", "whose", "which", "what", "when", "where", "why", "how", "and", "or", "but", "nor", "so", "yet", "if", "then", "than", "as", "of", "in", "on", "at", "by", "for", "from", "to", "into", "onto", "with", "within", "without", "about", "over", "under", "up", "down", "out", "off", "through", "during", "after", "before", "between", "among", "against", "per", "via", "be", "is", "are", "was", "were", "been", "being", "am", "do", "does", "did", "done", "doing", "have", "has", "had", "having", "will", "would", "shall", "should", "can", "could", "may", "might", "must", "ought", "cannot", "not", "no", "never", "none", "nothing", "neither", "also", "too", "very", "just", "only", "even", "still", "already", "again", "however", "therefore", "thus", "hence", "moreover", "furthermore", "additionally", "although", "though", "while", "whereas", "because", "since", "unless", "until", "both", "either", "each", "every", "all", "any", "some", "such", "same", "other", "others", "another", "more", "most", "much", "many", "few", "several", "lot", "lots", "one", "ones", "two", "own", "rather", "quite", "well", "now", "later", "soon", "ago", "ok", "okay", "yes", "oh", "um", "uh", "yeah", "get", "got", "go", "going", "let's", "i'm", "it's", "let", "make", "made", "want", "thing", "things", "something", "anything", "everything", "someone", "anyone", "everyone", "like", "because's", "'s", "dr", "mr", "mrs", "ms"]
)

# Words of a summary's own voice: they report, join or point, and need no support in the call.
REPORTING = frozenset(
    ["say", "said", "state", "mention", "note", "tell", "told", "ask", "inquire", "enquire", "request", "explain", "describe", "report", "inform", "discuss", "talk", "speak", "suggest", "propose", "recommend", "advise", "offer", "claim", "assert", "argue", "believe", "think", "feel", "consider", "express", "indicate", "point", "highlight", "emphasize", "emphasise", "stress", "remark", "comment", "observe", "reply", "respond", "answer", "acknowledge", "confirm", "agree", "contact", "call", "reach", "write", "convey", "share", "raise", "bring", "clarify", "conclude", "decide", "plan", "want", "need", "wish", "hope", "intend", "try", "attempt", "provide", "give", "issue", "problem", "concern", "matter", "question", "query", "case", "situation", "topic", "discussion", "conversation", "debate", "opinion", "view", "idea", "way", "group", "team", "member", "participant", "speaker", "people", "person", "customer", "agent", "bot", "company", "representative", "support", "service", "help", "assist", "assistance", "able", "various", "certain", "specific", "particular", "potential", "possible", "different", "current", "currently", "overall", "general", "generally", "mainly", "primarily", "finally", "ultimately", "initially", "previously", "instead", "regarding", "concerning", "due", "result", "lead", "include", "involve", "use", "using", "seem", "appear", "become", "remain", "ensure", "require", "addition", "order", "number", "would-be", "today", "time", "part", "kind", "type", "sort", "aspect", "feature", "point", "detail", "information", "fact", "reason"]
)

NEGATIONS = frozenset(
    ["not", "no", "never", "none", "nothing", "neither", "nor", "nobody", "nowhere", "without", "cannot", "can't", "won't", "don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "weren't", "hasn't", "haven't", "hadn't", "wouldn't", "shouldn't", "couldn't", "needn't", "mustn't", "ain't", "cant", "wont", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt", "wouldnt", "shouldnt", "couldnt"]
)
# Verbs and adjectives that deny what follows them.
DENIALS = frozenset(
    ["unable", "fail", "refuse", "decline", "deny", "reject", "lack", "avoid", "prevent", "exclude", "stop", "cease", "forbid", "hardly", "barely", "rarely", "seldom", "unlikely", "impossible", "unwilling", "unsure", "uncertain", "doubt", "disagree"]
)
# A "not" right before these does not negate the statement.
NOT_HARMLESS = frozenset({"only", "sure", "just", "necessarily"})

# Acts of speech: that one did not take place says little in a summary, unless the writer turned it round.
SPEECH = frozenset(
    ["discuss", "mention", "consider", "address", "note", "debate", "assign", "focus", "review", "suggest", "propose", "state", "include"]
)
# Words that narrow a statement, each with the words that a call may use for the same.
_ONLY = ("only", "just", "solely", "exclusively", "merely", "alone", "nothing", "except", "limited", "nobody")
NARROWING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("only", "solely", "exclusively", "merely"), _ONLY),
    "none": ("none", "nobody", "nothing", "not", "no", "neither"),
    "never": ("never", "ever", "not once"),
    "excluding": ("exclude", "excluding", "except", "without", "but"),
}

_CROSS = (
    "ridiculous",
    "unacceptable",
    "terrible",
    "awful",
    "annoy",
    "fed up",
    "sick of",
    "not good enough",
    "joke",
    "!!",
)
_CROSS += (
    "again",
    "still",
    "third time",
    "every time",
    "furious",
    "angry",
    "upset",
    "disappoint",
    "frustrat",
    "useless",
)
_GLAD = (
    "thank",
    "great",
    "perfect",
    "appreciate",
    "brilliant",
    "lovely",
    "wonderful",
    "awesome",
    "cheers",
    "excellent",
)
_UNEASY = ("worr", "nervous", "scared", "afraid", "concern", "panic", "stress", "anxious", "urgent", "desperate")
# Words for feelings, each with what a call must hold for one of them.
FEELINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("frustrated", "angry", "furious", "upset", "annoyed", "irritated", "outraged", "disappointed", "dissatisfied", "unhappy", "displeased", "frustration", "anger", "annoyance", "disappointment", "dissatisfaction"),
        _CROSS,
    ),
    **dict.fromkeys(
        ("happy", "satisfied", "pleased", "grateful", "delighted", "thankful", "relieved", "satisfaction", "gratitude", "relief", "content", "thrilled", "appreciative"),
        _GLAD,
    ),
    **dict.fromkeys(
        ("worried", "anxious", "nervous", "afraid", "scared", "stressed", "panicked", "desperate"), _UNEASY
    ),
    **dict.fromkeys(("embarrassed", "ashamed", "jealous", "guilty", "confused", "suspicious"), ("embarrass", "asham")),
    **dict.fromkeys(("confused",), ("confus", "understand", "what do you mean", "not sure", "?")),
}

_OPPOSITES = """
accept/reject refuse decline deny; agree/disagree; approve/disapprove reject decline deny; increase/decrease reduce lower decline;
raise/lower reduce cut; more/less fewer; most/least few; many/few; all/none some; everyone/nobody; always/never rarely seldom;
often/rarely seldom never; easy simple straightforward/hard difficult complicated challenging tough complex; good great positive
beneficial/bad poor negative terrible harmful; better/worse; best/worst; cheap inexpensive affordable economical/expensive costly pricey
unaffordable; high/low; higher/lower; large big/small little tiny; larger bigger/smaller; long/short; longer/shorter; early/late;
earlier/later; before/after; first/last; start begin/end finish stop; open/close closed shut; win/lose; gain/lose; buy purchase/sell;
lend/borrow; give/take; send/receive; arrive/depart leave; come/go; enter/leave exit; love like enjoy/hate dislike detest; happy glad
pleased satisfied delighted/unhappy sad upset disappointed dissatisfied annoyed; interested/uninterested bored; able/unable;
possible/impossible; likely/unlikely; available/unavailable; useful helpful/useless unhelpful; necessary needed/unnecessary;
important significant/unimportant insignificant trivial; sure certain confident/unsure uncertain doubtful; clear/unclear;
successful/unsuccessful; succeed/fail; pass/fail; allow permit let/forbid prohibit prevent ban disallow; encourage/discourage;
support/oppose; favor favour/oppose; advantage benefit/disadvantage drawback; strength/weakness; include/exclude; remember/forget;
find/lose; keep/discard drop; same identical/different; similar/different dissimilar; old/new; older/younger newer; young/old elderly;
hot/cold; warm/cold cool; fast quick/slow; quickly/slowly; safe/unsafe dangerous risky; healthy/unhealthy sick ill; rich/poor;
strong/weak; full/empty; public/private; morning/evening night afternoon; day/night; today/tomorrow yesterday; husband/wife; mother
mum mom/father dad; brother/sister; son/daughter; boy/girl; man/woman; male/female; uncle/aunt; boyfriend/girlfriend;
friend/enemy; friendly/unfriendly hostile; polite/rude; patient/impatient; effective/ineffective; efficient/inefficient;
sufficient enough/insufficient; complete/incomplete; correct right/incorrect wrong; true/false; real/fake; simple/complex; optimistic/pessimistic;
novice beginner/expert advanced; maximum/minimum; add/remove; internal/external; inside/outside; indoors/outdoors; together/alone
separately; ready/unready unprepared; free/busy; cancel/confirm; confirm/deny; damaged/undamaged intact; broken/working fixed; resolved
solved/unresolved unsolved; urgent/non-urgent; partial/full; satisfied/dissatisfied; eligible/ineligible; refund/charge; credit/debit;
credited/charged; permanent/temporary; active/inactive; enable/disable; lock/unlock; connect/disconnect; subscribe/unsubscribe; improve enhance/worsen
deteriorate; praise/criticize criticise; honest/dishonest; willing/unwilling reluctant; reluctant/eager; eager/reluctant; mandatory compulsory
required/optional voluntary; flexible/rigid inflexible; relevant/irrelevant; reliable/unreliable; comfortable/uncomfortable; attractive/unattractive;
appropriate/inappropriate; familiar/unfamiliar; common/rare uncommon; popular/unpopular; major/minor; superior/inferior; upward/downward;
forward/backward; left/right; front/back; top/bottom; north/south; east/west; summer/winter; spring/autumn; sunny/rainy; dry/wet; loud/quiet;
noisy/quiet; clean/dirty; beautiful pretty/ugly; asleep/awake; sober/drunk; single/married; alive/dead; guilty/innocent; lucky/unlucky; thank/blame;
"""

_SYNONYMS = """
refund reimburse reimbursement repay moneyback; replacement replace resend reship exchange; cancel cancellation terminate end stop; arrive
deliver delivery come receive reach; damaged broken cracked smashed faulty dented torn shattered; buy purchase order get; order parcel package
delivery shipment item; charge bill debit invoice payment take pay; cost price fee amount; help assist support aid; send ship dispatch post mail
forward; fix repair mend resolve solve sort; wrong incorrect mistaken different; missing lost absent; phone telephone mobile cell; call ring phone
contact reach; email mail message; text message write sms; technician engineer; reset change; update change amend modify correct; address location;
locked blocked frozen; internet broadband wifi connection network; outage down offline; faulty defective malfunction work; subscription membership plan
contract; credit voucher coupon; escalate transfer forward pass connect; supervisor manager; investigate check look trace; wait hold; begin start;
finish end complete; talk speak chat discuss; meet see visit; film movie; tv television; kid child children; mom mum mother; dad father; big large
huge; little small; happy glad pleased; sad upset unhappy; angry furious annoyed mad; ill sick unwell; tired exhausted sleepy; nice good great lovely
fantastic; bad awful terrible; funny hilarious amusing; like love enjoy adore; hate dislike; want wish desire; think believe reckon feel; know
aware; find discover; choose pick select; try attempt; use utilise utilize employ; show display demonstrate; need require; allow let permit;
prepare cook make; eat dine; dinner supper meal; lunch meal; breakfast meal; holiday vacation trip; trip journey travel; car vehicle; bike bicycle;
house home flat apartment place; shop store; job work; boss manager; colleague coworker; friend pal mate; party celebration; gift present; picture
photo pic; exam test; school class; teacher professor; university college; doctor physician; medicine medication; worried concerned anxious;
excited thrilled; bored; ready prepared; late delayed; early; fast quick; slow; expensive pricey costly; cheap affordable inexpensive; important
crucial essential vital significant; difficult hard tough challenging complicated; easy simple straightforward; improve enhance better; increase
raise grow rise; decrease reduce lower drop cut; agree concur accept; disagree object; tomorrow; collect fetch pick; return bring back; rent hire lease;
marry wed marriage wedding; birthday; baby; pay settle; broke poor; money cash funds; laptop computer pc; website site webpage; app application;
"""


def _groups(text: str) -> list[list[str]]:
    return [words.split() for words in text.replace("\n", " ").split(";") if words.strip()]


@cache
def own_opposites() -> dict[str, frozenset[str]]:
    """Opposites of a lemma by our own list, both ways."""
    found: dict[str, set[str]] = {}
    for group in _OPPOSITES.replace("\n", " ").split(";"):
        if not group.strip():
            continue
        one, other = (side.split() for side in group.split("/"))
        for a, b in ((one, other), (other, one)):
            for word in a:
                found.setdefault(word, set()).update(b)
    return {word: frozenset(others) for word, others in found.items()}


@cache
def own_synonyms() -> dict[str, frozenset[str]]:
    """Near-synonyms of a lemma by our own list."""
    found: dict[str, set[str]] = {}
    for group in _groups(_SYNONYMS):
        for word in group:
            found.setdefault(word, set()).update(group)
    return {word: frozenset(others) for word, others in found.items()}
