"""Past tenses of finite verbs: a closed set, anything else is rejected."""

from __future__ import annotations

_IRREGULAR = (
    "be was|become became|begin began|break broke|bring brought|build built|buy bought|catch caught|choose chose"
    "|come came|cost cost|cut cut|drive drove|drop dropped|eat ate|fall fell|feel felt|find found|fly flew"
    "|forget forgot|freeze froze|get got|give gave|go went|have had|hear heard|hit hit|hold held|keep kept"
    "|know knew|leave left|let let|lose lost|make made|mean meant|meet met|pay paid|put put|read read|ride rode"
    "|ring rang|run ran|say said|see saw|sell sold|send sent|resend resent|set set|shut shut|sit sat|speak "
    "spoke|spend spent"
    "|stand stood|stick stuck|swap swapped|take took|tell told|think thought|throw threw|understand understood"
    "|wake woke|wear wore|write wrote|stop stopped|plan planned|skip skipped|cancel cancelled|travel travelled"
    "|submit submitted|ship shipped|refer referred|scan scanned|rip ripped|plug plugged|chat chatted|tap tapped"
    "|pop popped|lag lagged|occur occurred|wrap wrapped|rebook rebooked|reset reset|spin spun|choose chose|refund "
    "refunded"
)
_REGULAR = (
    "accept access activate add allow appear apply arrive ask assume attempt believe block board book browse buffer"
    " call change charge check claim click close complain complete confirm connect contact continue crash create"
    " decide delay delete deliver disappear disconnect display download drain email enable end enter exist expect"
    " experience expire explain extend fail fill fix flash follow happen hate help hope ignore import include"
    " insist install"
    " join jump kick land last like link live load lock log look love manage miss match mention move need notice "
    "offer"
    " open order own pair park pick play post prefer press print process promise provide purchase reach receive record"
    " redeem register reinstall remain remove renew repeat replace reply report request resolve reboot restart"
    " return save schedule search seem select serve shop show sign sort sound start stay stock stream struggle "
    "subscribe"
    " suggest switch sync text track transfer turn try tweet type unlock update upgrade upload use"
    " visit wait want watch wish wonder work worry"
)


def _regular(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{base}ed"


def _singular(base: str) -> str:
    if base in ("have", "be"):
        return {"have": "has", "be": "is"}[base]
    if base.endswith(("s", "sh", "ch", "x", "o")):
        return f"{base}es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ies"
    return f"{base}s"


_PAST: dict[str, str] = {
    **{base: _regular(base) for base in _REGULAR.split()},
    **dict(pair.split() for pair in _IRREGULAR.split("|")),
}
_THIRD: dict[str, str] = {_singular(base): past for base, past in _PAST.items()}
_PASTS = frozenset(_PAST.values())
_AUXILIARY = {
    "am": "was",
    "is": "was",
    "are": "were",
    "was": "was",
    "were": "were",
    "have": "had",
    "has": "had",
    "had": "had",
    "do": "did",
    "does": "did",
    "did": "did",
    "can": "could",
    "could": "could",
    "cannot": "could not",
    "will": "would",
    "would": "would",
    "may": "might",
    "might": "might",
    "must": "had to",
    "should": "should",
}


def auxiliary(word: str) -> str | None:
    """The past of a lower-case auxiliary; None for any other word."""
    return _AUXILIARY.get(word)


def past(word: str, plural: bool) -> str | None:
    """The past of a lower-case finite verb; None for what is not known to be one after such a subject.

    `plural` is of the subject that the verb comes after: I, we, you and they are plural.
    """
    if word in _AUXILIARY:
        told = _AUXILIARY[word]
        return {"was": "were"}.get(told, told) if plural else {"were": "was"}.get(told, told)
    if word in _PASTS or (word.endswith("ed") and len(word) > 4):
        return word
    return (_PAST if plural else _THIRD).get(word)


def is_base(word: str) -> bool:
    """Whether a lower-case word is the bare form of a known verb."""
    return word in _PAST


def is_verb(word: str) -> bool:
    """Whether a lower-case word is any form of a known verb."""
    return is_base(word) or past(word, plural=True) is not None or past(word, plural=False) is not None
