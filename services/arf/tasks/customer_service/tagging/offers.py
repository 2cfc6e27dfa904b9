"""What the company only offers: it holds if the customer takes it, and is nothing that happened if not."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.mentions import Mention, mentions
from arf.tasks.customer_service.tagging.slots import ActKind
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import FactStatus

_OFFER = cue(
    r"(?:i|we|you|they|one)(?:'d| would| could| can| might| may)(?! not)|(?:could|might|may) (?:be|have|get)",
    r"(?:able|happy|glad|willing|ready|possible) to|shall (?:i|we)|either|an option|options?",
)
_YES = cue(
    r"(?:yes|yeah|yep|yup|sure|ok|okay|fine|alright|please|great|perfect|lovely|brilliant|wonderful|absolutely|"
    r"certainly|definitely|of course|thanks|thank you|that works|sounds good|go ahead|good|excellent)"
)
_EITHER = re.compile(r"\bor\b|\beither\b")
_NO = re.compile(
    r"\b(?:no(?! problem)|nope|nah|not|never|rather|instead|prefer\w*|don'?t|won'?t|can'?t|cannot|isn'?t|doesn'?t)\b"
)


class Replies:
    """What the customer says to each turn of the company."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._turns: list[int] = []
        self._texts: list[str] = []
        self._read: dict[int, tuple[bool, bool, frozenset[ActKind]]] = {}
        for clause in clauses:
            if clause.role != t.ROLE_CUSTOMER:
                continue
            if self._turns[-1:] == [clause.turn]:
                self._texts[-1] += f" {clause.text}"
            else:
                self._turns.append(clause.turn)
                self._texts.append(clause.text)

    def leaves(self, clause: Clause, mention: Mention, status: FactStatus) -> bool:
        """Whether an act is only offered, and the customer does not take it.

        An offer under a condition stands until the customer declines it, any other needs a yes.
        """
        # What comes after "that" is said outright: "I can confirm that we've refunded it".
        if status == t.FACT_STATUS_REFUSED or not _OFFER.search(clause.text[: mention.start].rpartition(" that ")[2]):
            return False
        after = bisect_right(self._turns, clause.turn)
        if after == len(self._turns):
            return status != t.FACT_STATUS_CONDITIONAL
        if after not in self._read:
            # Many offers may have the same long reply.
            reply = self._texts[after]
            named = frozenset(m.kind for m in mentions(reply))
            self._read[after] = _NO.search(reply) is not None, _YES.search(reply) is not None, named
        no, yes, named = self._read[after]
        if no or (named and mention.kind not in named):
            return True
        if _EITHER.search(clause.text):
            # Of two things a plain yes takes neither.
            return mention.kind not in named
        return status != t.FACT_STATUS_CONDITIONAL and not yes
