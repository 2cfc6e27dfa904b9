"""A fictitious call with a wrong summary, to test whether a stage's dependencies answer."""

from __future__ import annotations

from arf.tasks.detection import Subject
from arf.v1.transcript_pb2 import Call, Role, Turn

_SUMMARY = "The customer contacted support because a parcel was late. The agent refunded $20.00."
_TURNS = (
    (Role.ROLE_CUSTOMER, "customer", "Hello, my parcel was due on Monday and it is still not here."),
    (Role.ROLE_AGENT, "agent", "I am sorry about that. It is with the carrier, and will be with you by Friday."),
    (Role.ROLE_CUSTOMER, "customer", "All right, then I will wait until Friday. Thank you."),
)


def canary(tenant: str) -> Subject:
    """The call as one of the tenant's, and its summary."""
    turns = [Turn(turn_id=str(n), role=role, speaker=who, text=text) for n, (role, who, text) in enumerate(_TURNS)]
    return Subject(Call(id="arf:canary", tenant=tenant, channel="phone", language="en", turns=turns), _SUMMARY)
