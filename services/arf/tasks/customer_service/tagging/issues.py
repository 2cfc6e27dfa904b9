"""Assigns each clause to one of the call's issues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from arf.tasks.customer_service.cues.reasons import ANOTHER_ISSUE, OTHER_ISSUE
from arf.tasks.customer_service.cues.status import UNRESOLVED
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.mentions import states_act
from arf.v1 import transcript_pb2 as t


def numbered(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """The clauses with their matters counted from 0.

    The customer brings up another matter; once the first has been answered the company follows, and a company that
    answers all at once says where it turns to the next.
    """
    raised = answered = 0
    heard = False
    for clause in clauses:
        if clause.role == t.ROLE_CUSTOMER:
            if ANOTHER_ISSUE.search(clause.text):
                raised += 1
                answered = raised if heard else answered
            yield replace(clause, issue=raised)
        else:
            heard = heard or states_act(clause) or bool(UNRESOLVED.search(clause.text))
            if raised and OTHER_ISSUE.search(clause.text):
                answered = raised
            yield replace(clause, issue=answered)
