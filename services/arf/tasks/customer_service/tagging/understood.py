"""Whether a clause is understood whole: each of its words is part of a known form, or says nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from arf.tasks.customer_service.cues import status as cues
from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.cues.word_sets import word_set
from arf.tasks.customer_service.tagging.clauses import Clause

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# Closed classes, without negations, conjunctions that oppose, and third persons: somebody else may have done it.
_GRAMMAR = word_set(
    """
    a an the i we you it its this that these me us my our your yours to of for with by in on at from into onto out up
    off down through away under as and or while is are am be been being was were have has had having do does did will
    shall can now just already also then there here today tonight tomorrow yet still all any some so very really about
    within than latest most later least first again next which who what it's that's what's i'm we're you're i've we've
    you've i'll we'll you'll it'll i'd we'd who'll
    """
)
# What a turn begins and ends with.
_COURTESY = word_set(
    """
    hi hello hey oh ah yes yeah okay ok sure right great good perfect lovely fine well certainly absolutely of course
    sorry afraid apologies apologise apologize unfortunately sadly thanks thank welcome please pleasure bye goodbye day
    evening weekend nice wonderful care dear regards best kind service customer support team news happy glad pleased
    help assist anything else further contacting calling patience understand understanding hear moment inconvenience
    bear leave rest assured word done sorted finished complete problem enjoy take feel free ask reach more questions
    question contact wait
    """
)
# The plain things of the trade.
_PLAIN = word_set(
    """
    account card case order item email number file request matter issue way total back original payment method bank
    business working days day week address amount money new other point topic regarding concerning make sure confirm
    confirmed confirmation full ticket reference answer colleague somebody someone charge purchase plan workshop update
    return open modem router hub device happened end
    """
)
# Verbs that say of an act's name no more than that it happens: "give you a refund", "the refund will arrive".
_LIGHT = word_set(
    """
    give given gave giving send sent sending get got getting put putting issue issued issuing offer make made making
    arrange arranged arranging process processed create created grant granted apply applied book booked schedule
    scheduled set ordered start started begin begun come comes coming arrive arrives visit visits receive requested
    opening run running ship shipped mail mailed email emailed post posted forward forwarded look
    """
)
SMALL_TALK = word_set(
    """
    message read looked looking records morning afternoon touch see how sincerely yours tell trouble looks reaching
    wishes writing everything annoying left noted note hope check honestly wrote speaking bot letting know sound sounds
    desk shows profile page virtual assistant describe holding waiting details few words handy let pull why worries
    greetings regards soon chat chatting line record happens
    """
)
"""What a turn may hold that says nothing of any act."""
_KNOWN = _GRAMMAR | _COURTESY | _PLAIN | _LIGHT
_FORMS = (
    *(cues.OPEN, cues.REFUSED, cues.PENDING, cues.PROMISED, cues.DONE, cues.CONDITION, cues.SAME_DONE, cues.TEAM),
    cues.ASKED_OF_CUSTOMER,
    cue(
        r"no later than|but only|count on (?:us|me) to|ask(?:ed)? for approval to|say no here"
        r"|my hands are tied|to (?:it|them)"
    ),
)


def unaccounted(clause: Clause, forms: Iterable[tuple[int, int]], known: frozenset[str]) -> list[str]:
    """The words of a clause that its `forms`, half-open places in its text, leave over; `known` words say nothing."""
    places = [*forms, *((v.start, v.end) for v in clause.values)]
    places += [m.span() for pattern in _FORMS for m in pattern.finditer(clause.text)]
    if len(clause.values) > 1:
        # A value that takes another back; without one it takes back the act.
        places += [m.span() for m in cues.CORRECTION.finditer(clause.text)]
    left = list(clause.text)
    end = 0
    for first, last in sorted(places):
        # Places overlap; each letter is blanked once, so that a long clause with many takes no longer.
        first, end = max(first, end), max(last, end)
        left[first:end] = " " * (end - first)
    return [w for w in _WORD.findall("".join(left)) if w not in _KNOWN and w not in known]
